"""Families to phone, and the tries at it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WHY = ("not_reached", "phone_only", "answer_unclear", "reconfirm", "no_channel")
OUTCOME = ("yes", "no", "spoken", "left", "gone")
RESULT = ("no_answer", "wrong_number", "interpreter", "thinking", "spoken")


def _states(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=True),
        sa.Column("why", _states(WHY, "callwhy"), nullable=False),
        sa.Column("thing_kind", sa.String(length=40), nullable=True),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", _states(OUTCOME, "outcome"), nullable=True),
        sa.Column("open_key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name=op.f("fk_calls_carer_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_calls_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("code", name=op.f("uq_calls_code")),
        sa.UniqueConstraint("open_key", name=op.f("uq_calls_open_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calls_registration_id"), "calls", ["registration_id"])
    op.create_index(op.f("ix_calls_settled_at"), "calls", ["settled_at"])
    op.create_index("ix_calls_thing", "calls", ["thing_kind", "thing_id"])
    op.create_table(
        "call_tries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("result", _states(RESULT, "tryresult"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_call_tries_account_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tries_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_tries")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_tries_call_id"), "call_tries", ["call_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("call_tries")
    op.drop_table("calls")
