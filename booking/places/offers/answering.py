"""Making, answering, ending an offer: guarded updates, with the group locked before the offer is touched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState, tell
from booking.places import placements
from booking.places.offers.offer import Offer, OfferState, Reason, Refused
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records import audit, ledger
from booking.records.audit import SYSTEM, Actor


def make(
    db: Session,
    registration: Registration,
    group: Group,
    *,
    reason: Reason,
    reply_by: datetime,
    now: datetime,
    by: Actor,
    override: str | None = None,
    run_id: int | None = None,
    judged: frozenset[int] = frozenset(),
    told_from: datetime | None = None,
) -> Offer:
    """Hold a place and offer it; nobody is told before `told_from`. Raises placements.Refused when none may be held."""
    way = Way(Source.OFFER, PlacementState.HELD, override=override, judged=judged)
    placement = placements.take(db, registration, group, way, now=now, by=by)
    offer = Offer(placement_id=placement.id, registration_id=registration.id, family_id=registration.family_id)
    offer.programme_id, offer.group_id, offer.run_id = registration.programme_id, group.id, run_id
    offer.made_at, offer.reply_by, offer.told_from = now, reply_by, told_from
    offer.reason_code, offer.reason_values = reason.code, reason.values
    db.add(offer)
    db.flush()
    audit.note(db, "offer made", offer, now=now, by=by, reason=override, override=override is not None)
    _line(db, "offer made", offer, now=now, reason=reason.code)
    _tell(db, "offer", offer, now=now, not_before=told_from)
    return offer


def accept(db: Session, offer: Offer, *, now: datetime, by: Actor) -> Placement:
    """Take the offered place. The offer, the place and the registration change together or not at all."""
    _answer(db, offer, OfferState.ACCEPTED, now=now, by=by)
    placement = placements.keep(db, db.get_one(Placement, offer.placement_id), now=now, by=by)
    settle(db, offer.registration_id)
    _tell(db, "placed", offer, now=now)
    return placement


def settle(db: Session, registration_id: int) -> None:
    """A waiting registration has got its place."""
    statement = update(Registration).where(
        Registration.id == registration_id, Registration.state == RegistrationState.WAITING
    )
    refusal = Refused(_("Anmälan står inte längre i kön."), code="not_waiting")
    guarded(db, statement.values(state=RegistrationState.PLACED, paused_at=None), refusal)


def decline(db: Session, offer: Offer, *, now: datetime, by: Actor) -> Offer:
    """Say no. The family keeps its place in the queue, and the seats go on to the next."""
    _answer(db, offer, OfferState.DECLINED, now=now, by=by)
    placements.release(db, db.get_one(Placement, offer.placement_id), PlacementState.DECLINED, now=now, by=by)
    _tell(db, "declined", offer, now=now)
    return offer


def withdraw(db: Session, offer: Offer, *, now: datetime, by: Actor, reason: str, tell: bool = True) -> Offer:
    """End an unanswered offer that cannot stand any more. The family keeps its place in the queue."""
    _end(db, offer, OfferState.WITHDRAWN, now=now, by=by, reason=reason)
    if tell:
        _tell(db, "withdrawn", offer, now=now)
    return offer


def take_back(db: Session, offer: Offer, *, now: datetime, by: Actor, reason: str, tell: bool) -> Offer:
    """Withdraw an offer that staff should not have made: the family has not said no to the group, and may get it."""
    withdraw(db, offer, now=now, by=by, reason=reason, tell=tell)
    db.execute(update(Placement).where(Placement.id == offer.placement_id).values(taken_back_at=now))
    return offer


def expire(db: Session, offer: Offer, *, now: datetime) -> Offer:
    """Let an offer lapse whose time is out. Further offers rest until the family answers or someone has spoken."""
    if now < offer.reply_by:
        raise Refused(_("Svarstiden har inte gått ut."), code="not_due")
    _end(db, offer, OfferState.EXPIRED, now=now, by=SYSTEM)
    db.execute(update(Registration).where(Registration.id == offer.registration_id).values(paused_at=now))
    _tell(db, "expired", offer, now=now)
    return offer


def _answer(db: Session, offer: Offer, state: OfferState, *, now: datetime, by: Actor) -> None:
    # The group is locked before the offer is touched, in the same order as everywhere else.
    placements.lock_for(db, offer.group_id, offer.family_id)
    can_be_told = func.coalesce(Offer.told_from, Offer.made_at) <= now
    statement = update(Offer).where(
        Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.reply_by > now, can_be_told
    )
    refusal = Refused(_("Erbjudandet går inte att svara på längre."), code="closed")
    guarded(db, statement.values(state=state, answered_at=now), refusal)
    db.execute(update(Registration).where(Registration.id == offer.registration_id).values(paused_at=None))
    audit.note(db, f"offer {state.value}", offer, now=now, by=by)
    _line(db, f"offer {state.value}", offer, now=now)


def _end(db: Session, offer: Offer, state: OfferState, *, now: datetime, by: Actor, reason: str | None = None) -> None:
    placements.lock_for(db, offer.group_id, offer.family_id)
    statement = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN)
    refusal = Refused(_("Erbjudandet är redan besvarat."), code="closed")
    guarded(db, statement.values(state=state, answered_at=now), refusal)
    placements.release(db, db.get_one(Placement, offer.placement_id), PlacementState.LAPSED, now=now, by=by)
    audit.note(db, f"offer {state.value}", offer, now=now, by=by, reason=reason)
    _line(db, f"offer {state.value}", offer, now=now)


def _line(db: Session, event: str, offer: Offer, *, now: datetime, **values: object) -> None:
    registration = db.get_one(Registration, offer.registration_id)
    ledger.write(
        db,
        event,
        now=now,
        subject=registration.subject,
        programme_id=offer.programme_id,
        district_id=registration.home_id,
        group_id=offer.group_id,
        **values,
    )


def _tell(db: Session, kind: str, offer: Offer, *, now: datetime, not_before: datetime | None = None) -> None:
    tell(db, db.get_one(Registration, offer.registration_id), kind, offer.id, now=now, not_before=not_before)
