"""Messages may also be for somebody who signs in: a carer or an account, never both."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONE = "(carer_id IS NULL) <> (account_id IS NULL)"


def upgrade() -> None:
    """Let the carer be missing, and name an account instead."""
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        messages.alter_column("carer_id", existing_type=sa.Integer(), nullable=True)
        messages.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        messages.create_foreign_key("fk_messages_account_id", "accounts", ["account_id"], ["id"])
        messages.create_index("ix_messages_account_id", ["account_id"], unique=False)
        messages.create_check_constraint(op.f("ck_messages_recipient"), ONE)


def downgrade() -> None:
    """Drop what was for accounts."""
    op.execute("DELETE FROM messages WHERE carer_id IS NULL")
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        messages.drop_constraint(op.f("ck_messages_recipient"), type_="check")
        messages.drop_index("ix_messages_account_id")
        messages.drop_constraint("fk_messages_account_id", type_="foreignkey")
        messages.drop_column("account_id")
        messages.alter_column("carer_id", existing_type=sa.Integer(), nullable=False)
