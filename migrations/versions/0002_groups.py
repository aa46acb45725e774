"""Groups and their meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    groups()
    groups_indexes()
    group_districts()
    group_leaders()
    group_sessions()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in ("group_sessions", "group_leaders", "group_districts", "groups"):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def groups() -> None:
    """Make groups."""
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("state", states("groupstate", "hidden", "open", "cancelled", "ended"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("interpreters", sa.JSON(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("childcare", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("resident_places", sa.Integer(), nullable=False),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("decide_on", sa.Date(), nullable=True),
        sa.Column("whole_city", sa.Boolean(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum BETWEEN 1 AND capacity", name=op.f("ck_groups_minimum")),
        sa.CheckConstraint("online OR venue_id IS NOT NULL", name=op.f("ck_groups_somewhere")),
        sa.CheckConstraint("places_taken BETWEEN 0 AND capacity", name=op.f("ck_groups_places")),
        sa.CheckConstraint("resident_places BETWEEN 0 AND capacity", name=op.f("ck_groups_hold")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_groups_weekday")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organisers.id"], name="fk_groups_organiser_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_groups_programme_id"),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="fk_groups_venue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("code", name="uq_groups_code"),
        sqlite_autoincrement=True,
    )


def groups_indexes() -> None:
    """Make groups_indexes."""
    op.create_index("ix_groups_first_day", "groups", ["first_day"], unique=False)
    op.create_index("ix_groups_programme_id", "groups", ["programme_id"], unique=False)


def group_districts() -> None:
    """Make group_districts."""
    op.create_table(
        "group_districts",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_group_districts_district_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_districts_group_id"),
        sa.PrimaryKeyConstraint("group_id", "district_id", name="pk_group_districts"),
    )


def group_leaders() -> None:
    """Make group_leaders."""
    op.create_table(
        "group_leaders",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_group_leaders_account_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_leaders_group_id"),
        sa.PrimaryKeyConstraint("group_id", "account_id", name="pk_group_leaders"),
    )


def group_sessions() -> None:
    """Make group_sessions."""
    op.create_table(
        "group_sessions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", states("sessionstate", "planned", "cancelled"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_group_sessions_order")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_sessions_group_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group_sessions"),
        sa.UniqueConstraint("code", name="uq_group_sessions_code"),
        sa.UniqueConstraint("group_id", "number", name="uq_group_sessions_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_group_sessions_group_id", "group_sessions", ["group_id"], unique=False)
    op.create_index("ix_group_sessions_starts_at", "group_sessions", ["starts_at"], unique=False)
