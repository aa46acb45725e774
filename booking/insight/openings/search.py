"""A search for where the next group would do most good: asked for, computed by a worker, shown with when it was made.

The web asks and shows; a worker computes (`booking.insight.openings.work`). `found` is what it found, as JSON: see
`Found` in `booking.insight.openings.found`.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, guarded, identity, plain, states
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.places.runs import AllocationRun
from booking.records.audit import SYSTEM, Actor, note

STUCK_AFTER = timedelta(minutes=15)
FRESH = timedelta(hours=20)


class SearchState(enum.Enum):
    """The life of a search."""

    REQUESTED = "requested"  # Waits for a worker.
    COMPUTING = "computing"  # A worker has it.
    DONE = "done"  # Can be looked at.
    FAILED = "failed"  # Computing failed.


class Refused(_Refused):
    """The search could not be changed."""


class OpeningSearch(Base):
    """One search and what it found."""

    __tablename__ = "opening_searches"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    state: Mapped[SearchState] = plain(states(SearchState), default=SearchState.REQUESTED)
    requested_at: Mapped[datetime] = plain()
    requested_by_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    claimed_at: Mapped[datetime | None] = plain()
    computed_at: Mapped[datetime | None] = plain()
    found: Mapped[dict[str, Any]] = plain(default=dict)
    failure: Mapped[str | None] = plain(String(80))


def request(db: Session, *, now: datetime, by: Actor) -> OpeningSearch:
    """Ask for a search; one that waits already serves for this one too."""
    if (waiting := find_waiting(db)) is not None and waiting.state is SearchState.REQUESTED:
        return waiting
    made = OpeningSearch(requested_at=now, requested_by_id=by.id if by.kind == "account" else None)
    db.add(made)
    db.flush()
    note(db, "openings asked for", made, now=now, by=by)
    return made


def is_due(db: Session, *, now: datetime) -> bool:
    """True when the last search is a day old, or a run has been published since it was asked for."""
    asked_at: datetime | None = db.scalar(select(func.max(OpeningSearch.requested_at)))
    published_at: datetime | None = db.scalar(select(func.max(AllocationRun.published_at)))
    if asked_at is None or not asked_at <= now < asked_at + FRESH:
        return True
    return published_at is not None and published_at > asked_at


def request_due(db: Session, *, now: datetime) -> OpeningSearch | None:
    """Ask for a search if one is due."""
    return request(db, now=now, by=SYSTEM) if is_due(db, now=now) else None


def find_waiting(db: Session) -> OpeningSearch | None:
    """The search that waits or is being computed."""
    at_work = OpeningSearch.state.in_((SearchState.REQUESTED, SearchState.COMPUTING))
    return db.scalars(select(OpeningSearch).where(at_work).order_by(OpeningSearch.id.desc())).first()


def find_latest(db: Session) -> OpeningSearch | None:
    """The last search that came to an end, well or not."""
    over = OpeningSearch.state.in_((SearchState.DONE, SearchState.FAILED))
    return db.scalars(select(OpeningSearch).where(over).order_by(OpeningSearch.id.desc())).first()


def _claimable(now: datetime) -> ColumnElement[bool]:
    left_behind = (OpeningSearch.state == SearchState.COMPUTING) & (OpeningSearch.claimed_at <= now - STUCK_AFTER)
    return (OpeningSearch.state == SearchState.REQUESTED) | left_behind


def list_to_compute(db: Session, *, now: datetime) -> list[int]:
    """Ids of the searches a worker may claim, oldest first."""
    return list(db.scalars(select(OpeningSearch.id).where(_claimable(now)).order_by(OpeningSearch.id)))


def claim(db: Session, search_id: int, *, now: datetime) -> None:
    """Take a search to compute it: one that waits, or one whose worker has not been heard of for STUCK_AFTER."""
    statement = update(OpeningSearch).where(OpeningSearch.id == search_id, _claimable(now))
    taken = statement.values(state=SearchState.COMPUTING, claimed_at=now)
    guarded(db, taken, Refused(_("Sökningen har redan ändrats."), code="changed"))


def settle(
    db: Session, search_id: int, claimed_at: datetime, *, now: datetime, found: Any = None, failure: str | None = None
) -> None:
    """Write down what a claimed search found, or why it failed; what earlier ones found is not needed any more."""
    statement = update(OpeningSearch).where(
        OpeningSearch.id == search_id,
        OpeningSearch.state == SearchState.COMPUTING,
        OpeningSearch.claimed_at == claimed_at,
    )
    state = SearchState.FAILED if failure else SearchState.DONE
    over = statement.values(state=state, computed_at=now, found=found or {}, failure=failure)
    guarded(db, over, Refused(_("Sökningen har redan ändrats."), code="changed"))
    if state is SearchState.DONE:
        db.execute(delete(OpeningSearch).where(OpeningSearch.id < search_id))
