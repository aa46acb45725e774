"""Families, their carers and children, and the links sent to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    families()
    carers()
    name_tokens()
    children()
    contact_checks()
    links()


def downgrade() -> None:
    """Drop them, the last made first."""
    for table in ("links", "contact_checks", "children", "name_tokens", "carers", "families"):
        op.drop_table(table)


def states(name: str, *values: str) -> sa.Enum:
    """A text column with a CHECK on its values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)


def families() -> None:
    """Make families."""
    op.create_table(
        "families",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("home_district_id", sa.Integer(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["home_district_id"], ["districts.id"], name="fk_families_home_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_families"),
        sa.UniqueConstraint("code", name="uq_families_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_families_home_district_id", "families", ["home_district_id"], unique=False)


def carers() -> None:
    """Make carers."""
    op.create_table(
        "carers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("state", states("carerstate", "first", "invited", "joined", "left"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("mobile", sa.Text(), nullable=True),
        sa.Column("mobile_hash", sa.String(length=64), nullable=True),
        sa.Column("mobile_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sms_stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("gender", states("gender", "woman", "man", "other", "unsaid"), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_carers_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_carers"),
        sa.UniqueConstraint("code", name="uq_carers_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_carers_email_hash", "carers", ["email_hash"], unique=False)
    op.create_index("ix_carers_family_id", "carers", ["family_id"], unique=False)
    op.create_index("ix_carers_mobile_hash", "carers", ["mobile_hash"], unique=False)


def name_tokens() -> None:
    """Make name_tokens."""
    op.create_table(
        "name_tokens",
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_name_tokens_carer_id"),
        sa.PrimaryKeyConstraint("carer_id", "token_hash", name="pk_name_tokens"),
    )
    op.create_index("ix_name_tokens_token", "name_tokens", ["token_hash"], unique=False)


def children() -> None:
    """Make children."""
    op.create_table(
        "children",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1990 AND 2100", name=op.f("ck_children_year")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name="fk_children_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_children"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_children_family_id", "children", ["family_id"], unique=False)


def contact_checks() -> None:
    """Make contact_checks."""
    op.create_table(
        "contact_checks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_contact_checks_carer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_checks"),
        sa.UniqueConstraint("carer_id", "channel", "made_at", name="uq_contact_checks_carer_id_channel_made_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_checks_carer_id", "contact_checks", ["carer_id"], unique=False)


def links() -> None:
    """Make links."""
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("carer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["carers.id"], name="fk_links_carer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("token_hash", name="uq_links_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_links_carer_id", "links", ["carer_id"], unique=False)
