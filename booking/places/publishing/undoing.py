"""Taking back: what nobody has been told yet without a word, and one unanswered offer with an apology.

A family has been told when one of the messages about its offer has left the outbox: sent, on its way, or nobody can
tell. Who gets no messages counts as told when those of the others may go. What is taken back was the city's doing: it
counts neither as one of the week's offers nor as a no to the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.texts import _
from booking.catalogue import groups
from booking.places import offers, placements, runs, steering
from booking.places.explaining import Note
from booking.places.offers import Offer, OfferState
from booking.places.runs import AllocationRun, DecisionState, RunDecision
from booking.records import audit
from booking.records.audit import Actor


@dataclass(frozen=True, slots=True)
class Unsent:
    """Open offers of a run: how many nobody has been told (and can be, or were, undone), how many stay as they are."""

    untold: int
    left: int


def unsent(db: Session, run: AllocationRun, *, now: datetime) -> Unsent:
    """What `undo` would come to now. Changes nothing."""
    made = _open_offers(db, run.id)
    untold = offers.untold(db, made, now=now)
    return Unsent(len(untold), len(made) - len(untold))


def undo(db: Session, run: AllocationRun, *, now: datetime, by: Actor, reason: str) -> Unsent:
    """Take back every offer of the run that nobody has been told of; the families are told nothing.

    Their decisions become STALE with the note "undone"; they are in the next run as if nothing had been, and
    a pin that had become an offer stands again. Offers of
    which a message has been handed over, and answered ones, are left, and counted in the result. Raises runs.Refused
    when there is nothing to undo.
    """
    made = _open_offers(db, run.id)
    groups.lock(db, sorted({offer.group_id for offer in made}))
    placements.lock_families(db, {offer.family_id for offer in made})
    untold = offers.drop_untold(db, made, now=now)
    if not untold:
        raise runs.Refused(_("Det finns inget kvar att ångra: erbjudandena är redan skickade."), code="sent")
    offers.take_back(db, untold, now=now, by=by, reason=reason, tell=False)
    _mark(db, run.id, untold)
    for offer in untold:
        steering.renew(db, offer.registration_id, offer.group_id, used_at=offer.made_at, now=now, by=by)
    audit.note(db, "publishing undone", run, now=now, by=by, reason=reason, changes={"offers": (None, len(untold))})
    return Unsent(len(untold), len(made) - len(untold))


def take_back(db: Session, offer: Offer, *, now: datetime, by: Actor, reason: str) -> Offer:
    """Take one unanswered offer back, with an apology to the family unless nobody had been told of it yet.

    The family keeps its place in the queue, and may be offered the same group again. Raises offers.Refused when it
    has been answered.
    """
    placements.lock_for(db, offer.group_id, offer.family_id)
    told = not offers.drop_untold(db, [offer], now=now)
    offers.take_back(db, [offer], now=now, by=by, reason=reason, tell=told)
    if offer.run_id is not None and not told:
        _mark(db, offer.run_id, [offer])
    return offer


def _open_offers(db: Session, run_id: int) -> list[Offer]:
    query = select(Offer).where(Offer.run_id == run_id, Offer.state == OfferState.OPEN)
    return list(db.scalars(query.order_by(Offer.id)))


def _mark(db: Session, run_id: int, taken_back: list[Offer]) -> None:
    mine = {offer.registration_id for offer in taken_back}
    query = select(RunDecision).where(RunDecision.run_id == run_id, RunDecision.registration_id.in_(mine))
    for decision in db.scalars(query):
        decision.state, decision.note = DecisionState.STALE, Note.UNDONE.value
    db.flush()
