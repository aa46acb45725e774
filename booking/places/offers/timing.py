"""The time an offer gives: from when it counts, when it is reminded of, and what happens when it is out.

It counts from when the family is told: at hand-over, or when somebody has spoken with them. What is said about it may
only be moved later. An offer that nobody could be told of never lapses.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base import clock
from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.registrations import Registration, tell, write_line
from booking.places import placements
from booking.places.offers.answering import expire, withdraw
from booking.places.offers.offer import Offer, OfferState, Refused
from booking.places.offers.telling import ARRIVED, got_out, message_states
from booking.places.reply_time import between, halfway, reply_by
from booking.records import audit, policies
from booking.records.audit import SYSTEM, Actor

HALFWAY = "offer_halfway"


def hand_over(db: Session, offer: Offer, message_id: int, *, now: datetime) -> Offer:
    """A message about the offer is about to be handed over: fix the time to answer that it will print."""
    db.refresh(offer, with_for_update={"of": Offer})
    # What nobody can tell of may not have come: whoever is told anew then is given the whole time.
    told = offer.spoken_at is not None or got_out(db, offer, besides=message_id, certain=True)
    if offer.state is OfferState.OPEN and not (offer.handed_at and told):
        _start(db, offer, max(offer.reply_by, _time(db, offer, now)), now=now, handed_at=now)
    return offer


def delivered(db: Session, offer: Offer, *, now: datetime, at: datetime | None = None) -> Offer:
    """The provider says, now, that a message about the offer arrived (`at` that time; None is now).

    The first such receipt may move the time to answer later, never earlier. An offer that is no longer open is left.
    """
    arrived = now if at is None else min(now, max(at, offer.handed_at or at))
    db.refresh(offer, with_for_update={"of": Offer})
    if offer.state is OfferState.OPEN and offer.delivered_at is None:
        later = max(offer.reply_by, _time(db, offer, arrived))
        remind_at = _halfway(db, offer.handed_at or arrived, later) if offer.remind_at else None
        values = {"reply_by": later, "remind_at": remind_at, "delivered_at": arrived}
        db.execute(update(Offer).where(Offer.id == offer.id).values(values))
        db.refresh(offer)
    return offer


def spoken(db: Session, offer: Offer, *, now: datetime, by: Actor) -> Offer:
    """Somebody has told the family of the offer: from now on its time counts, unless it did already.

    Refused when it is not open, or its time is out although the family knew of it.
    """
    placements.lock_for(db, offer.group_id, offer.family_id)
    db.refresh(offer, with_for_update={"of": Offer})
    gone = Refused(_("Erbjudandet går inte att svara på längre."), code="closed")
    if offer.state is not OfferState.OPEN or (offer.told_from or offer.made_at) > now:
        raise gone
    if not is_told(db, offer):
        later = _time(db, offer, now)
        _start(db, offer, max(later, offer.reply_by) if got_out(db, offer) else later, now=now, spoken_at=now)
        audit.note(db, "offer told by phone", offer, now=now, by=by)
        registration = db.get_one(Registration, offer.registration_id)
        write_line(db, "offer told by phone", registration, now=now, group_id=offer.group_id)
    if offer.reply_by <= now:
        raise gone
    return offer


def would_reply_by(db: Session, offer: Offer, *, now: datetime) -> datetime:
    """Until when the family may answer if somebody tells them now."""
    later = _time(db, offer, now)
    return offer.reply_by if is_told(db, offer) else max(later, offer.reply_by) if got_out(db, offer) else later


def is_told(db: Session, offer: Offer) -> bool:
    """True when the family knows of the offer: a message arrived, or somebody has spoken with them."""
    return offer.spoken_at is not None or bool(ARRIVED.intersection(message_states(db, [offer])[offer.id]))


def list_to_remind(db: Session, *, now: datetime, limit: int = 100) -> list[Offer]:
    """Open offers of which half the time has passed, and of which nobody has been reminded, oldest first."""
    query = select(Offer).where(Offer.state == OfferState.OPEN, Offer.remind_at <= now, Offer.reply_by > now)
    return list(db.scalars(query.order_by(Offer.remind_at, Offer.id).limit(limit)))


def remind(db: Session, offer: Offer, *, now: datetime) -> bool:
    """Write the reminder, once: False when it would come too late to be of use, or nobody was told of the offer.

    Refused when another worker was first or the offer has been answered.
    """
    due = Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.remind_at <= now
    refusal = Refused(_("Erbjudandet är redan besvarat."), code="closed")
    guarded(db, update(Offer).where(*due).values(remind_at=None), refusal)
    db.refresh(offer)
    if not reminds(db, offer, now=now) or not (offer.spoken_at or got_out(db, offer)):
        return False
    registration = db.get_one(Registration, offer.registration_id)
    tell(db, registration, HALFWAY, offer.id, now=now)
    return True


def reminds(db: Session, offer: Offer, *, now: datetime) -> bool:
    """True while a reminder of the offer is of use: it is open, and there is waking time enough to answer in."""
    policy = policies.current(db)
    # What was due at the half may go a little later, when the outbox is busy: half of the least time must be left.
    return offer.is_open(now) and between(now, offer.reply_by, policy) * 2 >= timedelta(
        hours=policy.halfway_least_hours
    )


def run_out(db: Session, offer: Offer, *, now: datetime) -> Offer:
    """The time of an offer is out: it lapses, but only when the family has been told of it.

    While nobody could tell them, the time moves along: their messages wait or have failed, or they are reached only
    by phone, and nobody has spoken with them yet. When the group is about to begin and they could not have the whole
    time to answer any more, the offer is taken back, and further ones do not rest.
    """
    placements.lock_for(db, offer.group_id, offer.family_id)
    db.refresh(offer, with_for_update={"of": Offer})
    if now < offer.reply_by or offer.state is not OfferState.OPEN:
        raise Refused(_("Svarstiden har inte gått ut."), code="not_due")
    if is_told(db, offer):
        return expire(db, offer, now=now)
    later = _time(db, offer, now)
    if later >= _begins(db, offer):
        return withdraw(db, offer, now=now, by=SYSTEM, reason="nobody could be told", tell=False)
    statement = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.reply_by <= now)
    refusal = Refused(_("Erbjudandet är redan besvarat."), code="closed")
    guarded(db, statement.values(reply_by=later, remind_at=None), refusal)
    audit.note(db, "offer prolonged", offer, now=now, by=SYSTEM)
    return offer


def _start(db: Session, offer: Offer, until: datetime, *, now: datetime, **times: datetime) -> None:
    values = {"reply_by": until, "remind_at": _halfway(db, now, until), **times}
    db.execute(update(Offer).where(Offer.id == offer.id).values(values))
    db.refresh(offer)


def _time(db: Session, offer: Offer, now: datetime) -> datetime:
    return reply_by(now, _begins(db, offer), policies.current(db))


def _halfway(db: Session, start: datetime, end: datetime) -> datetime | None:
    return halfway(start, end, policies.current(db))


def _begins(db: Session, offer: Offer) -> datetime:
    planned = GroupSession.group_id == offer.group_id, GroupSession.state == SessionState.PLANNED
    first: datetime | None = db.scalar(select(func.min(GroupSession.starts_at)).where(*planned))
    return first or clock.at(offer.group.first_day, offer.group.starts_at)
