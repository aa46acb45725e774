"""Who is certified to lead which programme, and searches for where the next group would do most good."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SEARCH_STATES = ("requested", "computing", "done", "failed")


def upgrade() -> None:
    """Make the tables."""
    certificates()
    op.create_table(
        "opening_searches",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "state",
            sa.Enum(*SEARCH_STATES, name="searchstate", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["requested_by_id"], ["accounts.id"], name="fk_opening_searches_requested_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opening_searches"),
        sqlite_autoincrement=True,
    )


def certificates() -> None:
    """Make certificates."""
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_certificates_order")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_certificates_account_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name="fk_certificates_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("code", name="uq_certificates_code"),
        sqlite_autoincrement=True,
    )
    for column in ("account_id", "programme_id"):
        op.create_index(f"ix_certificates_{column}", "certificates", [column], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("opening_searches")
    op.drop_table("certificates")
