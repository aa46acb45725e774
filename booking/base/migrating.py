"""Bringing a database's schema up to date with Alembic, on a connection of ours."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from booking.base.db import Database

OURS = 2018_1825  # Any number that nobody else locks by.
_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """A folder shipped with the code: inside the package when installed, beside it in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every migration up to `revision`; applying none is fine."""
    _run(database, revision, up=True)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back, to `revision` or by steps such as "-1"."""
    _run(database, revision, up=False)


def is_current(database: Database) -> bool:
    """True when the schema is the newest the code knows. Only reads: whoever asks never waits for one who writes."""
    with database.reading() as db:
        found = MigrationContext.configure(db.connection()).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    return config


def _run(database: Database, revision: str, *, up: bool) -> None:
    config = _config()
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Of two machines that upgrade at once, the second waits and then finds nothing to do.
            connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": OURS})
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)
