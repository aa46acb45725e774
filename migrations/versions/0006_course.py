"""Attendance and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    attendance()
    messages()
    demo_messages()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in ("demo_messages", "messages", "attendance"):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def attendance() -> None:
    """Make attendance."""
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            states("attendancestate", "expected_away", "present", "late", "absent_told", "absent"),
            nullable=False,
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("seat BETWEEN 1 AND 2", name=op.f("ck_attendance_seat")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name="fk_attendance_placement_id"),
        sa.ForeignKeyConstraint(["session_id"], ["group_sessions.id"], name="fk_attendance_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.UniqueConstraint("session_id", "placement_id", "seat", name="uq_attendance_session_id_placement_id_seat"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attendance_placement_id", "attendance", ["placement_id"], unique=False)
    op.create_index("ix_attendance_session_id", "attendance", ["session_id"], unique=False)


def messages() -> None:
    """Make messages."""
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            states("messagestate", "queued", "sending", "sent", "delivered", "failed", "unknown", "dropped"),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider", sa.String(length=20), nullable=True),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_messages_carer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_carer_id", "messages", ["carer_id"], unique=False)
    op.create_index("ix_messages_due", "messages", ["state", "not_before"], unique=False)
    op.create_index("ix_messages_provider_id", "messages", ["provider_id"], unique=False)
    op.create_index("ix_messages_thing", "messages", ["kind", "thing_id"], unique=False)


def demo_messages() -> None:
    """Make demo_messages."""
    op.create_table(
        "demo_messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demo_messages"),
        sqlite_autoincrement=True,
    )
