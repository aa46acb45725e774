"""What stands between families and places, read once for all the families and groups that are asked about.

One family and one group, or a publishing with hundreds: as many queries. What is taken meanwhile by whoever holds the
facts is noted with `note`, so that the next question is answered as if it had been read again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.districts import Atlas, atlas
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.registrations import Apart, Registration, RegistrationState
from booking.places.placements.placement import COUNTING, Placement

AT_A_TIME = 20

Meetings = list[tuple[datetime, datetime]]


class Facts:
    """The facts about some registrations and some groups. Lock the groups and families before acting upon them.

    `judged` are the registrations whose claims a verified run has weighed: they are nobody's rivals.
    """

    def __init__(
        self,
        db: Session,
        registrations: Collection[Registration],
        groups: Collection[Group],
        *,
        judged: frozenset[int],
        places: Atlas | None = None,
    ) -> None:
        self.db, self.judged = db, judged
        self.atlas = places or atlas(db)
        self.free = {group.id: group.free for group in groups}
        self.guests = guests_in(db, [group.id for group in groups])
        ids = [each.id for each in registrations]
        wait = select(Registration.id).where(Registration.id.in_(ids), Registration.state == RegistrationState.WAITING)
        self.waiting = set(db.scalars(wait))
        self.held: dict[tuple[int, int], int] = {}
        self.busy: dict[int, set[int]] = defaultdict(set)
        self.inside: dict[int, set[int]] = defaultdict(set)
        self._read_places({each.family_id for each in registrations})
        self.foes = self._read_foes(ids)
        self._meetings: dict[int, Meetings] = {}
        self._read_meetings({*self.free, *(group for groups in self.busy.values() for group in groups)})
        self._rivals: dict[int, _Queue] = {}
        self._been: dict[int, set[int]] = {}

    def note(self, placement: Placement) -> None:
        """Count a place that has just been taken."""
        self.held[placement.family_id, placement.programme_id] = placement.group_id
        self.busy[placement.family_id].add(placement.group_id)
        self.inside[placement.group_id].add(placement.registration_id)
        self.free[placement.group_id] -= placement.seats
        self.guests[placement.group_id] += 0 if placement.resident else placement.seats

    def has_place(self, registration: Registration) -> bool:
        """True when the family has or is offered a place in the programme."""
        return (registration.family_id, registration.programme_id) in self.held

    def kept_apart(self, registration_id: int, group_id: int) -> bool:
        """True when somebody the family must be kept apart from is in the group."""
        return not self.foes[registration_id].isdisjoint(self.inside[group_id])

    def clash(self, family_id: int, group_id: int, leaving: int | None) -> bool:
        """True when a meeting of the group overlaps one of a group the family goes to; `leaving` is one it gives up."""
        others = self.busy[family_id] - {group_id, leaving}
        return any(
            starts < their_end and their_start < ends
            for other in others
            for their_start, their_end in self._meetings.get(other, [])
            for starts, ends in self._meetings.get(group_id, [])
        )

    def rivals(self, registration: Registration, group: Group) -> Iterator[Registration]:
        """Others in the queue who hold no place or offer in the programme and have not said no to this group.

        They come a few at a time, the longest wait first: mostly the first of them settles the question. The judged
        are left out before any row is read: a run that has weighed everybody costs one query for a programme.
        """
        queue = self._rivals.get(group.programme_id)
        if queue is None:
            queue = self._rivals[group.programme_id] = _Queue(self.db, group.programme_id, self.judged)
        if queue.ids and group.id not in self._been:
            self._been[group.id] = self._read_been(group.id)
        for other in queue:
            if other.id != registration.id and not self.has_place(other) and other.id not in self._been[group.id]:
                yield other

    def _read_places(self, family_ids: Collection[int]) -> None:
        query = select(Placement.family_id, Placement.programme_id, Placement.group_id).where(
            Placement.family_id.in_(family_ids), Placement.state.in_(COUNTING)
        )
        for family, programme, group in self.db.execute(query):
            self.held[family, programme] = group
            self.busy[family].add(group)

    def _read_foes(self, ids: Collection[int]) -> dict[int, set[int]]:
        """Those each registration must be kept apart from, and, in `inside`, which groups they are in."""
        found: dict[int, set[int]] = defaultdict(set)
        query = select(Apart.one_id, Apart.other_id).where(or_(Apart.one_id.in_(ids), Apart.other_id.in_(ids)))
        for one, other in self.db.execute(query):
            found[one].add(other)
            found[other].add(one)
        if found:
            live = select(Placement.registration_id, Placement.group_id).where(
                Placement.registration_id.in_(found), Placement.state.in_(COUNTING)
            )
            for registration, group in self.db.execute(live):
                self.inside[group].add(registration)
        return found

    def _read_meetings(self, group_ids: Collection[int]) -> None:
        query = select(GroupSession.group_id, GroupSession.starts_at, GroupSession.ends_at).where(
            GroupSession.group_id.in_(group_ids), GroupSession.state == SessionState.PLANNED
        )
        for group, starts, ends in self.db.execute(query) if self.busy or len(self.free) > 1 else ():
            self._meetings.setdefault(group, []).append((starts, ends))

    def _read_been(self, group_id: int) -> set[int]:
        # An offer that the city took back was nobody's no.
        query = select(Placement.registration_id).where(
            Placement.group_id == group_id, or_(Placement.taken_back_at.is_(None), Placement.state.in_(COUNTING))
        )
        return set(self.db.scalars(query))


class _Queue:
    """The unjudged of one programme who wait for a place, the longest wait first; read a few at a time, and once."""

    def __init__(self, db: Session, programme_id: int, judged: frozenset[int]) -> None:
        placed = select(Placement.registration_id).where(
            Placement.programme_id == programme_id, Placement.state.in_(COUNTING)
        )
        query = select(Registration.id).where(
            Registration.programme_id == programme_id,
            Registration.state == RegistrationState.WAITING,
            Registration.paused_at.is_(None),
            Registration.id.not_in(placed),
        )
        queue = db.scalars(query.order_by(Registration.waiting_since, Registration.id))
        self.ids = [each for each in queue if each not in judged]
        self._db, self._read = db, list[Registration]()

    def __iter__(self) -> Iterator[Registration]:
        number = 0
        while number < len(self.ids):
            if number >= len(self._read):
                some = select(Registration).where(Registration.id.in_(self.ids[number : number + AT_A_TIME]))
                self._read += self._db.scalars(some.order_by(Registration.waiting_since, Registration.id))
            yield self._read[number]
            number += 1


def guests_in(db: Session, group_ids: Collection[int]) -> Counter[int]:
    """Places held or taken by families from other districts, by group id."""
    query = select(Placement.group_id, func.sum(Placement.seats)).where(
        Placement.group_id.in_(group_ids), Placement.state.in_(COUNTING), Placement.resident.is_(False)
    )
    return Counter({group: int(seats) for group, seats in db.execute(query.group_by(Placement.group_id))})
