"""Limits on how often one address may post, counted in the database so that every web process counts the same.

They are wide enough for a family centre where many sit behind one address; a person's own limits (codes, passwords)
are kept by the nouns. The address is kept only as a keyed hash, and only until the window ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from booking.base.clock import Clock
from booking.base.db import Database
from booking.base.secrecy import lookup
from booking.records.rate_counts import RateCount
from booking.web import access, receipts

POSTS = "240 per minute"
TRIES = "60 per 5 minutes"
STRICTER = {"signin.form": TRIES}


class SqlStorage(Storage):
    """Flask-Limiter's counters as rows. Each call is a short transaction of its own, before the request's begins.

    A key is kept as its hash: it holds the name of the view, and would else be too long for its column with some.
    """

    STORAGE_SCHEME = ["likaplats+sql"]

    def __init__(self, uri: str, database: Database, clock: Clock, **options: Any) -> None:
        super().__init__(uri, **options)
        self._database = database
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in here."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more under the key; a window that has ended starts anew. Returns the count."""
        now = self._clock()
        insert = postgresql.insert if self._database.engine.dialect.name == "postgresql" else sqlite.insert
        fresh = {"count": amount, "ends_at": now + timedelta(seconds=expiry)}
        ended = RateCount.ends_at <= now
        again = {
            "count": case((ended, amount), else_=RateCount.count + amount),
            "ends_at": case((ended, fresh["ends_at"]), else_=RateCount.ends_at),
        }
        statement = insert(RateCount).values(key=lookup(key), **fresh)
        statement = statement.on_conflict_do_update(index_elements=[RateCount.key], set_=again)
        with self._database.transaction() as db:
            return int(db.execute(statement.returning(RateCount.count)).scalar_one())

    def get(self, key: str) -> int:
        """The count under the key now."""
        with self._database.reading() as db:
            query = select(RateCount.count).where(RateCount.key == lookup(key), RateCount.ends_at > self._clock())
            return db.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds since 1970."""
        with self._database.reading() as db:
            ends_at = db.scalar(select(RateCount.ends_at).where(RateCount.key == lookup(key)))
        return (ends_at or datetime(1970, 1, 1, tzinfo=UTC)).timestamp()

    def check(self) -> bool:
        """True when the database answers."""
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget every count."""
        with self._database.transaction() as db:
            db.execute(delete(RateCount))
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._database.transaction() as db:
            db.execute(delete(RateCount).where(RateCount.key == lookup(key)))


def address_key() -> str:
    """The visitor's network address, as a keyed hash."""
    return lookup(request.remote_addr or "")[:32]


def install(app: Flask) -> None:
    """Count every post; tries to sign in more strictly."""
    services = access.services_of(app)
    Limiter(
        address_key,
        app=app,
        storage_uri="likaplats+sql://",
        storage_options={"database": services.database, "clock": services.clock},  # type: ignore[dict-item]
        # Not a decorator on the view: that would count inside the request's own transaction, which on SQLite has to
        # end before another may write.
        default_limits=[lambda: STRICTER.get(request.endpoint or "", POSTS)],
        # A gateway posts for everybody from one address, and knows the secret in it.
        default_limits_exempt_when=lambda: request.method != "POST" or request.blueprint == receipts.NAME,
        headers_enabled=False,
        swallow_errors=False,
    )
