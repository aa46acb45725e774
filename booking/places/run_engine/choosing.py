"""Which groups work for whom, best first: home, then the family's own order, then minutes of travel, then the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.fit import fits
from booking.people.registrations import Apart, Registration, RegistrationState
from booking.places.placements import COUNTING, Placement, PlacementState

FAR = 9999  # Minutes or ranks nobody has stated.

Meetings = list[tuple[datetime, datetime]]
Liking = tuple[bool, bool, int, int, date, int]


class History:
    """Who has held or holds which place.

    `held` are (family, programme) that count now, `been` the groups a registration has had a place or an offer in,
    `busy` the groups a family goes to, `barred` the groups of those a registration must be kept apart from.
    """

    def __init__(self, db: Session) -> None:
        self.held: set[tuple[int, int]] = set()
        self.been: dict[int, set[int]] = defaultdict(set)
        self.busy: dict[int, set[int]] = defaultdict(set)
        self.barred: dict[int, set[int]] = defaultdict(set)
        live: dict[int, int] = {}
        for registration, family, programme, group, state in db.execute(_past()):
            self.been[registration].add(group)
            if state in COUNTING:
                self.held.add((family, programme))
                self.busy[family].add(group)
                live[registration] = group
        for one, other in db.execute(select(Apart.one_id, Apart.other_id)):
            for mine, theirs in ((one, other), (other, one)):
                if theirs in live:
                    self.barred[mine].add(live[theirs])


def _past() -> Select[int, int, int, int, PlacementState]:
    waiting = select(Registration.id).where(Registration.state == RegistrationState.WAITING)
    return select(
        Placement.registration_id, Placement.family_id, Placement.programme_id, Placement.group_id, Placement.state
    ).where(or_(Placement.state.in_(COUNTING), Placement.registration_id.in_(waiting)))


def read_meetings(db: Session, now: datetime) -> dict[int, Meetings]:
    """When each group meets from now on, by group id."""
    query = select(GroupSession.group_id, GroupSession.starts_at, GroupSession.ends_at).where(
        GroupSession.state == SessionState.PLANNED, GroupSession.ends_at > now
    )
    found: dict[int, Meetings] = defaultdict(list)
    for group, starts, ends in db.execute(query):
        found[group].append((starts, ends))
    return found


class Choosing:
    """Which groups work for a registration, best first; those in `soon` only for who can come at short notice."""

    def __init__(
        self, coming: list[Group], history: History, meetings: dict[int, Meetings], places: Atlas, soon: set[int]
    ) -> None:
        self.history, self.meetings, self.places, self.soon = history, meetings, places, soon
        self.by_programme: dict[int, list[Group]] = defaultdict(list)
        for group in coming:
            self.by_programme[group.programme_id].append(group)

    def choices(self, registration: Registration) -> list[Group]:
        """Groups that meet every need, that the family has not left or said no to, and that clash with nothing."""
        groups = self.by_programme.get(registration.programme_id, [])
        closed = self.history.been[registration.id] | self.history.barred[registration.id]
        works = [
            group
            for group in groups
            if group.id not in closed
            and (registration.short_notice or group.id not in self.soon)
            and fits(registration, group, self.places)
            and not self._clashes(registration.family_id, group.id)
        ]
        return sorted(works, key=self.liking(registration))

    def _clashes(self, family: int, group: int) -> bool:
        return any(
            starts < their_end and their_start < ends
            for other in self.history.busy[family]
            for their_start, their_end in self.meetings.get(other, [])
            for starts, ends in self.meetings.get(group, [])
        )

    def liking(self, registration: Registration) -> Callable[[Group], Liking]:
        """How much the family likes a group, the least first: a key to sort groups by."""
        places, home = self.places, self.places.current(registration.home_id).id
        ranks: dict[int, int] = {}
        for rank, district in enumerate(registration.district_ids):
            ranks.setdefault(places.current(district).id, rank)

        def liking(group: Group) -> Liking:
            if group.online or group.venue is None:
                return True, True, FAR, FAR, group.first_day, group.id
            there = places.current(group.venue.district_id).id
            minutes = places.minutes(home, there)
            far = FAR if minutes is None else minutes
            return False, there != home, ranks.get(there, FAR), far, group.first_day, group.id

        return liking
