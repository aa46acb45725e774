"""Leaving: a family no longer wants to wait, or gives its place back. Seats, offer and registration in one step.

The seats are free at once and the group is marked, so that the next allocation looks at it first. The queue date is
never touched: who leaves a group and stays in the queue has the date it always had.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.people.families import Family
from booking.people.registrations import Registration, RegistrationState, tell, write_line
from booking.places import offers, placements
from booking.places.placements import Placement, PlacementState
from booking.records import audit
from booking.records.audit import Actor

LEAVABLE = (RegistrationState.UNCONFIRMED, RegistrationState.WAITING, RegistrationState.PLACED)


class Refused(_Refused):
    """Nothing was left."""


def withdraw(db: Session, registration: Registration, *, now: datetime, by: Actor) -> Registration:
    """Leave the programme altogether: the queue, an open offer, a place. The family is told that it is done."""
    placement = _lock(db, registration)
    offer = offers.find_open(db, registration.id)
    if offer is not None:
        offers.withdraw(db, offer, now=now, by=by, reason="family left", tell=False)
    elif placement is not None:
        placements.release(db, placement, PlacementState.LEFT, now=now, by=by)
    refusal = Refused(_("Ni har redan lämnat kön."), code="gone")
    _turn(db, registration, LEAVABLE, RegistrationState.WITHDRAWN, refusal, closed_at=now)
    _record(db, "registration withdrawn", registration, now=now, by=by)
    tell(db, registration, "queue_left", registration.id, now=now)
    return registration


def leave_group(db: Session, placement: Placement, *, now: datetime, by: Actor, stay_in_queue: bool) -> Placement:
    """Give a place back, and wait for another group with the same queue date, or leave the queue too."""
    registration = db.get_one(Registration, placement.registration_id)
    if not stay_in_queue:
        withdraw(db, registration, now=now, by=by)
        return placement
    placements.lock_for(db, placement.group_id, placement.family_id)
    refusal = Refused(_("Ni har redan lämnat gruppen."), code="gone")
    _turn(db, registration, (RegistrationState.PLACED,), RegistrationState.WAITING, refusal, closed_at=None)
    placements.release(db, placement, PlacementState.LEFT, now=now, by=by)
    _record(db, "group left", registration, now=now, by=by)
    tell(db, registration, "group_left", placement.id, now=now)
    return placement


def _lock(db: Session, registration: Registration) -> Placement | None:
    # The group is locked before the family, in the same order as everywhere else. A place that came between the
    # first look and the lock belongs to a group that is not locked: then the family is asked to try once more.
    before = placements.find_live(db, registration.id)
    if before is not None:
        placements.lock_for(db, before.group_id, before.family_id)
    else:
        db.execute(select(Family.id).where(Family.id == registration.family_id).with_for_update())
    after = placements.find_live(db, registration.id)
    if after is not None and after is not before:
        raise Refused(_("Något hann ändras. Titta på sidan igen."), code="changed")
    return after


def _turn(
    db: Session,
    registration: Registration,
    before: tuple[RegistrationState, ...],
    after: RegistrationState,
    refusal: Refused,
    *,
    closed_at: datetime | None,
) -> None:
    statement = update(Registration).where(Registration.id == registration.id, Registration.state.in_(before))
    guarded(db, statement.values(state=after, closed_at=closed_at, paused_at=None), refusal)


def _record(db: Session, event: str, registration: Registration, *, now: datetime, by: Actor) -> None:
    audit.note(db, event, registration, now=now, by=by)
    write_line(db, event, registration, now=now)
