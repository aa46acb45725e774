"""What somebody heard when they phoned: the same operations as on the web, by whoever phoned.

Groups, families and offers are locked before the call, as everywhere else; the call itself is turned by a guarded
update, so that of two who phone the same family one is told that the other was first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.course import group_changes
from booking.course.calls.call import Call, CallTry, Outcome, Refused, TryResult
from booking.people import changing, contacts, families
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState, write_line
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.reply_time import after
from booking.records import audit, policies
from booking.records.audit import Actor

A_CLICK = timedelta(minutes=1)
"""The same said by the same person within this time, twice clicked or in two tabs, is one try."""


def accepted(db: Session, call: Call, *, now: datetime, by: Actor) -> Offer:
    """They take the place. Raises offers.Refused when it can no longer be taken."""
    offer = _tell(db, call, now=now, by=by)
    offers.accept(db, offer, now=now, by=by)
    _spoken(db, call, Outcome.YES, now=now, by=by)
    return offer


def declined(db: Session, call: Call, *, now: datetime, by: Actor) -> Offer:
    """They do not, and keep their place in the queue."""
    offer = _tell(db, call, now=now, by=by)
    offers.decline(db, offer, now=now, by=by)
    _spoken(db, call, Outcome.NO, now=now, by=by)
    return offer


def thinking(db: Session, call: Call, *, now: datetime, by: Actor) -> Offer:
    """They know of the offer now, and its time counts. The call comes back when half of it has passed."""
    offer = _tell(db, call, now=now, by=by)
    _again(db, call, offer.remind_at or offer.reply_by, now=now)
    _tried(db, call, TryResult.THINKING, now=now, by=by)
    return offer


def no_answer(db: Session, call: Call, *, now: datetime, by: Actor) -> Call:
    """Nobody picked up: the call comes back later the same day, or the next."""
    _again(db, call, _later(db, now), now=now)
    return _tried(db, call, TryResult.NO_ANSWER, now=now, by=by)


def needs_interpreter(db: Session, call: Call, *, now: datetime, by: Actor) -> Call:
    """Without an interpreter they do not understand each other: the next who phones brings one."""
    _again(db, call, _later(db, now), now=now, interpreter=True)
    return _tried(db, call, TryResult.INTERPRETER, now=now, by=by)


def wrong_number(db: Session, call: Call, carer: Carer | None, *, now: datetime, by: Actor) -> Call:
    """Somebody else has the number: nothing more is sent there. `carer` is whose it was said to be, if one is known."""
    _again(db, call, _later(db, now), now=now)
    if carer is not None and carer in call.registration.carers:
        db.execute(update(Carer).where(Carer.id == carer.id).values(mobile_confirmed_at=None))
        audit.note(db, "wrong number", carer, now=now, by=by, reason=_("Någon annan har numret."))
    return _tried(db, call, TryResult.WRONG_NUMBER, now=now, by=by)


def new_number(db: Session, call: Call, carer: Carer, number: str, *, now: datetime, by: Actor) -> Call:
    """They are reached at another number. It is only phoned until whoever holds it has confirmed it.

    Raises contacts.Refused for what cannot be called. A protected identity's number is kept by nobody here.
    """
    if call.registration.family.protected or carer not in call.registration.carers:
        raise Refused(_("Numret kan inte sparas här."), code="protected")
    families.set_mobile(carer, contacts.phone(number))
    _turn(db, call, {"call_from": now})
    audit.note(db, "number changed", call.registration, now=now, by=by)
    db.flush()
    return call


def stays(db: Session, call: Call, *, now: datetime, by: Actor) -> Call:
    """Somebody spoke with them, and they go on as they are: waiting, or coming to their group."""
    registration = call.registration
    if registration.state is RegistrationState.WAITING:
        changing.stay(db, registration, now=now, by=by)
    return _spoken(db, call, Outcome.SPOKEN, now=now, by=by)


def leaves(db: Session, call: Call, *, now: datetime, by: Actor, reason: str) -> Call:
    """They no longer want what they have asked for."""
    group_changes.withdraw_by_hand(db, call.registration, now=now, by=by, reason=reason)
    return _spoken(db, call, Outcome.LEFT, now=now, by=by)


def offer_of(db: Session, call: Call) -> Offer | None:
    """The offer that the family can answer on the phone, if it has one that may be told."""
    return offers.find_open(db, call.registration_id)


def offers_of(db: Session, several: Sequence[Call]) -> dict[int, Offer]:
    """The same for several calls at once, by the id of the registration."""
    theirs = Offer.registration_id.in_([call.registration_id for call in several])
    return {
        each.registration_id: each for each in db.scalars(select(Offer).where(theirs, Offer.state == OfferState.OPEN))
    }


def _tell(db: Session, call: Call, *, now: datetime, by: Actor) -> Offer:
    offer = offer_of(db, call)
    if offer is None or not call.is_open:
        raise Refused(_("Samtalet behövs inte längre: erbjudandet är besvarat eller borta."), code="settled")
    return offers.spoken(db, offer, now=now, by=by)


def _later(db: Session, now: datetime) -> datetime:
    policy = policies.current(db)
    return after(now, timedelta(hours=policy.call_again_hours), policy)


def _again(db: Session, call: Call, call_from: datetime, *, now: datetime, interpreter: bool = False) -> None:
    values: dict[str, object] = {"call_from": max(call_from, now)}
    if interpreter:
        values["interpreter"] = True
    _turn(db, call, values)


def _spoken(db: Session, call: Call, outcome: Outcome, *, now: datetime, by: Actor) -> Call:
    _turn(db, call, {"settled_at": now, "outcome": outcome, "open_key": None})
    registration = db.get_one(Registration, call.registration_id)
    audit.note(db, "spoken with", registration, now=now, by=by, reason=_("Ringlistan."))
    write_line(db, "call settled", registration, now=now, outcome=outcome.value)
    return _tried(db, call, TryResult.SPOKEN, now=now, by=by)


def _turn(db: Session, call: Call, values: dict[str, object]) -> None:
    still = update(Call).where(Call.id == call.id, Call.settled_at.is_(None))
    refusal = Refused(_("Någon annan har redan tagit hand om samtalet."), code="settled")
    guarded(db, still.values(values), refusal)
    db.refresh(call)


def _tried(db: Session, call: Call, result: TryResult, *, now: datetime, by: Actor) -> Call:
    if any((each.result, each.account_id) == (result, by.id) and now - each.at < A_CLICK for each in call.tries[-1:]):
        return call
    db.add(CallTry(call_id=call.id, at=now, account_id=by.id, result=result))
    db.flush()
    db.refresh(call)
    if result is not TryResult.SPOKEN:
        audit.note(db, f"call {result.value.replace('_', ' ')}", call.registration, now=now, by=by)
    write_line(db, "called", call.registration, now=now, result=result.value)
    return call
