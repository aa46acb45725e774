"""A run as staff read it: in figures, group by group, and family by family with the reason.

Own families are listed; of other districts' there are only figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import explaining
from booking.places.runs import AllocationRun, DecisionState, RunDecision
from booking.web import access
from booking.web.staff import own
from booking.web.staff.registration import reason_of


@dataclass(frozen=True, slots=True)
class Filter:
    """Which decisions are wanted."""

    placed: bool
    programme: Programme | None
    district: District | None


@dataclass(frozen=True, slots=True)
class Row:
    """One family's decision. `note` says why a proposed offer could not be made."""

    decision: RunDecision
    why: str
    note: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """A group in the run: how many families and places it would get, and whether that makes it start."""

    group: Group
    families: int
    seats: int
    reached: bool
    short: bool


def rows(run: AllocationRun, chosen: Filter, offset: int) -> list[Row]:
    """One page of own families' decisions, group by group, the longest wait first."""
    query = _those(select(RunDecision), run, chosen)
    order = (RunDecision.group_id, Registration.waiting_since, RunDecision.id)
    query = query.options(selectinload(RunDecision.registration), selectinload(RunDecision.group))
    found = list(access.db().scalars(query.order_by(*order).limit(own.PAGE).offset(offset)))
    about = {each.reason_group_id for each in found if each.reason_group_id is not None}
    groups = {group.id: group for group in access.db().scalars(select(Group).where(Group.id.in_(about)))}
    return [Row(each, reason_of(each, groups), explaining.for_note(each.note)) for each in found]


def count(run: AllocationRun, chosen: Filter) -> int:
    """How many rows there are in all."""
    return access.db().scalar(_those(select(func.count(RunDecision.id)), run, chosen)) or 0


def to_be_offered(run: AllocationRun) -> int:
    """How many offers publishing would try to make, in the whole city."""
    query = select(func.count(RunDecision.id)).where(
        RunDecision.run_id == run.id,
        RunDecision.group_id.is_not(None),
        RunDecision.state == DecisionState.PROPOSED,
    )
    return access.db().scalar(query) or 0


def _those(query: Select[Any], run: AllocationRun, chosen: Filter) -> Select[Any]:
    query = query.join(Registration, Registration.id == RunDecision.registration_id)
    query = query.join(Family, Family.id == Registration.family_id).where(RunDecision.run_id == run.id)
    query = query.where(RunDecision.group_id.is_not(None) if chosen.placed else RunDecision.group_id.is_(None))
    if chosen.programme is not None:
        query = query.where(Registration.programme_id == chosen.programme.id)
    mine = own.districts()
    wanted = mine if chosen.district is None else [each for each in mine if each.id == chosen.district.id]
    if chosen.district is None and access.account().is_central:
        return query
    return query.where(Family.home_district_id.in_(own.home_ids(wanted)))


def matrix(run: AllocationRun) -> dict[tuple[int, int], tuple[int, int]]:
    """(district id, programme id) to (families with an offer, families in all): figures of the whole city."""
    query = (
        select(Family.home_district_id, Registration.programme_id, func.count(RunDecision.group_id), func.count())
        .select_from(RunDecision)
        .join(Registration, Registration.id == RunDecision.registration_id)
        .join(Family, Family.id == Registration.family_id)
        .where(RunDecision.run_id == run.id)
        .group_by(Family.home_district_id, Registration.programme_id)
    )
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for home_id, programme_id, placed, total in access.db().execute(query):
        key = (access.atlas().current(home_id).id, programme_id)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + placed, before[1] + total)
    return found


def districts_in(figures: Iterable[tuple[int, int]]) -> list[District]:
    """The districts of a matrix, by name."""
    ids = {district_id for district_id, _programme in figures}
    return sorted((access.atlas().districts[each] for each in ids), key=lambda each: each.name)


def groups(run: AllocationRun) -> list[InGroup]:
    """The groups that get families, and those that stay below their minimum; soonest first."""
    query = (
        select(RunDecision.group_id, Registration.adults, func.count())
        .join(Registration, Registration.id == RunDecision.registration_id)
        .where(RunDecision.run_id == run.id, RunDecision.group_id.is_not(None))
        .group_by(RunDecision.group_id, Registration.adults)
    )
    got: dict[int, dict[int, int]] = {}
    for group_id, adults, families in access.db().execute(query):
        got.setdefault(group_id or 0, {})[adults] = families
    reached, short = set(run.figures.get("groups_reached", [])), set(run.figures.get("groups_short", []))
    wanted = select(Group).where(Group.id.in_({*got, *short})).order_by(Group.first_day, Group.id)
    return [
        _in_group(each, got.get(each.id, {}), reached=each.id in reached, short=each.id in short)
        for each in access.db().scalars(wanted)
    ]


def _in_group(group: Group, families: dict[int, int], *, reached: bool, short: bool) -> InGroup:
    """`families` is how many come by how many adults they are."""
    seats = sum(number * group.programme.seats(adults) for adults, number in families.items())
    return InGroup(group, sum(families.values()), seats, reached, short)
