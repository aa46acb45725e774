"""Answering an invitation: of those who press at the same moment, as many get a place as there are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.people.registrations import Registration, tell
from booking.places import offers, placements
from booking.places.invitations.invitation import Invitation, InvitationState, Refused
from booking.places.placements import Hindrance, Placement, Source, Way
from booking.records import audit, policies
from booking.records.audit import Actor

TAKEN = (Hindrance.FULL, Hindrance.GUESTS_FULL)
"""What stands in the way when somebody else was first."""


def in_the_way(db: Session, invitation: Invitation, *, now: datetime) -> Hindrance | None:
    """What keeps the family from the place this moment, the most final first; None when it is theirs to take."""
    found = placements.hindrances_of(
        db, invitation.registration, invitation.group, now=now, waived={Hindrance.LONGER_WAIT}
    )
    return found[0] if found else None


def may_be_answered(db: Session, invitation: Invitation, *, now: datetime) -> bool:
    """True while the invitation stands, whether or not there is room just now."""
    return invitation.is_open(now, policies.current(db))


def has_room(db: Session, invitation: Invitation, *, now: datetime) -> bool:
    """True when the family could take the place this moment."""
    return may_be_answered(db, invitation, now=now) and in_the_way(db, invitation, now=now) is None


def accept(db: Session, invitation: Invitation, *, now: datetime, by: Actor) -> Placement:
    """Take the place, if nobody was faster. Raises Refused: "taken", "closed", or what else stands in the way."""
    registration = db.get_one(Registration, invitation.registration_id)
    group = placements.lock_for(db, invitation.group_id, registration.family_id)
    db.refresh(invitation)
    _answer(db, invitation, InvitationState.ACCEPTED, now=now, by=by)
    way = Way(Source.INVITATION, waived=frozenset({Hindrance.LONGER_WAIT}))
    try:
        placement = placements.take(db, registration, group, way, now=now, by=by)
    except placements.Refused as refusal:
        if refusal.code in {each.value for each in TAKEN}:
            raise Refused(_("Platsen hann gå till någon annan. Ni står kvar i kön."), code="taken") from None
        raise Refused(refusal.sentence, code=refusal.code) from None
    offers.settle(db, registration.id)
    tell(db, registration, "placed_now", placement.id, now=now)
    return placement


def decline(db: Session, invitation: Invitation, *, now: datetime, by: Actor) -> Invitation:
    """Say no. It costs nothing, and nothing else changes. Raises Refused ("closed") when it is over."""
    _answer(db, invitation, InvitationState.DECLINED, now=now, by=by)
    return invitation


def _answer(db: Session, invitation: Invitation, state: InvitationState, *, now: datetime, by: Actor) -> None:
    refusal = Refused(_("Inbjudan går inte att svara på längre."), code="closed")
    if not may_be_answered(db, invitation, now=now):
        raise refusal
    still = update(Invitation).where(Invitation.id == invitation.id, Invitation.state == InvitationState.OPEN)
    guarded(db, still.values(state=state, answered_at=now), refusal)
    audit.note(db, f"invitation {state.value}", invitation, now=now, by=by)
