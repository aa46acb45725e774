"""Trials, what a run was made from and why it ended as it did, and the steers of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = ("requested", "computing", "proposed", "published", "discarded", "failed")
MORE = (*STATES, "tried", "unchanged")


def upgrade() -> None:
    """Add the columns and make the tables."""
    allow("allocation_runs", "runstate", "state", STATES, MORE)
    op.execute(
        "ALTER TABLE allocation_runs ADD COLUMN based_on_id INTEGER"
        " CONSTRAINT fk_allocation_runs_based_on_id REFERENCES allocation_runs (id)"
    )
    op.add_column("allocation_runs", sa.Column("trial", sa.JSON(), nullable=True))
    op.add_column("allocation_runs", sa.Column("fingerprint", sa.String(length=64), nullable=True))
    op.create_index("ix_allocation_runs_state", "allocation_runs", ["state"], unique=False)
    run_snapshots()
    steers()


def downgrade() -> None:
    """Take them away again; what only the newer code knows goes with them."""
    op.drop_table("steers")
    op.drop_table("run_snapshots")
    op.drop_index("ix_allocation_runs_state", table_name="allocation_runs")
    for column in ("fingerprint", "trial", "based_on_id"):
        op.execute(f"ALTER TABLE allocation_runs DROP COLUMN {column}")
    newer = "state IN ('tried', 'unchanged')"
    op.execute(f"DELETE FROM run_decisions WHERE run_id IN (SELECT id FROM allocation_runs WHERE {newer})")  # noqa: S608
    op.execute(f"DELETE FROM allocation_runs WHERE {newer}")  # noqa: S608
    allow("allocation_runs", "runstate", "state", MORE, STATES)


def allow(table: str, check: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change which values a CHECK lets into a column of text; no row is touched."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(check, table, type_="check")
        op.create_check_constraint(check, table, sa.column(column).in_(after))
        return
    # SQLite keeps a table's definition as text. Others refer to this table, so it is not made anew: the text is
    # changed, as SQLite's own documentation of ALTER TABLE describes for a CHECK.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (listed(before), listed(after), table),
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")


def listed(values: tuple[str, ...]) -> str:
    """The values as they stand in a CHECK."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def run_snapshots() -> None:
    """Make run_snapshots."""
    op.create_table(
        "run_snapshots",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("breaches", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_runs.id"], name="fk_run_snapshots_run_id"),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_snapshots"),
    )


def steers() -> None:
    """Make steers."""
    op.create_table(
        "steers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", states("steerkind", "pin", "exclude"), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", states("steerstate", "standing", "used", "lifted", "fallen"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(kind = 'pin') = (group_id IS NOT NULL)", name=op.f("ck_steers_whereto")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_steers_group_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name="fk_steers_made_by_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_steers_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_steers"),
        sa.UniqueConstraint("code", name="uq_steers_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_steers_group_id", "steers", ["group_id"], unique=False)
    op.create_index("ix_steers_registration_id", "steers", ["registration_id"], unique=False)
    standing = sa.text("state = 'standing'")
    op.create_index(
        "uq_steers_standing",
        "steers",
        ["registration_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
