"""News that a family should have been written, but nobody of it can be written to: somebody phones and tells them.

That is what touches a place they have or were told of. The ledger says what there was to tell, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from booking.course.calls.call import Call, CallWhy, Outcome, put
from booking.course.calls.watching import LIVE, is_written_to
from booking.people.registrations import UNTOLD, Registration
from booking.places.offers import Offer
from booking.records.ledger import LedgerLine

KINDS = ("group_cancelled", "group_merged", "group_moved", "session_cancelled", "withdrawn")
TOO_OLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class News:
    """What nobody could write to the family, as a kind of message, and when it happened."""

    kind: str
    at: datetime


def list_untold(db: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Ids of registrations whose families have not been told, and are not on the list."""
    since = select(Call.id).where(Call.registration_id == Registration.id)
    spoken = and_(Call.settled_at >= LedgerLine.at, Call.outcome != Outcome.GONE)
    since = since.where(or_(Call.settled_at.is_(None), spoken))
    query = select(Registration.id).join(LedgerLine, LedgerLine.subject == Registration.subject)
    query = query.where(_matters(now), Registration.state.in_(LIVE), ~is_written_to(), ~since.exists())
    return list(db.scalars(query.distinct().order_by(Registration.id).limit(limit)))


def tell_by_phone(db: Session, registration_id: int, *, now: datetime) -> Call:
    """Put such a family on the list."""
    return put(db, db.get_one(Registration, registration_id), CallWhy.NO_CHANNEL, now=now)


def news_for(db: Session, call: Call, *, now: datetime) -> list[News]:
    """What the family has not been told since somebody last spoke with it, the newest first."""
    spoken = select(Call.settled_at).where(
        Call.registration_id == call.registration_id, Call.id != call.id, Call.settled_at.is_not(None),
        Call.outcome != Outcome.GONE,
    )  # fmt: skip
    last = max((each for each in db.scalars(spoken) if each is not None), default=now - TOO_OLD)
    query = select(LedgerLine.event, LedgerLine.at).join(Registration, Registration.subject == LedgerLine.subject)
    query = query.where(Registration.id == call.registration_id, _matters(now), LedgerLine.at > last)
    found = db.execute(query.order_by(LedgerLine.id.desc()))
    return [News(event.removeprefix(UNTOLD), at) for event, at in found]


def _matters(now: datetime) -> ColumnElement[bool]:
    """Of an offer that was taken back only a family that had been told of it hears."""
    told = select(Offer.id).where(
        Offer.registration_id == Registration.id, Offer.answered_at == LedgerLine.at, Offer.spoken_at.is_not(None)
    )
    events = LedgerLine.event.in_([f"{UNTOLD}{kind}" for kind in KINDS])
    withdrawn = LedgerLine.event == f"{UNTOLD}withdrawn"
    return and_(events, LedgerLine.at > now - TOO_OLD, or_(~withdrawn, told.exists()))
