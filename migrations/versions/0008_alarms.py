"""Alarms for staff."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make alarms."""
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("thing_kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_key", sa.String(length=120), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_alarms_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.UniqueConstraint("open_key", name="uq_alarms_open_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarms_district_id", "alarms", ["district_id"], unique=False)
    op.create_index("ix_alarms_thing", "alarms", ["thing_kind", "thing_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("alarms")
