"""Groups at risk: what is taken, on offer and planned cannot reach the minimum, and the day of decision is near.

Planned are the families the latest proposal would offer the group to. A proposal places nobody in a group that would
not start, so it plans either enough or nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places.placements import COUNTING, Placement, PlacementState
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunState
from booking.records import policies
from booking.records.policies import Policy

NEAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far a group comes, in places: taken, on offer, planned; against its minimum on the day of decision."""

    group: Group
    taken: int
    offered: int
    planned: int
    decide_on: date

    @property
    def reach(self) -> int:
        """How many there are when everyone says yes."""
        return self.taken + self.offered + self.planned

    @property
    def short(self) -> int:
        """How many are missing even then; 0 when the group can start."""
        return max(0, self.group.minimum - self.reach)

    def is_at_risk(self, day: date) -> bool:
        """True when it cannot reach its minimum and the decision is near, or should have been made."""
        return self.short > 0 and self.decide_on <= day + NEAR


def list_outlooks(db: Session, *, now: datetime) -> list[Outlook]:
    """How far every open, coming group comes, the one that begins soonest first."""
    return _outlooks(db, groups.list_coming(db, today=today(now)))


def outlook(db: Session, group: Group) -> Outlook:
    """How far one group comes."""
    return _outlooks(db, [group])[0]


def at_risk(db: Session, *, now: datetime) -> list[Outlook]:
    """How far the groups at risk come, the one that begins soonest first."""
    return [each for each in list_outlooks(db, now=now) if each.is_at_risk(today(now))]


def list_at_risk(db: Session, *, now: datetime) -> list[Group]:
    """The open, coming groups at risk, the one that begins soonest first."""
    return [each.group for each in at_risk(db, now=now)]


def decision_day(group: Group, policy: Policy) -> date:
    """The day by which it is decided whether the group will be: its own, else as many days before as is usual."""
    return group.decide_on or group.first_day - timedelta(days=policy.decision_days_before)


def _outlooks(db: Session, coming: list[Group]) -> list[Outlook]:
    policy, planned = policies.current(db), _planned(db)
    held = _held(db, [group.id for group in coming])
    return [
        Outlook(
            group=group,
            taken=group.places_taken - held[group.id],
            offered=held[group.id],
            planned=planned[group.id],
            decide_on=decision_day(group, policy),
        )
        for group in coming
    ]


def _held(db: Session, group_ids: list[int]) -> Counter[int]:
    """Places on offer, by group id."""
    query = select(Placement.group_id, func.sum(Placement.seats)).where(
        Placement.group_id.in_(group_ids), Placement.state == PlacementState.HELD
    )
    return Counter({group: int(seats) for group, seats in db.execute(query.group_by(Placement.group_id))})


def has_plan(db: Session) -> bool:
    """True once there is a proposal that says which groups would be filled."""
    return db.scalar(_latest()) is not None


def _latest() -> Select[int]:
    shown = AllocationRun.state.in_((RunState.PROPOSED, RunState.PUBLISHED))
    return select(func.max(AllocationRun.id)).where(shown)


def _planned(db: Session) -> Counter[int]:
    """Places the latest proposal would offer to families who still wait without a place or an offer, by group id."""
    latest = _latest().scalar_subquery()
    held = select(Placement.registration_id).where(Placement.state.in_(COUNTING))
    query = (
        select(RunDecision.group_id, Registration.adults, func.count())
        .join(Registration, Registration.id == RunDecision.registration_id)
        .where(RunDecision.run_id == latest, RunDecision.state == DecisionState.PROPOSED)
        .where(Registration.state == RegistrationState.WAITING, Registration.id.not_in(held))
        .group_by(RunDecision.group_id, Registration.adults)
    )
    found: Counter[int] = Counter()
    for group_id, adults, number in db.execute(query):
        if group_id is not None:
            found[group_id] += db.get_one(Group, group_id).programme.seats(adults) * number
    return found
