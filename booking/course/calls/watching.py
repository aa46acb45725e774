"""Who comes on the list by itself, and who leaves it: a family with an open offer that nobody could be told of.

A way to write to a family that has come since is used first. What may still arrive is waited for; when nobody can
tell whether a message arrived, only for some waking hours. Whoever waits without getting offers, because it let one
lapse, and is reached only by phone, is phoned too: nothing else would ever ask it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from booking.course.calls.call import OFFERS, Call, CallWhy, put, settle
from booking.outbox import messages
from booking.outbox.messages import Message
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration, RegistrationCarer, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.reply_time import after
from booking.records import policies

LIVE = (RegistrationState.WAITING, RegistrationState.PLACED)


def list_unreached(db: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Ids of open offers that nobody could be told of, and that are not on the list, the most urgent first."""
    listed = select(Call.id).where(
        Call.thing_kind == Offer.__tablename__, Call.thing_id == Offer.id, Call.settled_at.is_(None)
    )
    query = offers.unreached(now).where(~listed.exists()).order_by(Offer.reply_by, Offer.id)
    return [offer.id for offer in db.scalars(query.limit(limit))]


def see_to(db: Session, offer: Offer, *, now: datetime) -> bool:
    """Write to the family in a way that it can be written to now; when there is none, put it on the list."""
    still = offers.unreached(now).where(Offer.id == offer.id).with_for_update(of=Offer)
    if db.scalars(still).first() is None:
        return False
    registration = db.get_one(Registration, offer.registration_id)
    coming = [carer for carer in registration.carers if carer.state is not CarerState.LEFT]
    ways = [(carer, channel) for carer in coming for channel in carer.channels]
    written = [messages.queue(db, offers.KIND, offer.id, carer.id, channel, now=now) for carer, channel in ways]
    if any(written):
        return True
    since, policy = offers.unknown_since(db, offer), policies.current(db)
    if since is not None and now < after(since, timedelta(hours=policy.call_unknown_hours), policy):
        return False
    why = CallWhy.NOT_REACHED if ways else CallWhy.PHONE_ONLY
    put(db, registration, why, thing_kind=Offer.__tablename__, thing_id=offer.id, now=now)
    return True


def list_resting(db: Session, *, limit: int = 100) -> list[int]:
    """Ids of registrations whose offers rest, and whose families can be asked only by phone; not yet on the list."""
    listed = select(Call.id).where(Call.registration_id == Registration.id, Call.settled_at.is_(None))
    query = select(Registration.id).where(Registration.paused_at.is_not(None), ~is_written_to(), ~listed.exists())
    query = query.where(Registration.state == RegistrationState.WAITING)
    return list(db.scalars(query.order_by(Registration.id).limit(limit)))


def ask_resting(db: Session, registration_id: int, *, now: datetime) -> bool:
    """Put such a family on the list; False when its offers do not rest any more."""
    registration = db.get_one(Registration, registration_id)
    if registration.paused_at is None:
        return False
    put(db, registration, CallWhy.RECONFIRM, now=now)
    return True


def settle_over(db: Session, *, now: datetime) -> int:
    """Take off the list whoever need not be phoned any more; how many calls."""
    query = select(Call).join(Registration, Registration.id == Call.registration_id)
    over = or_(Registration.state.not_in(LIVE), _offer_over(), _reached(), _answered_since(), _goes_on())
    found = db.scalars(query.where(Call.settled_at.is_(None), over).order_by(Call.id)).all()
    return sum(settle(db, call.registration, call.why, thing_id=call.thing_id, now=now) for call in found)


def _about_offer() -> ColumnElement[bool]:
    return and_(Call.why.in_(OFFERS), Offer.id == Call.thing_id)


def _offer_over() -> ColumnElement[bool]:
    """It is answered or has ended; or a message has arrived after all, before anybody spoke with the family."""
    arrived = select(Message.id).where(
        Message.kind == offers.KIND, Message.thing_id == Offer.id, Message.state.in_(offers.ARRIVED)
    )
    ended = or_(Offer.state != OfferState.OPEN, and_(Offer.spoken_at.is_(None), arrived.exists()))
    return select(Offer.id).where(_about_offer(), ended).exists()


def _reached() -> ColumnElement[bool]:
    return and_(Call.why == CallWhy.NO_CHANNEL, is_written_to())


def _answered_since() -> ColumnElement[bool]:
    """The family has answered an offer since its SMS was not understood."""
    answered = Offer.state.in_((OfferState.ACCEPTED, OfferState.DECLINED)), Offer.answered_at >= Call.put_at
    theirs = select(Offer.id).where(Offer.registration_id == Call.registration_id, *answered)
    return and_(Call.why == CallWhy.ANSWER_UNCLEAR, theirs.exists())


def _goes_on() -> ColumnElement[bool]:
    """Its offers rest no more. What asks once a year (about a thing of its own) settles its calls itself."""
    return and_(Call.why == CallWhy.RECONFIRM, Call.thing_kind.is_(None), Registration.paused_at.is_(None))


def is_written_to() -> ColumnElement[bool]:
    """A condition on registrations: somebody who comes can be written to."""
    sms = and_(Carer.mobile_confirmed_at.is_not(None), Carer.sms_stopped_at.is_(None))
    mail = and_(Carer.email_confirmed_at.is_not(None), Carer.email_stopped_at.is_(None))
    coming = select(Carer.id).join(RegistrationCarer, RegistrationCarer.carer_id == Carer.id)
    coming = coming.where(RegistrationCarer.registration_id == Registration.id, Carer.state != CarerState.LEFT)
    return coming.where(or_(sms, mail)).exists()
