"""Offers know when somebody spoke with the family, and when a reminder is due."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; of offers that are out already nobody is reminded."""
    op.add_column("offers", sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("offers", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_offers_remind", "offers", ["state", "remind_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_offers_remind", table_name="offers")
    op.drop_column("offers", "remind_at")
    op.drop_column("offers", "spoken_at")
