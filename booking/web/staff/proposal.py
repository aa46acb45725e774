"""The families of a run, one by one, with the reason for each.

Own families are listed; of other districts' there are only figures.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from booking.catalogue.districts import District
from booking.catalogue.groups import Group, GroupDistrict
from booking.catalogue.programmes import Programme
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import explaining
from booking.places.runs import AllocationRun, DecisionState, RunDecision, find_snapshot
from booking.web import access
from booking.web.staff import own
from booking.web.staff.registration import reason_of


class Show(enum.Enum):
    """Which of a run's families are wanted."""

    OFFERS = "offers"  # They get an offer, or got one.
    GUESTS = "guests"  # They get it in another district than their own.
    EXCEPTIONS = "exceptions"  # Not flexible, and yet not in the group that the order of the queue would give.
    WAITING = "waiting"  # They stay in the queue.
    HELD = "held"  # They were to get one and did not: held back, or something had changed.


@dataclass(frozen=True, slots=True)
class Filter:
    """Which decisions are wanted. `why` is the code of a reason; `group` the one it gives, or speaks of."""

    show: Show
    programme: Programme | None = None
    district: District | None = None
    group: Group | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One family's decision. `about` is the group it gives or speaks of, `note` why an offer could not be made."""

    decision: RunDecision
    about: Group | None
    why: str
    note: str


_NOT_MADE = (DecisionState.EXCLUDED, DecisionState.STALE)


def rows(run: AllocationRun, chosen: Filter, offset: int) -> list[Row]:
    """One page of own families' decisions, group by group, the longest wait first."""
    query = _those(select(RunDecision), run, chosen)
    order = (RunDecision.group_id, Registration.waiting_since, RunDecision.id)
    query = query.options(selectinload(RunDecision.registration), selectinload(RunDecision.group))
    return explained(access.db().scalars(query.order_by(*order).limit(own.PAGE).offset(offset)).all())


def explained(decisions: Collection[RunDecision]) -> list[Row]:
    """Decisions with their reasons in words; the groups these speak of are read once."""
    about = {each.group_id or each.reason_group_id for each in decisions}
    about |= {each.reason_group_id for each in decisions}
    wanted = select(Group).where(Group.id.in_(about - {None}))
    groups = {group.id: group for group in access.db().scalars(wanted)}
    return [
        Row(
            each,
            groups.get(each.group_id or each.reason_group_id or 0),
            reason_of(each, groups),
            explaining.for_note(each.note),
        )
        for each in decisions
    ]


def count(run: AllocationRun, chosen: Filter) -> int:
    """How many rows there are in all."""
    return access.db().scalar(_those(select(func.count(RunDecision.id)), run, chosen)) or 0


def _those(query: Select[Any], run: AllocationRun, chosen: Filter) -> Select[Any]:
    query = query.join(Registration, Registration.id == RunDecision.registration_id)
    query = query.join(Family, Family.id == Registration.family_id).where(RunDecision.run_id == run.id)
    query = query.where(_shown(chosen.show, run))
    if chosen.programme is not None:
        query = query.where(Registration.programme_id == chosen.programme.id)
    if chosen.group is not None:
        about = RunDecision.group_id.is_(None) & (RunDecision.reason_group_id == chosen.group.id)
        query = query.where(or_(RunDecision.group_id == chosen.group.id, about))
    if chosen.why:
        query = query.where(RunDecision.reason_code == chosen.why)
    return query.where(_mine(chosen.district))


def _shown(show: Show, run: AllocationRun) -> ColumnElement[bool]:
    if show is Show.EXCEPTIONS:
        return RunDecision.registration_id.in_(_exceptions(run))
    held = RunDecision.state.in_(_NOT_MADE)
    placed = RunDecision.group_id.is_not(None)
    return {
        Show.OFFERS: and_(placed, ~held),
        Show.GUESTS: and_(placed, ~held, ~_at_home()),
        Show.WAITING: RunDecision.group_id.is_(None),
        Show.HELD: and_(placed, held),
    }[show]


def _exceptions(run: AllocationRun) -> list[int]:
    """Registration ids of those the run could not do right by; none when its details are no longer kept."""
    snapshot = find_snapshot(access.db(), run.id)
    return [] if snapshot is None else [int(each) for each in json.loads(snapshot.result)["exceptions"]]


def _at_home() -> ColumnElement[bool]:
    """The group belongs where the family lives, as the districts are today, or to the whole city."""
    atlas = access.atlas()
    standing = {atlas.current(each).id for each in atlas.districts}
    same = [own.home_ids([atlas.districts[each]]) for each in standing]
    there = [Family.home_district_id.in_(ids) & GroupDistrict.district_id.in_(ids) for ids in same]
    belongs = select(GroupDistrict).where(GroupDistrict.group_id == RunDecision.group_id, or_(*there)).exists()
    city = select(Group.id).where(Group.id == RunDecision.group_id, Group.whole_city).exists()
    return or_(belongs, city)


def _mine(district: District | None) -> ColumnElement[bool]:
    """Families whom the coordinator runs, of one district where one is asked for."""
    mine = own.districts()
    if district is None and access.account().is_central:
        return RunDecision.id.is_not(None)
    wanted = mine if district is None else [each for each in mine if each.id == district.id]
    return Family.home_district_id.in_(own.home_ids(wanted))
