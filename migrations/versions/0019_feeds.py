"""Private calendar addresses; and since when somebody wants no e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Make feeds; nobody has stopped e-mail yet."""
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(carer_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_feeds_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_feeds_account_id"),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_feeds_carer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("token_hash", name="uq_feeds_token_hash"),
        sqlite_autoincrement=True,
    )
    for column in ("carer_id", "account_id"):
        op.create_index(f"uq_feeds_{column}", "feeds", [column], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.add_column("carers", sa.Column("email_stopped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("carers", "email_stopped_at")
    op.drop_table("feeds")
