"""The word every fourth week: "you are still in the queue". One for a family, whatever it waits for.

It counts from the day of the family's oldest registration that still waits. Nobody gets it who has an offer to think
of, has just answered one, or rests. Once half the time to the next has passed it is not sent any more: a scheduler
that was down for long sends one, and not all that were missed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.course.waiting_news.hours import is_civil
from booking.outbox import messages
from booking.outbox.messages import Message
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, RegistrationState
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement
from booking.records import policies

STILL_WAITING, STILL_WANTED = "still_waiting", "still_wanted"
FRESH = timedelta(days=7)
OF_USE = timedelta(days=2)


def list_untold(db: Session, *, now: datetime) -> list[int]:
    """Ids of the families whose four weeks are round and who have no word yet; none outside the hours for it."""
    weeks = policies.current(db).status_weeks
    if weeks < 1 or not is_civil(now):
        return []
    query = select(Registration.family_id, func.min(Registration.waiting_since)).where(*_WAITS)
    query = query.where(Registration.waiting_since <= now - timedelta(weeks=weeks)).group_by(Registration.family_id)
    dues = {family_id: _due(since, weeks, now) for family_id, since in db.execute(query)}
    since = now - timedelta(weeks=weeks)
    written = select(Message.thing_id, Message.version).where(Message.kind == STILL_WAITING, Message.made_at > since)
    told = {(family_id, about) for family_id, about in db.execute(written)}
    return [id for id, due in sorted(dues.items()) if due is not None and (id, _version(due)) not in told]


_WAITS = Registration.state == RegistrationState.WAITING, Registration.paused_at.is_(None)


def _due(since: datetime, weeks: int, now: datetime) -> date | None:
    """The day on which the last whole four weeks were round; None when it is too long ago to say so."""
    length = timedelta(weeks=weeks)
    round_ = (today(now) - today(since)) // length
    due = today(since) + round_ * length
    return due if round_ and today(now) - due < length / 2 else None


def _version(due: date) -> int:
    return int(f"{due:%Y%m%d}")


def tell(db: Session, family_id: int, *, now: datetime) -> int:
    """Write the word to each carer of the family who waits; how many were new. Nothing to one who is not to have it."""
    # One at a time for each family: two schedulers write it once.
    db.execute(select(Family.id).where(Family.id == family_id).with_for_update())
    waiting = still_waiting(db, family_id, now=now)
    weeks = policies.current(db).status_weeks
    due = _due(min(each.waiting_since for each in waiting), weeks, now) if waiting else None
    if due is None or _asked_lately(db, family_id, now):
        return 0
    made = [
        messages.queue(
            db, STILL_WAITING, family_id, carer.id, channel, version=_version(due), now=now, not_after=now + OF_USE
        )
        for carer in carers(waiting)
        for channel in carer.channels[:1]
    ]
    return sum(message is not None for message in made)


def carers(registrations: list[Registration]) -> list[Carer]:
    """Everyone who takes part in any of them, once."""
    found = {carer.id: carer for registration in registrations for carer in registration.carers}
    return [found[key] for key in sorted(found)]


def still_waiting(db: Session, family_id: int, *, now: datetime) -> list[Registration]:
    """What the family waits for in peace, the oldest first; nothing while it has an offer, or has just had news."""
    if busy(db, family_id, now=now):
        return []
    query = select(Registration).where(Registration.family_id == family_id, *_WAITS)
    return list(db.scalars(query.order_by(Registration.waiting_since, Registration.id)))


def busy(db: Session, family_id: int, *, now: datetime) -> bool:
    """True while the family has an open offer, or has had an offer, an answer to one or a place within the week."""
    fresh = now - FRESH
    theirs = list(db.scalars(select(Registration.id).where(Registration.family_id == family_id)))
    offer = select(Offer.id).where(
        Offer.registration_id.in_(theirs),
        or_(Offer.state == OfferState.OPEN, Offer.made_at > fresh, Offer.answered_at > fresh),
    )
    place = select(Placement.id).where(
        Placement.registration_id.in_(theirs), or_(Placement.made_at > fresh, Placement.ended_at > fresh)
    )
    return any(db.scalars(query.limit(1)).first() is not None for query in (offer, place))


def _asked_lately(db: Session, family_id: int, now: datetime) -> bool:
    """True when the yearly question went to one of the family within the week: one message at a time."""
    mine = select(Carer.id).where(Carer.family_id == family_id)
    query = select(Message.id).where(Message.kind == STILL_WANTED, Message.carer_id.in_(mine))
    return db.scalars(query.where(Message.made_at > now - FRESH).limit(1)).first() is not None
