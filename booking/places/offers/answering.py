"""Making, answering, ending an offer: guarded updates, with the group locked before the offer is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState, tell, write_line
from booking.places import placements
from booking.places.offers.offer import Offer, OfferState, Reason, Refused
from booking.places.placements import Facts, Placement, PlacementState, Source, Way
from booking.records import audit
from booking.records.audit import SYSTEM, Actor

MADE = "offer made"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom to offer a place, why, and until when; `override` is staff's reason for passing what may be passed."""

    registration: Registration
    reason: Reason
    reply_by: datetime
    override: str | None = None


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
    locked = placements.lock_for(db, group.id, registration.family_id)
    facts = Facts(db, [registration], [locked], judged=judged)
    proposal = Proposal(registration, reason, reply_by, override)
    made = make_several(db, locked, [proposal], facts, now=now, by=by, run_id=run_id, told_from=told_from)[0]
    if isinstance(made, placements.Refused):
        raise made
    return made


def make_several(
    db: Session,
    group: Group,
    proposals: Sequence[Proposal],
    facts: Facts,
    *,
    now: datetime,
    by: Actor,
    run_id: int | None = None,
    told_from: datetime | None = None,
) -> list[Offer | placements.Refused]:
    """Make several offers in one group, in this order; for each the offer, or why no place may be held.

    The group and the families must be locked; `facts` must hold all of them.
    """
    wanted = [(each.registration, Way(Source.OFFER, PlacementState.HELD, override=each.override)) for each in proposals]
    taken = placements.take_several(db, group, wanted, facts, now=now, by=by)
    answers = [
        each if isinstance(each, placements.Refused) else _offer(proposal, each, run_id, told_from, now)
        for proposal, each in zip(proposals, taken, strict=True)
    ]
    made = [(each, proposal) for each, proposal in zip(answers, proposals, strict=True) if isinstance(each, Offer)]
    db.add_all([offer for offer, _proposal in made])
    db.flush()
    audit.note_all(db, MADE, [offer for offer, proposal in made if proposal.override is None], now=now, by=by)
    for offer, proposal in made:
        if proposal.override is not None:
            audit.note(db, MADE, offer, now=now, by=by, reason=proposal.override, override=True)
        _line(db, MADE, offer, proposal.registration, now=now, reason=offer.reason_code)
        tell(db, proposal.registration, "offer", offer.id, now=now, not_before=told_from, new=True)
    db.flush()
    return answers


def _offer(
    proposal: Proposal, placement: Placement, run_id: int | None, told_from: datetime | None, now: datetime
) -> Offer:
    registration, reason = proposal.registration, proposal.reason
    offer = Offer(placement_id=placement.id, registration_id=registration.id, family_id=registration.family_id)
    offer.programme_id, offer.group_id, offer.run_id = registration.programme_id, placement.group_id, run_id
    offer.made_at, offer.reply_by, offer.told_from = now, proposal.reply_by, told_from
    offer.reason_code, offer.reason_values = reason.code, reason.values
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


def take_back(
    db: Session, several: Sequence[Offer], *, now: datetime, by: Actor, reason: str, tell: bool
) -> Sequence[Offer]:
    """Withdraw open offers that staff should not have made: the families have not said no to those groups.

    The groups and the families must be locked.
    """
    _end_all(db, several, OfferState.WITHDRAWN, now=now, by=by, reason=reason)
    held = [offer.placement_id for offer in several]
    db.execute(update(Placement).where(Placement.id.in_(held)).values(taken_back_at=now))
    for offer in several if tell else ():
        _tell(db, "withdrawn", offer, now=now)
    return several


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
    _line(db, f"offer {state.value}", offer, db.get_one(Registration, offer.registration_id), now=now)


def _end(db: Session, offer: Offer, state: OfferState, *, now: datetime, by: Actor, reason: str | None = None) -> None:
    placements.lock_for(db, offer.group_id, offer.family_id)
    _end_all(db, [offer], state, now=now, by=by, reason=reason)


def _end_all(
    db: Session, several: Sequence[Offer], state: OfferState, *, now: datetime, by: Actor, reason: str | None
) -> None:
    statement = update(Offer).where(Offer.id.in_([offer.id for offer in several]), Offer.state == OfferState.OPEN)
    refusal = Refused(_("Erbjudandet är redan besvarat."), code="closed")
    guarded(db, statement.values(state=state, answered_at=now), refusal, rows=len(several))
    # Read for all at once, and kept at hand while the lines below ask for each.
    wanted = select(Registration).where(Registration.id.in_([offer.registration_id for offer in several]))
    registrations = {each.id: each for each in db.scalars(wanted)}
    held = list(db.scalars(select(Placement).where(Placement.id.in_([offer.placement_id for offer in several]))))
    placements.release_several(db, held, PlacementState.LAPSED, now=now, by=by, reason=None)
    audit.note_all(db, f"offer {state.value}", several, now=now, by=by, reason=reason)
    for offer in several:
        _line(db, f"offer {state.value}", offer, registrations[offer.registration_id], now=now)


def _line(
    db: Session, event: str, offer: Offer, registration: Registration, *, now: datetime, **values: object
) -> None:
    write_line(db, event, registration, now=now, group_id=offer.group_id, **values)


def _tell(db: Session, kind: str, offer: Offer, *, now: datetime) -> None:
    tell(db, db.get_one(Registration, offer.registration_id), kind, offer.id, now=now)
