"""When an offer may be told, was handed over and arrived; which places the city itself took back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = (
    ("offers", "told_from"), ("offers", "handed_at"), ("offers", "delivered_at"), ("placements", "taken_back_at"),
)  # fmt: skip


def upgrade() -> None:
    """Add the columns; what was handed over before counts from when it was made."""
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE offers SET handed_at = made_at")


def downgrade() -> None:
    """Drop them."""
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
