"""Workers that share the sending: messages in hand, holds, the pace of each provider, and how it fares."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ADDED = (
    ("due_at", sa.DateTime(timezone=True)), ("taken_by", sa.String(16)), ("taken_until", sa.DateTime(timezone=True)),
    ("stalls", sa.Integer()),
)  # fmt: skip
BEFORE = {
    "ix_messages_due": ["state", "not_before"],
    "ix_messages_carer_id": ["carer_id"],
    "ix_messages_account_id": ["account_id"],
}
AFTER = {
    "ix_messages_due": ["state", "channel", "not_before", "id"],
    "ix_messages_to_carer": ["carer_id", "channel", "state"],
    "ix_messages_to_account": ["account_id", "channel", "state"],
}


def upgrade() -> None:
    """Add the columns and the tables, and index what workers ask for."""
    for name, kind in ADDED:
        op.add_column("messages", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE messages SET stalls = 0")
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        messages.alter_column("stalls", existing_type=sa.Integer(), nullable=False)
    index(BEFORE, AFTER)
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_key", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.UniqueConstraint("open_key", name="uq_holds_open_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "paces",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_paces"),
    )
    make_health()


def make_health() -> None:
    """The tables about providers."""
    op.create_table(
        "provider_minutes",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("ok", "refused", "faults", "unclear")),
        sa.PrimaryKeyConstraint("provider", "minute", name="pk_provider_minutes"),
    )
    op.create_table(
        "providers",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probing", sa.Boolean(), nullable=False),
        sa.Column("down_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fault", sa.String(length=60), nullable=True),
        sa.Column("last_fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_providers"),
    )


def downgrade() -> None:
    """Drop them. What a worker had in hand was in the queue and stays there."""
    for table in ("providers", "provider_minutes", "paces", "holds"):
        op.drop_table(table)
    index(AFTER, BEFORE)
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        for name, _kind in ADDED:
            messages.drop_column(name)


def index(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    """Other indexes on the messages."""
    for name in old:
        op.drop_index(name, table_name="messages")
    for name, columns in new.items():
        op.create_index(name, "messages", columns, unique=False)
