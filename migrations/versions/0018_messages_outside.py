"""What a message is called outside, what it cost, why it failed, and whether the night holds it."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPTIONAL = (("fault", sa.String(60)), ("parts", sa.Integer()), ("cost", sa.Integer()), ("answer_code", sa.String(8)))
NEEDED = (("version", sa.Integer()), ("reference", sa.String(24)), ("urgent", sa.Boolean()))


def upgrade() -> None:
    """Add the columns, and fill in what stands in the key of each message."""
    for name, kind in (*OPTIONAL, *NEEDED):
        op.add_column("messages", sa.Column(name, kind, nullable=True))
    fill()
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        for name, kind in NEEDED:
            messages.alter_column(name, existing_type=kind, nullable=False)
        messages.create_unique_constraint(op.f("uq_messages_reference"), ["reference"])


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("messages", table_kwargs={"sqlite_autoincrement": True}) as messages:
        messages.drop_constraint(op.f("uq_messages_reference"), type_="unique")
        for name, _kind in (*NEEDED, *OPTIONAL):
            messages.drop_column(name)


def fill() -> None:
    """The version stands in the key, kind/thing/version/recipient/channel/attempt; the reference is made of it."""
    table = sa.table("messages", *(sa.column(name) for name in ("id", "key", "version", "reference", "urgent")))
    bind = op.get_bind()
    bind.execute(sa.update(table).values(urgent=False))
    rows = [
        {"row": row.id, "about": int(row.key.split("/")[2]), "called": called(row.key)}
        for row in bind.execute(sa.select(table.c.id, table.c.key))
    ]
    if rows:
        one = sa.update(table).where(table.c.id == sa.bindparam("row"))
        bind.execute(one.values(version=sa.bindparam("about"), reference=sa.bindparam("called")), rows)


def called(key: str) -> str:
    """What the message of that key is called outside."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]
