"""The sheet of one meeting: every family that has a place, who of them comes, what they need, and what is noted."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.attendance.attendance import (
    AWAY,
    LISTED,
    Attendance,
    AttendanceState,
    attending,
    list_noted,
    persons,
)
from booking.people.families import Carer
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement

KEPT_OPEN = timedelta(days=30)


class Openness(enum.Enum):
    """How much of a group's roster its leaders may still see."""

    CONTACTS = "contacts"  # The group runs: names and how to reach them.
    NAMES = "names"  # The group has ended: names, so that attendance can be completed and corrected.
    COUNTS = "counts"  # Thirty days after the last meeting, or when the group was cancelled: counts alone.


@dataclass(frozen=True, slots=True)
class Contact:
    """A carer's confirmed ways to be reached that they want used, or None; a phone may be for calls alone."""

    name: str
    mobile: str | None
    email: str | None
    sms: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """One person at one meeting. `name` is None for an adult who comes along without being registered by name."""

    seat: int
    name: str | None
    state: AttendanceState | None
    noted_at: datetime | None

    @property
    def is_known(self) -> bool:
        """True when it is known whether this person was there: ticked, or said beforehand."""
        return self.state is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One family at one meeting. `number` counts the rows from 1; languages are codes.

    A family with protected identity has neither names nor contacts here.
    """

    number: int
    placement: Placement
    persons: tuple[Person, ...]
    contacts: tuple[Contact, ...]
    language: str
    interpreter: str | None
    step_free: bool
    childcare: bool
    protected: bool
    is_new: bool

    @property
    def said_away(self) -> bool:
        """True when nobody of the family comes, as they have said beforehand."""
        return all(person.state is AttendanceState.EXPECTED_AWAY for person in self.persons)

    @property
    def name(self) -> str | None:
        """The first carer's name."""
        return self.persons[0].name

    @property
    def expected(self) -> int:
        """How many of the family have not said that they cannot come."""
        return sum(person.state not in AWAY for person in self.persons)


def sheet(db: Session, session: GroupSession) -> list[Row]:
    """The families with a place in the meeting's group, in the order they got it."""
    query = select(Placement).where(Placement.group_id == session.group_id, Placement.state.in_(LISTED))
    placements = list(db.scalars(query.order_by(Placement.made_at, Placement.id)))
    noted = {(row.placement_id, row.seat): row for row in list_noted(db, [session.id])}
    taken, before = taken_at(db, placements), _meeting_before(db, session)
    return [
        _row(number, placement, noted, is_new=before is not None and taken[placement.id] > before)
        for number, placement in enumerate(placements, start=1)
    ]


def openness(db: Session, group: Group, *, now: datetime) -> Openness:
    """What the group's leaders may see of its roster today."""
    if group.state is GroupState.CANCELLED:
        return Openness.COUNTS
    last = select(func.max(GroupSession.ends_at)).where(
        GroupSession.group_id == group.id, GroupSession.state == SessionState.PLANNED
    )
    ended = db.scalar(last)
    if ended is not None and now > ended + KEPT_OPEN:
        return Openness.COUNTS
    return Openness.NAMES if group.state is GroupState.ENDED else Openness.CONTACTS


def is_complete(db: Session, session: GroupSession) -> bool:
    """True when everyone on the sheet is ticked or has said that they cannot come."""
    return all(person.is_known for row in sheet(db, session) for person in row.persons)


def taken_at(db: Session, placements: list[Placement]) -> dict[int, datetime]:
    """When each place was taken: when the offer was accepted, else when the place was made. Keys are ids."""
    query = select(Offer.placement_id, Offer.answered_at).where(
        Offer.placement_id.in_([placement.id for placement in placements]), Offer.state == OfferState.ACCEPTED
    )
    accepted = {placement_id: at for placement_id, at in db.execute(query) if at is not None}
    return {placement.id: accepted.get(placement.id, placement.made_at) for placement in placements}


def _meeting_before(db: Session, session: GroupSession) -> datetime | None:
    query = select(GroupSession.starts_at).where(
        GroupSession.group_id == session.group_id,
        GroupSession.state == SessionState.PLANNED,
        GroupSession.starts_at < session.starts_at,
    )
    return db.scalars(query.order_by(GroupSession.starts_at.desc())).first()


def _row(number: int, placement: Placement, noted: dict[tuple[int, int], Attendance], *, is_new: bool) -> Row:
    registration = placement.registration
    protected = registration.family.protected
    carers = [] if protected else attending(placement)
    people = range(1, persons(placement) + 1)
    return Row(
        number=number,
        placement=placement,
        persons=tuple(_person(seat, carers, noted.get((placement.id, seat))) for seat in people),
        contacts=tuple(_contact(carer) for carer in carers),
        language=registration.family.first_carer.language,
        interpreter=registration.interpreter,
        step_free=registration.step_free,
        childcare=registration.childcare,
        protected=protected,
        is_new=is_new,
    )


def _person(seat: int, carers: list[Carer], row: Attendance | None) -> Person:
    name = carers[seat - 1].name if seat <= len(carers) else None
    return Person(seat, name, row.state if row else None, row.noted_at if row else None)


def _contact(carer: Carer) -> Contact:
    mobile = carer.mobile if carer.mobile_confirmed_at else None
    email = carer.email if "email" in carer.channels else None
    return Contact(carer.name or "", mobile, email, sms=carer.sms_stopped_at is None)
