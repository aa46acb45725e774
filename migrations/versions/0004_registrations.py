"""What families ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    registrations()
    registrations_indexes()
    registration_districts()
    registration_children()
    registration_carers()
    registrations_apart()
    drafts()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in (
        "drafts",
        "registrations_apart",
        "registration_carers",
        "registration_children",
        "registration_districts",
        "registrations",
    ):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def registrations() -> None:
    """Make registrations."""
    stages = ("unconfirmed", "waiting", "placed", "completed", "withdrawn", "closed")
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("state", states("registrationstate", *stages), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("interpreter", sa.String(length=8), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("childcare", sa.Boolean(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("flexible", sa.Boolean(), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("heard_from", sa.String(length=40), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("city_cancelled", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("adults BETWEEN 1 AND 2", name=op.f("ck_registrations_adults")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["registrations.id"], name="fk_registrations_duplicate_of_id"),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_registrations_family_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_registrations_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
        sa.UniqueConstraint("code", name="uq_registrations_code"),
        sa.UniqueConstraint("subject", name="uq_registrations_subject"),
        sqlite_autoincrement=True,
    )


def registrations_indexes() -> None:
    """Make registrations_indexes."""
    op.create_index("ix_registrations_family_id", "registrations", ["family_id"], unique=False)
    op.create_index("ix_registrations_queue", "registrations", ["programme_id", "state", "waiting_since"], unique=False)
    op.create_index(
        "uq_registrations_live",
        "registrations",
        ["family_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'placed')"),
        postgresql_where=sa.text("state IN ('waiting', 'placed')"),
    )


def registration_districts() -> None:
    """Make registration_districts."""
    op.create_table(
        "registration_districts",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_registration_districts_district_id"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_registration_districts_registration_id"
        ),
        sa.PrimaryKeyConstraint("registration_id", "district_id", name="pk_registration_districts"),
    )


def registration_children() -> None:
    """Make registration_children."""
    op.create_table(
        "registration_children",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_registration_children_child_id"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_registration_children_registration_id"
        ),
        sa.PrimaryKeyConstraint("registration_id", "child_id", name="pk_registration_children"),
    )


def registration_carers() -> None:
    """Make registration_carers."""
    op.create_table(
        "registration_carers",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_registration_carers_carer_id"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_registration_carers_registration_id"
        ),
        sa.PrimaryKeyConstraint("registration_id", "carer_id", name="pk_registration_carers"),
    )


def registrations_apart() -> None:
    """Make registrations_apart."""
    op.create_table(
        "registrations_apart",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_registrations_apart_order")),
        sa.ForeignKeyConstraint(["one_id"], ["registrations.id"], name="fk_registrations_apart_one_id"),
        sa.ForeignKeyConstraint(["other_id"], ["registrations.id"], name="fk_registrations_apart_other_id"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_registrations_apart"),
    )


def drafts() -> None:
    """Make drafts."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("token_hash", name="uq_drafts_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"], unique=False)
