"""A plan of reminders for each programme, in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a programme without a row follows the city's settings."""
    op.create_table(
        "reminder_plans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_days", sa.JSON(), nullable=False),
        sa.Column("later_days", sa.JSON(), nullable=False),
        sa.Column("first_morning", sa.Boolean(), nullable=False),
        sa.Column("later_morning", sa.Boolean(), nullable=False),
        sa.Column("day_at", sa.Time(), nullable=False),
        sa.Column("morning_at", sa.Time(), nullable=False),
        sa.Column("bring", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_reminder_plans_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_plans")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_reminder_plans_programme_id_version")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop it: every programme follows the city's settings again."""
    op.drop_table("reminder_plans")
