"""Allocation runs, placements and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    allocation_runs()
    run_decisions()
    placements()
    placements_indexes()
    offers()
    offers_indexes()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in ("offers", "placements", "run_decisions", "allocation_runs"):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def allocation_runs() -> None:
    """Make allocation_runs."""
    op.create_table(
        "allocation_runs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            states("runstate", "requested", "computing", "proposed", "published", "discarded", "failed"),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["requested_by_id"], ["accounts.id"], name="fk_allocation_runs_requested_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_allocation_runs"),
        sa.UniqueConstraint("code", name="uq_allocation_runs_code"),
        sa.UniqueConstraint("slot", name="uq_allocation_runs_slot"),
        sqlite_autoincrement=True,
    )


def run_decisions() -> None:
    """Make run_decisions."""
    op.create_table(
        "run_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("reason_group_id", sa.Integer(), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=False),
        sa.Column("state", states("decisionstate", "proposed", "excluded", "offered", "stale"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_run_decisions_group_id"),
        sa.ForeignKeyConstraint(["reason_group_id"], ["groups.id"], name="fk_run_decisions_reason_group_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_run_decisions_registration_id"),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_runs.id"], name="fk_run_decisions_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_run_decisions"),
        sa.UniqueConstraint("run_id", "registration_id", name="uq_run_decisions_run_id_registration_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_decisions_registration_id", "run_decisions", ["registration_id"], unique=False)
    op.create_index("ix_run_decisions_run_id", "run_decisions", ["run_id"], unique=False)


def placements() -> None:
    """Make placements."""
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("resident", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            states("placementstate", "held", "taken", "declined", "lapsed", "left", "moved", "cancelled", "completed"),
            nullable=False,
        ),
        sa.Column("source", states("source", "offer", "web", "staff", "walk_in"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override", sa.Text(), nullable=True),
        sa.CheckConstraint("seats BETWEEN 1 AND 2", name=op.f("ck_placements_seats")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_placements_family_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_placements_group_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_placements_programme_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_placements_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
        sqlite_autoincrement=True,
    )


def placements_indexes() -> None:
    """Make placements_indexes."""
    op.create_index("ix_placements_group", "placements", ["group_id", "state"], unique=False)
    op.create_index("ix_placements_registration_id", "placements", ["registration_id"], unique=False)
    op.create_index(
        "uq_placements_live",
        "placements",
        ["family_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'taken')"),
        postgresql_where=sa.text("state IN ('held', 'taken')"),
    )


def offers() -> None:
    """Make offers."""
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column(
            "state", states("offerstate", "open", "accepted", "declined", "expired", "withdrawn"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("reason_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_offers_family_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_offers_group_id"),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name="fk_offers_placement_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_offers_programme_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name="fk_offers_registration_id"),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_runs.id"], name="fk_offers_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("code", name="uq_offers_code"),
        sa.UniqueConstraint("placement_id", name="uq_offers_placement_id"),
        sqlite_autoincrement=True,
    )


def offers_indexes() -> None:
    """Make offers_indexes."""
    op.create_index("ix_offers_due", "offers", ["state", "reply_by"], unique=False)
    op.create_index("ix_offers_group_id", "offers", ["group_id"], unique=False)
    op.create_index("ix_offers_registration_id", "offers", ["registration_id"], unique=False)
    op.create_index(
        "uq_offers_open",
        "offers",
        ["family_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
