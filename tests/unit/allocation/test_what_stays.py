"""What a family can rely on from one run to the next: offers stay, dates count, and nothing moves without cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from booking.allocation.engine import allocate
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow
from booking.allocation.verify import verify
from tests.unit.allocation.towns import Rows, family, towns

SEED = 7

few = settings(max_examples=60, deadline=None, derandomize=True)
many = settings(max_examples=2000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def planned(groups: list[GroupRow], families: list[FamilyRow], before: Before | None = None) -> Plan:
    """Return a plan that breaks no rule."""
    problem = Problem.build(groups, families, SEED)
    plan = allocate(problem, before=before)
    assert verify(problem, plan) == []
    return plan


def of(plan: Plan, touched: frozenset[str] | None = None) -> Before:
    """Return a plan as the one before."""
    return Before(dict(plan.placements), frozenset(plan.started), touched)


def check_that_a_longer_wait_keeps_its_place(rows: Rows, who: int, days: int) -> None:
    """Whoever has a place still has one when they had registered earlier, if the same groups start."""
    groups, families = rows
    plan = planned(groups, families)
    placed = [row for row in families if row.id in plan.placements]
    assume(placed)
    lucky = placed[who % len(placed)]
    earlier = lucky._replace(waiting_since=lucky.waiting_since - timedelta(days=days))
    again = planned(groups, [earlier if row.id == lucky.id else row for row in families])
    assume(set(again.started) == set(plan.started))
    assert lucky.id in again.placements


def with_offers(rows: Rows, plan: Plan, published: set[str]) -> Rows:
    """Return the town once all places of these groups are on offer, and so are confirmed."""
    groups, families = rows
    offered = {row.id: row for row in families if plan.placements.get(row.id) in published}
    return (
        [_after_offers(group, [r for r in offered.values() if plan.placements[r.id] == group.id]) for group in groups],
        [row for row in families if row.id not in offered],
    )


def _after_offers(group: GroupRow, families: list[FamilyRow]) -> GroupRow:
    guests = [row for row in families if EVERYWHERE not in group.districts and row.district not in group.districts]
    return group._replace(
        confirmed=group.confirmed + sum(row.size for row in families),
        guest_places=group.guest_places - sum(row.size for row in guests),
    )


def check_that_offers_stay(rows: Rows, which: set[int], size: int, home: str) -> None:
    """One family more, later than all others, takes nothing from the offers that are out."""
    plan = planned(*rows)
    published = {name for number, name in enumerate(sorted(plan.started)) if number in which}
    groups, families = with_offers(rows, plan, published)
    left = {name: group for name, group in plan.placements.items() if group not in published}
    before = Before(left, frozenset(plan.started))
    later = family("later", *[row.id for row in groups], days=99, size=size, district=home, flexible=True, lot=99)
    assert planned(groups, families, before).seats >= plan.seats
    assert published <= set(planned(groups, [*families, later], before).started)


def check_that_nothing_moves_without_cause(rows: Rows) -> None:
    """Planned again with its own plan in mind, nothing moves, unless more people get a place."""
    plan = planned(*rows)
    again = planned(*rows, of(plan))
    assert again.seats >= plan.seats
    if again.seats == plan.seats:
        assert dict(again.placements) == dict(plan.placements)
    untouched = planned(*rows, of(plan, frozenset()))
    assert dict(untouched.placements) == dict(plan.placements)


def check_the_rest_after_an_answer(rows: Rows, who: int) -> None:
    """When one says no, what no choice connects with that group is as it was, and all rules hold."""
    groups, families = rows
    twin = [row._replace(id=f"twin {row.id}", choices=tuple(f"twin {c}" for c in row.choices)) for row in families]
    both = [*groups, *(row._replace(id=f"twin {row.id}") for row in groups)]
    plan = planned(both, [*families, *twin])
    placed = [row for row in families if row.id in plan.placements]
    assume(placed)
    gone = placed[who % len(placed)]
    rest = [row for row in (*families, *twin) if row.id != gone.id]
    again = planned(both, rest, of(plan, frozenset({plan.placements[gone.id]})))
    for row in twin:
        assert again.placements.get(row.id) == plan.placements.get(row.id)


days = st.sampled_from([1, 2, 9])
who = st.integers(0, 20)
some = st.sets(st.integers(0, 5), max_size=4)
sizes = st.sampled_from([1, 2])
homes = st.sampled_from(["farsta", "alvsjo", "elsewhere"])


@few
@given(towns(), who, days)
def test_a_longer_wait_loses_no_place_while_the_same_groups_start(rows: Rows, number: int, earlier: int) -> None:
    check_that_a_longer_wait_keeps_its_place(rows, number, earlier)


@few
@given(towns(), some, sizes, homes)
def test_a_later_registration_takes_nothing_from_an_offer_that_is_out(
    rows: Rows, which: set[int], size: int, home: str
) -> None:
    check_that_offers_stay(rows, which, size, home)


@few
@given(towns())
def test_nothing_moves_without_cause(rows: Rows) -> None:
    check_that_nothing_moves_without_cause(rows)


@few
@given(towns(most_groups=3, most_families=6), who)
def test_an_answer_moves_nobody_it_has_nothing_to_do_with(rows: Rows, number: int) -> None:
    check_the_rest_after_an_answer(rows, number)


SWEEPS: list[tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]] = [
    (check_that_a_longer_wait_keeps_its_place, (towns(most_groups=6, most_families=20), who, days)),
    (check_that_offers_stay, (towns(most_groups=6, most_families=16), some, sizes, homes)),
    (check_that_nothing_moves_without_cause, (towns(most_groups=6, most_families=20),)),
    (check_the_rest_after_an_answer, (towns(most_groups=5, most_families=10), who)),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("check", "drawn"), SWEEPS, ids=lambda value: getattr(value, "__name__", ""))
def test_thousands_of_towns_stay_as_they_should(
    check: Callable[..., None], drawn: tuple[st.SearchStrategy[Any], ...]
) -> None:
    many(given(*drawn)(check))()


def test_a_plan_before_that_is_out_of_date_is_taken_for_what_it_is_worth() -> None:
    groups, families = [_group("farsta", 2), _group("alvsjo", 1)], [family("Amina", "farsta"), family("Ben", "alvsjo")]
    plan = planned(groups, families)
    odd = replace(plan, placements={"Amina": "alvsjo", "Deniz": "farsta", "Ben": "vega"}, started=("vega", "farsta"))
    assert planned(groups, families, of(odd)).placements == plan.placements
    assert planned(groups, families, of(odd, frozenset({"vega"}))).placements == plan.placements


def _group(name: str, capacity: int) -> GroupRow:
    return GroupRow(name, "abc", (name,), family("x").waiting_since.date(), capacity, 0, 0, capacity)
