"""The demo's own clock: the true time plus an offset kept in the database, so that every process agrees."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session

from booking.base.clock import Clock
from booking.base.db import Base, Database, plain


class DemoClock(Base):
    """The one row that says how far the demo is ahead of the true time."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = plain(primary_key=True)
    ahead_seconds: Mapped[int] = plain(default=0)


def move(db: Session, ahead: timedelta) -> None:
    """Move the demo's clock forward. Time never goes back: what has happened has happened."""
    row = db.get(DemoClock, 1) or DemoClock(id=1, ahead_seconds=0)
    row.ahead_seconds += max(0, int(ahead.total_seconds()))
    db.add(row)


def demo_clock(database: Database, true_clock: Clock) -> Clock:
    """A clock that reads the offset at every call."""

    def read() -> datetime:
        with database.reading() as db:
            row = db.get(DemoClock, 1)
        return true_clock() + timedelta(seconds=row.ahead_seconds if row else 0)

    return read
