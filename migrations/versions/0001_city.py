"""The city: districts, venues, programmes, and the people who run them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    districts()
    travel_times()
    venues()
    organisers()
    programmes()
    programme_texts()
    closed_periods()
    accounts()
    account_roles()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in (
        "account_roles",
        "accounts",
        "closed_periods",
        "programme_texts",
        "programmes",
        "organisers",
        "venues",
        "travel_times",
        "districts",
    ):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def districts() -> None:
    """Make districts."""
    op.create_table(
        "districts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["successor_id"], ["districts.id"], name="fk_districts_successor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_districts"),
        sa.UniqueConstraint("code", name="uq_districts_code"),
        sqlite_autoincrement=True,
    )


def travel_times() -> None:
    """Make travel_times."""
    op.create_table(
        "travel_times",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["districts.id"], name="fk_travel_times_from_id"),
        sa.ForeignKeyConstraint(["to_id"], ["districts.id"], name="fk_travel_times_to_id"),
        sa.PrimaryKeyConstraint("from_id", "to_id", name="pk_travel_times"),
    )


def venues() -> None:
    """Make venues."""
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("directions", sa.String(length=500), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_venues_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_venues"),
        sa.UniqueConstraint("code", name="uq_venues_code"),
        sqlite_autoincrement=True,
    )


def organisers() -> None:
    """Make organisers."""
    op.create_table(
        "organisers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisers"),
        sqlite_autoincrement=True,
    )


def programmes() -> None:
    """Make programmes."""
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("session_minutes", sa.Integer(), nullable=False),
        sa.Column("days_between", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("counts", states("counts", "persons", "families"), nullable=False),
        sa.Column("leaders_needed", sa.Integer(), nullable=False),
        sa.Column("children_come", sa.Boolean(), nullable=False),
        sa.Column("easy_swedish", sa.Boolean(), nullable=False),
        sa.Column("most_languages", sa.Integer(), nullable=False),
        sa.Column("next_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("age_from >= 0 AND age_to >= age_from", name=op.f("ck_programmes_ages")),
        sa.CheckConstraint("minimum BETWEEN 1 AND capacity", name=op.f("ck_programmes_sizes")),
        sa.ForeignKeyConstraint(["next_id"], ["programmes.id"], name="fk_programmes_next_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programmes"),
        sa.UniqueConstraint("code", name="uq_programmes_code"),
        sqlite_autoincrement=True,
    )


def programme_texts() -> None:
    """Make programme_texts."""
    op.create_table(
        "programme_texts",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("for_whom", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_programme_texts_programme_id"),
        sa.PrimaryKeyConstraint("programme_id", "language", name="pk_programme_texts"),
    )


def closed_periods() -> None:
    """Make closed_periods."""
    op.create_table(
        "closed_periods",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closed_periods_order")),
        sa.PrimaryKeyConstraint("id", name="pk_closed_periods"),
        sqlite_autoincrement=True,
    )


def accounts() -> None:
    """Make accounts."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("session_key", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("code", name="uq_accounts_code"),
        sa.UniqueConstraint("email_hash", name="uq_accounts_email_hash"),
        sqlite_autoincrement=True,
    )


def account_roles() -> None:
    """Make account_roles."""
    op.create_table(
        "account_roles",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role", states("role", "leader", "coordinator", "central", "administrator", "auditor"), nullable=False
        ),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_roles_account_id"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_account_roles_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_roles"),
        sa.UniqueConstraint("account_id", "role", "district_id", name="uq_account_roles_account_id_role_district_id"),
        sqlite_autoincrement=True,
    )
