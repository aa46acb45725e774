"""What stands in the way of a place: asked with the group locked, just before a place is taken."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import lazy
from booking.catalogue.groups import Group, GroupState
from booking.people.fit import fits
from booking.people.registrations import Registration
from booking.places.placements.claims import claim
from booking.places.placements.facts import Facts, guests_in
from booking.places.placements.placement import Placement


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
    facts: Facts | None = None,
    waived: Collection[Hindrance] = (),
) -> list[Hindrance]:
    """Every hindrance there is, the most final first. Lock the group first to act upon the answer.

    `leaving` is a place the family would give up for this one: asked before a move, it is as if already given up.
    `facts` are read anew unless handed down by who asks about many. What is `waived` is not looked at.
    """
    known = facts or Facts(db, [registration], [group], judged=judged)
    checks: dict[Hindrance, Callable[[], bool]] = {
        Hindrance.GROUP_CLOSED: lambda: group.state is not GroupState.OPEN,
        Hindrance.OTHER_PROGRAMME: lambda: group.programme_id != registration.programme_id,
        Hindrance.NOT_WAITING: lambda: leaving is None and registration.id not in known.waiting,
        Hindrance.HAS_PLACE: lambda: leaving is None and known.has_place(registration),
        Hindrance.FULL: lambda: known.free[group.id] < registration.seats,
        Hindrance.APART: lambda: known.kept_apart(registration.id, group.id),
        Hindrance.GUESTS_FULL: lambda: not _room_for_guest(known, registration, group, now),
        Hindrance.CLASH: lambda: known.clash(registration.family_id, group.id, leaving.group_id if leaving else None),
        Hindrance.MISFIT: lambda: not fits(registration, group, known.atlas),
        Hindrance.LONGER_WAIT: lambda: _someone_first(known, registration, group, now),
    }
    return [hindrance for hindrance, stands in checks.items() if hindrance not in waived and stands()]


def _room_for_guest(facts: Facts, registration: Registration, group: Group, now: datetime) -> bool:
    if group.is_resident(registration.home_id, facts.atlas):
        return True
    return facts.guests[group.id] + registration.seats <= group.guest_cap(today(now))


def guests(db: Session, group: Group) -> int:
    """Places held or taken by families from other districts."""
    return guests_in(db, [group.id])[group.id]


def _someone_first(facts: Facts, registration: Registration, group: Group, now: datetime) -> bool:
    # Only those for whom there is room can lose the place by this: a pair never blocks the last single place.
    mine, free = claim(registration, group, facts.atlas), facts.free[group.id]
    guest_room = group.guest_cap(today(now)) - facts.guests[group.id]
    for other in facts.rivals(registration, group):
        room = free if group.is_resident(other.home_id, facts.atlas) else min(free, guest_room)
        if other.seats <= room and claim(other, group, facts.atlas) < mine and fits(other, group, facts.atlas):
            return True
    return False
