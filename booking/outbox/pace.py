"""Pace: how many messages a provider is given per minute, over all workers on all machines together.

One row per provider holds the instant at which the next message would be in step. A message may go up to LEEWAY ahead
of its step, so that a worker which looks every other second still uses the whole rate; in any stretch of time no more
go than the rate allows for it and LEEWAY. Instants are whole microseconds since 1970, so that both databases reckon
alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, String, case, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, plain

MINUTE = 60_000_000
LEEWAY = 3_000_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class Pace(Base):
    """When a provider's next message would be in step, in microseconds since 1970."""

    __tablename__ = "paces"

    provider: Mapped[str] = plain(String(20), primary_key=True)
    next_at: Mapped[int] = plain(BigInteger)


def step(per_minute: int) -> int:
    """The microseconds between two messages."""
    return -(-MINUTE // per_minute)


def room(next_at: int, at: int, per_minute: int) -> int:
    """How many may go at that instant; both instants in microseconds."""
    ahead = at + LEEWAY - max(next_at, at)
    return 0 if ahead < 0 else 1 + ahead // step(per_minute)


def after(next_at: int, at: int, per_minute: int) -> int:
    """Where the next step stands when one message has gone at that instant."""
    return max(next_at, at) + step(per_minute)


def free(db: Session, provider: str, per_minute: int, *, now: datetime) -> int:
    """How many messages the provider may be given now. Nothing is taken."""
    return room(_next_at(db, provider), ticks(now), per_minute)


def opens_at(db: Session, provider: str, *, now: datetime) -> datetime:
    """When the provider may be given its next message: now, or later."""
    return max(now, BEGINNING + (_next_at(db, provider) - LEEWAY) * TICK)


def take(db: Session, provider: str, per_minute: int, *, now: datetime) -> bool:
    """Take the right to hand over one message now; False when others have taken what there was."""
    at = ticks(now)
    moved = case((Pace.next_at > at, Pace.next_at), else_=at) + step(per_minute)
    statement = update(Pace).where(Pace.provider == provider, Pace.next_at <= at + LEEWAY).values(next_at=moved)
    statement = statement.execution_options(synchronize_session=False)
    if _hit(db, statement):
        return True
    if db.scalar(select(Pace.provider).where(Pace.provider == provider)) is not None:
        return False
    try:
        with db.begin_nested():
            db.add(Pace(provider=provider, next_at=after(0, at, per_minute)))
        return True
    except IntegrityError:  # Another worker was first to give this provider anything.
        return _hit(db, statement)


def ticks(instant: datetime) -> int:
    """An instant in microseconds since 1970."""
    return (instant - BEGINNING) // TICK


def _next_at(db: Session, provider: str) -> int:
    return db.scalar(select(Pace.next_at).where(Pace.provider == provider)) or 0


def _hit(db: Session, statement: object) -> bool:
    done = db.execute(statement)  # type: ignore[call-overload]
    return isinstance(done, CursorResult) and done.rowcount == 1
