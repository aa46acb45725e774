"""How long families wait, worked out once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make wait_curves."""
    op.create_table(
        "wait_curves",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("wide", sa.Boolean(), nullable=True),
        sa.Column("curve", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wait_curves"),
        sa.UniqueConstraint("key", name="uq_wait_curves_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wait_curves_programme_id", "wait_curves", ["programme_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("wait_curves")
