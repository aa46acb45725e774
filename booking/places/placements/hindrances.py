"""What stands in the way of a place: asked with the group locked, just before a place is taken."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from booking.base.clock import today
from booking.base.texts import lazy
from booking.catalogue.districts import Atlas, atlas
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.fit import fits
from booking.people.registrations import Apart, Registration, RegistrationState
from booking.places.placements.claims import claim
from booking.places.placements.placement import COUNTING, Placement

AT_A_TIME = 20


class Hindrance(enum.Enum):
    """Why no place can be taken, the most final first."""

    GROUP_CLOSED = "group_closed"  # Hidden, cancelled or ended.
    OTHER_PROGRAMME = "other_programme"  # The group is of another programme than the registration.
    NOT_WAITING = "not_waiting"  # The registration is not in the queue.
    HAS_PLACE = "has_place"  # The family has or is offered a place in the programme.
    FULL = "full"  # Not enough free places.
    APART = "apart"  # Someone the family must be kept apart from is in the group.
    GUESTS_FULL = "guests_full"  # What is left is held for the group's own districts.
    CLASH = "clash"  # A meeting overlaps one the family already has.
    MISFIT = "misfit"  # Something the family needs is not met.
    LONGER_WAIT = "longer_wait"  # Someone with a stronger claim waits for it.

    @property
    def may_be_overridden(self) -> bool:
        """True when staff may pass it with a stated reason."""
        return self in (Hindrance.GUESTS_FULL, Hindrance.CLASH, Hindrance.MISFIT, Hindrance.LONGER_WAIT)

    def sentence(self) -> str:
        """One plain sentence for the person who asked."""
        return str(_SENTENCES[self])


_SENTENCES = {
    Hindrance.GROUP_CLOSED: lazy("Gruppen tar inte emot fler."),
    Hindrance.OTHER_PROGRAMME: lazy("Gruppen passar inte med det som familjen har svarat i sin anmälan."),
    Hindrance.NOT_WAITING: lazy("Anmälan står inte i kön."),
    Hindrance.HAS_PLACE: lazy("Familjen har redan en plats eller ett erbjudande i det här programmet."),
    Hindrance.FULL: lazy("Det finns inte så många lediga platser kvar i gruppen."),
    Hindrance.APART: lazy("Gruppen passar inte. Ring oss, så hittar vi en annan."),
    Hindrance.GUESTS_FULL: lazy("Platserna som är kvar sparas till familjer i gruppens egen stadsdel."),
    Hindrance.CLASH: lazy("Gruppen krockar med en träff som familjen redan har."),
    Hindrance.MISFIT: lazy("Gruppen passar inte med det som familjen har svarat i sin anmälan."),
    Hindrance.LONGER_WAIT: lazy("Någon som har väntat längre står först på tur till platsen."),
}


def find(
    db: Session,
    registration: Registration,
    group: Group,
    *,
    judged: frozenset[int] = frozenset(),
    now: datetime,
    leaving: Placement | None = None,
) -> list[Hindrance]:
    """Every hindrance there is, the most final first. Lock the group first to act upon the answer.

    `leaving` is a place the family would give up for this one: asked before a move, it is as if already given up.
    """
    places = atlas(db)
    checks = {
        Hindrance.GROUP_CLOSED: group.state is not GroupState.OPEN,
        Hindrance.OTHER_PROGRAMME: group.programme_id != registration.programme_id,
        Hindrance.NOT_WAITING: leaving is None and not _waits(db, registration),
        Hindrance.HAS_PLACE: leaving is None and _has_place(db, registration),
        Hindrance.FULL: group.free < registration.seats,
        Hindrance.APART: _kept_apart(db, registration, group),
        Hindrance.GUESTS_FULL: not _room_for_guest(db, registration, group, places, now),
        Hindrance.CLASH: _clashes(db, registration, group, leaving),
        Hindrance.MISFIT: not fits(registration, group, places),
        Hindrance.LONGER_WAIT: _someone_first(db, registration, group, places, judged, now),
    }
    return [hindrance for hindrance, stands in checks.items() if stands]


def _waits(db: Session, registration: Registration) -> bool:
    state = db.scalar(select(Registration.state).where(Registration.id == registration.id))
    return state is RegistrationState.WAITING


def _has_place(db: Session, registration: Registration) -> bool:
    query = select(Placement.id).where(
        Placement.family_id == registration.family_id,
        Placement.programme_id == registration.programme_id,
        Placement.state.in_(COUNTING),
    )
    return db.scalars(query).first() is not None


def _kept_apart(db: Session, registration: Registration, group: Group) -> bool:
    query = (
        select(Placement.id)
        .join(
            Apart,
            or_(
                (Apart.one_id == Placement.registration_id) & (Apart.other_id == registration.id),
                (Apart.other_id == Placement.registration_id) & (Apart.one_id == registration.id),
            ),
        )
        .where(Placement.group_id == group.id, Placement.state.in_(COUNTING))
    )
    return db.scalars(query).first() is not None


def _room_for_guest(db: Session, registration: Registration, group: Group, places: Atlas, now: datetime) -> bool:
    if group.is_resident(registration.home_id, places):
        return True
    return guests(db, group) + registration.seats <= group.guest_cap(today(now))


def guests(db: Session, group: Group) -> int:
    """Places held or taken by families from other districts."""
    query = select(func.coalesce(func.sum(Placement.seats), 0)).where(
        Placement.group_id == group.id, Placement.state.in_(COUNTING), Placement.resident.is_(False)
    )
    return int(db.scalar(query) or 0)


def _clashes(db: Session, registration: Registration, group: Group, leaving: Placement | None) -> bool:
    mine, theirs = aliased(GroupSession), aliased(GroupSession)
    query = (
        select(mine.id)
        .join(Placement, Placement.group_id == mine.group_id)
        .join(theirs, (theirs.starts_at < mine.ends_at) & (mine.starts_at < theirs.ends_at))
        .where(Placement.family_id == registration.family_id, Placement.state.in_(COUNTING))
        .where(theirs.group_id == group.id, mine.group_id != group.id)
        .where(mine.state == SessionState.PLANNED, theirs.state == SessionState.PLANNED)
    )
    if leaving is not None:
        query = query.where(Placement.id != leaving.id)
    return db.scalars(query).first() is not None


def _someone_first(
    db: Session, registration: Registration, group: Group, places: Atlas, judged: frozenset[int], now: datetime
) -> bool:
    # Only those for whom there is room can lose the place by this: a pair never blocks the last single place.
    mine = claim(registration, group, places)
    guest_room = group.guest_cap(today(now)) - guests(db, group)
    for other in rivals(db, registration, group, judged):
        room = group.free if group.is_resident(other.home_id, places) else min(group.free, guest_room)
        wants = other.seats <= room and claim(other, group, places) < mine
        if wants and fits(other, group, places):
            return True
    return False


def rivals(
    db: Session, registration: Registration, group: Group, judged: frozenset[int] = frozenset()
) -> Iterator[Registration]:
    """Others in the queue who hold no place or offer in the programme and have not said no to this group.

    They come a few at a time, the longest wait first: mostly the first of them settles the question. Those `judged`
    are left out before any row is read: a run that has weighed everybody costs one query.
    """
    past = select(Placement.registration_id).where(
        Placement.programme_id == group.programme_id,
        Placement.state.in_(COUNTING) | (Placement.group_id == group.id),
    )
    query = select(Registration.id).where(
        Registration.programme_id == group.programme_id,
        Registration.state == RegistrationState.WAITING,
        Registration.paused_at.is_(None),
        Registration.id != registration.id,
        Registration.id.not_in(past),
    )
    queue = db.scalars(query.order_by(Registration.waiting_since, Registration.id))
    unjudged = [waiting for waiting in queue if waiting not in judged]
    for start in range(0, len(unjudged), AT_A_TIME):
        some = select(Registration).where(Registration.id.in_(unjudged[start : start + AT_A_TIME]))
        yield from db.scalars(some.order_by(Registration.waiting_since, Registration.id))
