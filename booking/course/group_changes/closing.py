"""What closing a group takes, whether it is cancelled or merged into another: its meetings, its offers, its places.

The group and everyone in it must be locked before. Families who lose a place go first in the queue from then on;
their date is the one they always had.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.group_changes.refused import Refused
from booking.people.registrations import Registration, RegistrationState, tell
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.records.audit import Actor


def list_open_offers(db: Session, group_id: int) -> list[Offer]:
    """The offers in the group that wait for an answer."""
    query = select(Offer).where(Offer.group_id == group_id, Offer.state == OfferState.OPEN)
    return list(db.scalars(query.order_by(Offer.id)))


def list_ahead(db: Session, group_id: int, now: datetime) -> list[GroupSession]:
    """The meetings that have not begun. What has been has been: only these can be called off."""
    query = select(GroupSession).where(
        GroupSession.group_id == group_id, GroupSession.state == SessionState.PLANNED, GroupSession.starts_at > now
    )
    return list(db.scalars(query.order_by(GroupSession.number)))


def list_told(db: Session, group_id: int, now: datetime) -> list[Registration]:
    """Those who know of a place or an offer in the group: an offer that nobody has been told of concerns nobody."""
    open_offers = list_open_offers(db, group_id)
    unaware = {offer.id for offer in offers.untold(db, open_offers, now=now)}
    placed = [placement.registration for placement in placements.list_taken(db, group_id)]
    return [*placed, *(offer.registration for offer in open_offers if offer.id not in unaware)]


def count_messages(told: Collection[Registration]) -> int:
    """How many messages it takes to tell them."""
    return sum(len(carer.channels) for registration in told for carer in registration.carers)


def close(db: Session, group: Group, now: datetime) -> None:
    """Close the group and call its coming meetings off. Refused when somebody was first."""
    running = update(Group).where(Group.id == group.id, Group.state.in_((GroupState.OPEN, GroupState.HIDDEN)))
    refusal = Refused(_("Gruppen är redan inställd eller slut."), code="changed")
    guarded(db, running.values(state=GroupState.CANCELLED, version=Group.version + 1), refusal)
    for session in list_ahead(db, group.id, now):
        call_off(db, session)


def call_off(db: Session, session: GroupSession) -> None:
    """Call one meeting off."""
    planned = update(GroupSession).where(GroupSession.id == session.id, GroupSession.state == SessionState.PLANNED)
    off = planned.values(state=SessionState.CANCELLED, version=GroupSession.version + 1)
    guarded(db, off, Refused(_("Träffen är redan inställd."), code="changed"))


def take_back_offers(db: Session, group_id: int, *, now: datetime, by: Actor, reason: str) -> list[Registration]:
    """End the open offers; returns whom of those families somebody must tell."""
    open_offers = list_open_offers(db, group_id)
    unaware = {offer.id for offer in offers.drop_untold(db, open_offers, now=now)}
    for offer in open_offers:
        offers.withdraw(db, offer, now=now, by=by, reason=reason, tell=False)
    return [offer.registration for offer in open_offers if offer.id not in unaware]


def release_places(db: Session, group_id: int, *, now: datetime, by: Actor, reason: str) -> list[Registration]:
    """Give every place back; the families wait again, first in the queue. Returns them."""
    lost = placements.list_taken(db, group_id)
    for placement in lost:
        placements.release(db, placement, PlacementState.CANCELLED, now=now, by=by, reason=reason)
        _first_in_the_queue(db, placement)
    return [placement.registration for placement in lost]


def _first_in_the_queue(db: Session, placement: Placement) -> None:
    placed = update(Registration).where(
        Registration.id == placement.registration_id, Registration.state == RegistrationState.PLACED
    )
    refusal = Refused(_("En anmälan hann ändras. Försök igen."), code="changed")
    guarded(db, placed.values(state=RegistrationState.WAITING, city_cancelled=True, paused_at=None), refusal)


def tell_all(db: Session, kind: str, thing_id: int, told: Collection[Registration], *, now: datetime) -> None:
    """Write to each of them, once."""
    for registration in told:
        tell(db, registration, kind, thing_id, now=now)
