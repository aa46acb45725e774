"""Receipts that came early, codes with which an SMS is answered, and the answers."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = (
    "accepted", "declined", "coming", "away", "same", "closed", "stopped", "started", "helped", "unclear", "ignored",
)  # fmt: skip


def upgrade() -> None:
    """Make the three tables."""
    make_kept_receipts()
    make_answer_codes()
    make_replies()


def downgrade() -> None:
    """Drop them."""
    for name in ("replies", "answer_codes", "kept_receipts"):
        op.drop_table(name)


def make_kept_receipts() -> None:
    """Receipts whose message is not written down as handed over yet."""
    op.create_table(
        "kept_receipts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=True),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.String(length=60), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_receipts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_kept_receipts_reference"), "kept_receipts", ["reference"])
    op.create_index(op.f("ix_kept_receipts_kept_at"), "kept_receipts", ["kept_at"])
    op.create_index("ix_kept_receipts_provider_id", "kept_receipts", ["provider", "provider_id"])


def make_answer_codes() -> None:
    """Codes, each unique among those of its number."""
    op.create_table(
        "answer_codes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name=op.f("fk_answer_codes_carer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_codes")),
        sa.UniqueConstraint("carer_id", "kind", "thing_id", name=op.f("uq_answer_codes_carer_id_kind_thing_id")),
        sa.UniqueConstraint("number_hash", "code", name=op.f("uq_answer_codes_number_hash_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answer_codes_until", "answer_codes", ["until"])


def make_replies() -> None:
    """SMS that came as answers."""
    state = sa.Enum(*STATES, name="replystate", native_enum=False, create_constraint=True, length=30)
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name=op.f("fk_replies_carer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("provider", "provider_id", name=op.f("uq_replies_provider_provider_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_replies_carer_id"), "replies", ["carer_id"])
    op.create_index("ix_replies_number", "replies", ["number_hash", "came_at"])
    op.create_index("ix_replies_came_at", "replies", ["came_at"])
