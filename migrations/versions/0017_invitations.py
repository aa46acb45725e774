"""Open invitations to the last places of a group, and places taken by one."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SOURCES = ("offer", "web", "staff", "walk_in")
MORE = ("offer", "web", "invitation", "staff", "walk_in")


def upgrade() -> None:
    """Make invitations, and let a place say that it came from one."""
    allow("placements", "source", "source", SOURCES, MORE)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", states("invitationstate", "open", "accepted", "declined", "over"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_invitations_group_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_invitations_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code", name="uq_invitations_code"),
        sa.UniqueConstraint("group_id", "registration_id", name="uq_invitations_group_id_registration_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_registration_id", "invitations", ["registration_id"], unique=False)


def downgrade() -> None:
    """Take it away; places that came from an invitation are then ones the family took at once."""
    op.drop_table("invitations")
    op.execute("UPDATE placements SET source = 'web' WHERE source = 'invitation'")
    allow("placements", "source", "source", MORE, SOURCES)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def allow(table: str, check: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change which values a CHECK lets into a column of text; no row is touched."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(check, table, type_="check")
        op.create_check_constraint(check, table, sa.column(column).in_(after))
        return
    # As in 0009: SQLite keeps a table's definition as text, and others refer to this table.
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
