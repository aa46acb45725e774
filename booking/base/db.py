"""The database: one declarative base, the two kinds of transaction, and the only commit there is.

`reading()` is for GET and the database itself refuses writes in it; `transaction()` is for everything that changes
something and commits when its block ends well. SQLite (WAL, BEGIN IMMEDIATE) and PostgreSQL behave alike.
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Update,
    create_engine,
    delete,
    event,
    insert,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, MappedColumn, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from booking.base.errors import Refused

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 15


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Refuses naive datetimes."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: D102
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every mapped class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON, list[int]: JSON}


def plain(*args: Any, **kwargs: Any) -> MappedColumn[Any]:
    """A column that says nothing about a person."""
    return mapped_column(*args, info={"personal": False}, **kwargs)


def personal(*args: Any, **kwargs: Any) -> MappedColumn[Any]:
    """A column that says something about a person, and must go when the person's data goes."""
    return mapped_column(*args, info={"personal": True}, **kwargs)


def identity() -> MappedColumn[Any]:
    """A whole-number key that is never reused."""
    return mapped_column(primary_key=True, autoincrement=True, info={"personal": False})


def states(kind: type[enum.Enum]) -> Enum:
    """A column type for an Enum of strings: text with a CHECK, the same on both databases."""
    return Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=lambda members: [member.value for member in members],
    )


def guarded(db: Session, statement: Update, refusal: Refused, *, rows: int = 1) -> None:
    """Run an update that must hit exactly so many rows; otherwise somebody was first, and `refusal` is raised."""
    result = db.execute(statement)
    if not isinstance(result, CursorResult) or result.rowcount != rows:
        raise refusal


def replace_all(db: Session, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Put these rows in the place of all there were; how many. Of two workers that do it at once, one does nothing: 0.

    The class needs a unique constraint, on which the second of the two is stopped.
    """
    try:
        with db.begin_nested():
            db.execute(delete(kind))
            if rows:
                db.execute(insert(kind), rows)
    except IntegrityError:
        return 0
    return len(rows)


class Database:
    """One city's database. Safe to share between threads; holds nothing but a connection pool."""

    def __init__(self, url: str, *, echo: bool = False) -> None:
        self.engine = _engine(url, echo=echo)
        self._reader = self.engine.execution_options(reading=True, **_read_only(self.engine))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state and in which the database refuses every write."""
        with Session(self._reader, autoflush=False) as db:
            yield db

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are kept when the block ends well, and undone when it raises."""
        with Session(self.engine, expire_on_commit=False) as db:
            yield db
            db.commit()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _engine(url: str, *, echo: bool) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, echo=echo, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, echo=echo, pool_pre_ping=True, pool_size=5, max_overflow=10)


def _read_only(engine: Engine) -> dict[str, Any]:
    # psycopg asks the server itself to refuse writes; on SQLite a PRAGMA does the same, see _begin_sqlite. One state
    # for the whole block, as SQLite gives it: an allocation must not read places and families of different moments.
    if engine.dialect.name == "postgresql":
        return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    return {}


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the one write lock at once: two writers queue up instead of failing half-way.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
