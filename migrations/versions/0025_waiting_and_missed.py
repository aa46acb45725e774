"""The yearly question, the contacts after a no-show, and acts found by who did them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ASKED = ("asked", "again", "calling", "answered", "over")
CONTACT = ("called", "met", "message")
OPEN = sa.text("ended_at IS NULL")


def _states(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Make both tables, and an index that finds what a family has done."""
    op.create_table(
        "still_wanted",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", _states(ASKED, "questionstate"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_still_wanted_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_wanted")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_still_wanted_open", "still_wanted", ["registration_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", _states(CONTACT, "contactkind"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_follow_ups_placement_id")),
        sa.ForeignKeyConstraint(["session_id"], ["group_sessions.id"], name=op.f("fk_follow_ups_session_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_follow_ups_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("placement_id", "session_id", name=op.f("uq_follow_ups_placement_id_session_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor", "actor_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_audit_entries_actor", "audit_entries")
    op.drop_table("follow_ups")
    op.drop_index("uq_still_wanted_open", "still_wanted")
    op.drop_table("still_wanted")
