"""Families asked once whether a group of another programme is of interest."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATES = sa.Enum(
    "asked", "yes", "no", name="askstate", native_enum=False, create_constraint=True, length=30
)  # fmt: skip


def upgrade() -> None:
    """Make interest_asks."""
    op.create_table(
        "interest_asks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_interest_asks_family_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_interest_asks_group_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_interest_asks_programme_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_interest_asks_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interest_asks"),
        sa.UniqueConstraint("code", name="uq_interest_asks_code"),
        sa.UniqueConstraint("family_id", "programme_id", name="uq_interest_asks_family_id_programme_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interest_asks_group_id", "interest_asks", ["group_id"], unique=False)
    op.create_index("ix_interest_asks_registration_id", "interest_asks", ["registration_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("interest_asks")
