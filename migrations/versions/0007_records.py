"""The audit log and the ledger, which only grow, and the dates that never change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    audit_entries()
    audit_values()
    ledger_lines()
    policies()
    rate_counts()
    demo_clock()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        refuse_change(table)
    refuse_new_waiting_since()


def downgrade() -> None:
    """Drop them, the last made first."""
    drop_triggers()
    for table in ("demo_clock", "rate_counts", "policies", "ledger_lines", "audit_values", "audit_entries"):
        op.drop_table(table)


APPEND_ONLY = ("audit_entries", "ledger_lines")


def refuse_change(table: str) -> None:
    """Let rows be added to a table, and never changed or removed."""
    if op.get_bind().dialect.name == "postgresql":
        changes = "UPDATE OR DELETE OR TRUNCATE"
        op.execute(f"CREATE TRIGGER {table}_grows BEFORE {changes} ON {table} EXECUTE FUNCTION refuse_change()")
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )


def refuse_new_waiting_since() -> None:
    """Waiting time is never rewritten, whoever tries."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER registrations_waiting_since BEFORE UPDATE ON registrations FOR EACH ROW"
            " WHEN (NEW.waiting_since IS DISTINCT FROM OLD.waiting_since) EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        "CREATE TRIGGER registrations_waiting_since BEFORE UPDATE OF waiting_since ON registrations"
        " WHEN NEW.waiting_since IS NOT OLD.waiting_since"
        " BEGIN SELECT RAISE(ABORT, 'waiting_since never changes'); END"
    )


def drop_triggers() -> None:
    """Take the triggers away again."""
    names = [(f"{table}_{change}", table) for table in APPEND_ONLY for change in ("update", "delete")]
    if postgresql := op.get_bind().dialect.name == "postgresql":
        names = [(f"{table}_grows", table) for table in APPEND_ONLY]
    for name, table in [*names, ("registrations_waiting_since", "registrations")]:
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")


def audit_entries() -> None:
    """Make audit_entries."""
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_index("ix_audit_entries_thing", "audit_entries", ["thing", "thing_id"], unique=False)


def audit_values() -> None:
    """Make audit_values."""
    op.create_table(
        "audit_values",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name="fk_audit_values_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_values"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_values_entry_id", "audit_values", ["entry_id"], unique=False)


def ledger_lines() -> None:
    """Make ledger_lines."""
    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_lines"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_lines_at", "ledger_lines", ["at"], unique=False)
    op.create_index("ix_ledger_lines_event", "ledger_lines", ["event"], unique=False)
    op.create_index("ix_ledger_lines_subject", "ledger_lines", ["subject"], unique=False)


def policies() -> None:
    """Make policies."""
    op.create_table(
        "policies",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sqlite_autoincrement=True,
    )


def rate_counts() -> None:
    """Make rate_counts."""
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_counts"),
    )
    op.create_index("ix_rate_counts_ends_at", "rate_counts", ["ends_at"], unique=False)


def demo_clock() -> None:
    """Make demo_clock."""
    op.create_table(
        "demo_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ahead_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demo_clock"),
    )
