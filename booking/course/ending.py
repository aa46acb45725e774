"""Ending: after its last meeting a group is over; its families have completed, and may ask for the programme anew.

An offer that nobody has answered by then is taken back: the family keeps its place in the queue.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState
from booking.places.placements import PlacementState
from booking.records import audit, ledger
from booking.records.audit import SYSTEM


class Refused(_Refused):
    """The group is not over, or no longer runs."""


def list_over(db: Session, *, now: datetime) -> list[int]:
    """Ids of the groups that still count as running although their last meeting has been."""
    last = func.max(GroupSession.ends_at)
    query = select(Group.id).join(GroupSession, GroupSession.group_id == Group.id)
    query = query.where(Group.state == GroupState.OPEN, GroupSession.state == SessionState.PLANNED)
    return list(db.scalars(query.group_by(Group.id).having(last < now).order_by(Group.id)))


def end(db: Session, group: Group, *, now: datetime) -> Group:
    """Close a group whose last meeting has been: its places and its families' registrations are completed."""
    placements.lock_everyone(db, group.id)
    _turn(db, group.id, now)
    open_offers = select(Offer).where(Offer.group_id == group.id, Offer.state == OfferState.OPEN)
    for offer in db.scalars(open_offers).all():
        offers.withdraw(db, offer, now=now, by=SYSTEM, reason="the group has ended")
    for placement in placements.list_taken(db, group.id):
        placements.release(db, placement, PlacementState.COMPLETED, now=now, by=SYSTEM)
        placed = update(Registration).where(Registration.id == placement.registration_id)
        placed = placed.where(Registration.state == RegistrationState.PLACED)
        db.execute(placed.values(state=RegistrationState.COMPLETED, closed_at=now))
    audit.note(db, "group ended", group, now=now, by=SYSTEM)
    ledger.write(db, "group ended", now=now, programme_id=group.programme_id, group_id=group.id)
    db.refresh(group)
    return group


def _turn(db: Session, group_id: int, now: datetime) -> None:
    if group_id not in list_over(db, now=now):
        raise Refused(_("Gruppen har träffar kvar."), code="not_over")
    running = update(Group).where(Group.id == group_id, Group.state == GroupState.OPEN)
    guarded(db, running.values(state=GroupState.ENDED), Refused(_("Gruppen har redan ändrats."), code="changed"))
