"""Growing: children who have become too old for the programme they wait for go on to the next, with the same date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue.programmes import Programme
from booking.outbox import messages
from booking.people import confirming
from booking.people.doubles import LIVE
from booking.people.families import Child, Family
from booking.people.registrations import (
    Registration,
    RegistrationChild,
    RegistrationDistrict,
    RegistrationState,
)
from booking.places import placements
from booking.places.placements import COUNTING, Placement
from booking.records.audit import SYSTEM

COPIED = (
    "waiting_since", "lot", "adults", "weekdays", "languages", "interpreter", "step_free", "childcare", "online",
    "flexible", "short_notice", "heard_from", "channel", "city_cancelled", "paused_at",
)  # fmt: skip


class Refused(_Refused):
    """The registration stays where it is."""


def list_outgrown(db: Session, *, now: datetime) -> list[int]:
    """Ids of waiting registrations whose children are all too old and for whom there is a next programme."""
    year = today(now).year
    return [each.id for each in _outgrown(db, year) if _following(db, each, year) is not None]


def move_on(db: Session, registration: Registration, *, now: datetime) -> None:
    """Move one on to the next programme; it keeps its date and lot, so that growing up costs no waiting.

    Refused when the family was offered a place, or left, since it was looked at.
    """
    # Whoever takes a place locks the family too: no offer is made to a registration that is being closed.
    db.execute(select(Family.id).where(Family.id == registration.family_id).with_for_update())
    db.refresh(registration)
    following = _following(db, registration, today(now).year)
    waits = registration.state is RegistrationState.WAITING and placements.find_live(db, registration.id) is None
    if not waits or following is None:
        raise Refused(_("Anmälan har redan ändrats."), code="changed")
    _move(db, registration, following, now)


def _outgrown(db: Session, year: int) -> list[Registration]:
    # A child born in year y is at least `year - y - 1` years old: too old once that is above the programme's age_to.
    def children(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        query = select(Child.id).join(RegistrationChild, RegistrationChild.child_id == Child.id)
        return query.where(RegistrationChild.registration_id == Registration.id, *conditions).exists()

    held = select(Placement.registration_id).where(Placement.state.in_(COUNTING))
    query = (
        select(Registration)
        .join(Programme, Programme.id == Registration.programme_id)
        .where(Registration.state == RegistrationState.WAITING, Registration.id.not_in(held))
        .where(children(), ~children(Child.birth_year >= year - 1 - Programme.age_to))
    )
    return list(db.scalars(query.order_by(Registration.id)))


def _following(db: Session, registration: Registration, year: int) -> Programme | None:
    programme, seen = registration.programme, {registration.programme_id}
    while programme.next_id is not None and programme.next_id not in seen:
        programme = db.get_one(Programme, programme.next_id)
        seen.add(programme.id)
        if programme.active and any(year - child.birth_year - 1 <= programme.age_to for child in registration.children):
            return programme
    return None


def _move(db: Session, registration: Registration, following: Programme, now: datetime) -> None:
    there = _standing(db, registration, following)
    stays = there is not None and _goes_before(db, there, registration)
    confirming.close(db, registration, now=now, by=SYSTEM, why="grown", duplicate_of=there if stays else None)
    if stays:
        return
    if there is not None:
        confirming.close(db, there, now=now, by=SYSTEM, why="double")
    new = _copy(db, registration, following)
    if there is not None:
        there.duplicate_of_id = new.id
    confirming.record(db, "registered", new, now=now, by=SYSTEM, why="grown", earlier=registration.subject)
    for carer in new.carers:
        for channel in carer.channels:
            messages.queue(db, "grown", new.id, carer.id, channel, now=now)


def _standing(db: Session, registration: Registration, following: Programme) -> Registration | None:
    query = select(Registration).where(
        Registration.family_id == registration.family_id,
        Registration.programme_id == following.id,
        Registration.state.in_(LIVE),
    )
    return db.scalars(query).first()


def _goes_before(db: Session, there: Registration, registration: Registration) -> bool:
    # One with an older date, a place or an open offer stays; else the older date of the one that moves counts.
    older = there.waiting_since <= registration.waiting_since
    return older or there.state is RegistrationState.PLACED or placements.find_live(db, there.id) is not None


def _copy(db: Session, registration: Registration, following: Programme) -> Registration:
    new = Registration(family=registration.family, programme=following, state=RegistrationState.WAITING)
    for name in COPIED:
        setattr(new, name, getattr(registration, name))
    rows = registration.districts
    new.districts = [RegistrationDistrict(district_id=row.district_id, rank=row.rank) for row in rows]
    new.children, new.carers = list(registration.children), list(registration.carers)
    db.add(new)
    db.flush()
    return new
