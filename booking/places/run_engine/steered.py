"""What staff have decided beforehand, as a run heeds it: pinned families have their places, excluded ones are left out.

A pin that cannot hold is let fall when the run is stored; its family is weighed like all, and its decision says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group, GroupState
from booking.places.placements import Hindrance
from booking.places.run_engine.history import History
from booking.places.run_engine.waiting import Waiting
from booking.places.steering import Fall, Steer, SteerKind, SteerState


@dataclass(frozen=True, slots=True)
class Steered:
    """Who is left out of the problem by a steer, and which steers are settled with the run.

    `seats` and `guests` are places the pins take, by group id; `ended` is the state and the note of each steer that
    stands no more, by its id; `fallen` are registrations whose pin fell though they still wait. `full_enough` are
    groups that reach their minimum with those who have a place or a pin alone.
    """

    pinned: dict[int, int] = field(default_factory=dict)
    excluded: set[int] = field(default_factory=set)
    seats: Counter[int] = field(default_factory=Counter)
    guests: Counter[int] = field(default_factory=Counter)
    ended: dict[int, tuple[SteerState, str | None]] = field(default_factory=dict)
    fallen: set[int] = field(default_factory=set)
    full_enough: set[int] = field(default_factory=set)


class Steering:
    """The standing steers, weighed one by one against the queue and the places as they are."""

    def __init__(
        self, db: Session, waiting: list[Waiting], resting: Mapping[int, object], history: History, places: Atlas
    ) -> None:
        """`resting` are those who wait and get no offer now; a pin of theirs stands until they do."""
        query = select(Steer).where(Steer.state == SteerState.STANDING).order_by(Steer.id)
        self.steers = list(db.scalars(query))
        pinned_to = {steer.group_id for steer in self.steers if steer.group_id is not None}
        self.groups = {each.id: each for each in db.scalars(select(Group).where(Group.id.in_(pinned_to)))}
        self.waiting = {each.id: each for each in waiting}
        self.resting, self.history, self.places = resting, history, places

    def weigh(self, today: date) -> Steered:
        """Say of each what it comes to, the oldest first."""
        found = Steered()
        for steer in self.steers:
            wish = self.waiting.get(steer.registration_id)
            if wish is None:
                found.ended[steer.id] = self._gone(steer)
            elif steer.kind is SteerKind.EXCLUDE:
                found.excluded.add(wish.id)
            else:
                self._pin(found, steer, wish, today)
        for group in self.groups.values():
            if group.places_taken + found.seats[group.id] >= group.minimum:
                found.full_enough.add(group.id)
        return found

    def _gone(self, steer: Steer) -> tuple[SteerState, str | None]:
        """The registration does not wait any more; perhaps because it has its group."""
        if steer.group_id is not None and steer.group_id in self.history.been.get(steer.registration_id, set()):
            return SteerState.USED, None
        return SteerState.FALLEN, Fall.LEFT.value

    def _pin(self, found: Steered, steer: Steer, wish: Waiting, today: date) -> None:
        group = self.groups[steer.group_id or 0]
        held = self.history.held.get((wish.family_id, wish.programme_id))
        if held is not None:
            has_it = held == group.id
            found.ended[steer.id] = (SteerState.USED, None) if has_it else (SteerState.FALLEN, Fall.PLACED.value)
        elif why := self._hindrance(wish, group, found.seats[group.id], today):
            found.ended[steer.id] = SteerState.FALLEN, why
            found.fallen.add(wish.id)
        elif wish.id not in self.resting:
            found.pinned[wish.id] = group.id
            found.seats[group.id] += wish.seats
            found.guests[group.id] += 0 if group.is_resident(wish.home_id, self.places) else wish.seats

    def _hindrance(self, wish: Waiting, group: Group, promised: int, today: date) -> str | None:
        """Why a pin cannot hold any more: what nobody may pass."""
        if group.state is not GroupState.OPEN:
            return Hindrance.GROUP_CLOSED.value
        if group.first_day <= today:
            return Fall.BEGUN.value
        if group.id in self.history.been.get(wish.id, set()):
            return Fall.SAID_NO.value
        if group.id in self.history.barred.get(wish.id, set()):
            return Hindrance.APART.value
        return Hindrance.FULL.value if group.free - promised < wish.seats else None
