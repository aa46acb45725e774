"""What holds for every town: no breach, the same result for the same town, no more seats than the bound."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.towns import town
from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.policy import claim
from booking.allocation.problem import Problem
from booking.allocation.reasons import Code
from booking.allocation.rows import FamilyRow, GroupRow
from booking.allocation.verify import verify
from tests.unit.allocation.towns import Rows, towns

few = settings(max_examples=120, deadline=None, derandomize=True)
many = settings(max_examples=3000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def check_the_plan(rows: Rows) -> None:
    """Every hard rule holds, fast or not, and nobody is without a reason."""
    problem = Problem.build(*rows, 7)
    for plan in (allocate(problem), allocate(problem, fast=True)):
        assert verify(problem, plan) == []
        assert plan.seats <= plan.bound


def check_the_order_of_rows(rows: Rows, shuffled: Rows) -> None:
    """The same rows in another order give the same plan."""
    assert outcome(rows) == outcome(shuffled)


def outcome(rows: Rows, seed: int = 7) -> Plan:
    """Return the plan without its wall time."""
    return replace(allocate(Problem.build(*rows, seed)), seconds=0.0)


@st.composite
def shuffled_towns(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Draw a town, lots not given, and the same town with its rows in another order."""
    groups, families = draw(towns(lots=False))
    return (groups, families), (draw(st.permutations(groups)), draw(st.permutations(families)))


@few
@given(towns())
def test_every_plan_keeps_every_hard_rule(rows: Rows) -> None:
    check_the_plan(rows)


@pytest.mark.sweep
@many
@given(towns(most_groups=6, most_families=20))
def test_thousands_of_plans_keep_every_hard_rule(rows: Rows) -> None:
    check_the_plan(rows)


@few
@given(shuffled_towns())
def test_the_order_of_rows_changes_nothing(both: tuple[Rows, Rows]) -> None:
    check_the_order_of_rows(*both)


@pytest.mark.sweep
@many
@given(shuffled_towns())
def test_the_order_of_rows_changes_nothing_in_thousands_of_towns(both: tuple[Rows, Rows]) -> None:
    check_the_order_of_rows(*both)


def check_other_names(rows: Rows, family_names: list[int], group_names: list[int]) -> None:
    """The same town under other ids gets the same plan under other ids."""
    people = {f"f{n}": f"person {name}" for n, name in enumerate(family_names)}
    places = {f"g{n}": f"place {name}" for n, name in enumerate(group_names)}
    renamed = outcome(renaming(rows, people, places))
    plan = outcome(rows)
    assert renamed.placements == {people[f]: places[g] for f, g in plan.placements.items()}
    assert sorted(renamed.started) == sorted(places[g] for g in plan.started)
    assert renamed.exceptions == tuple(people[f] for f in plan.exceptions)
    assert {n: r.code for n, r in renamed.reasons.items()} == {people[n]: r.code for n, r in plan.reasons.items()}


@few
@given(towns(), st.permutations(range(9)), st.permutations(range(4)))
def test_with_lots_given_other_ids_change_nothing_but_the_ids(
    rows: Rows, family_names: list[int], group_names: list[int]
) -> None:
    check_other_names(rows, family_names, group_names)


@pytest.mark.sweep
@many
@given(towns(most_groups=6, most_families=20), st.permutations(range(20)), st.permutations(range(6)))
def test_other_ids_change_nothing_in_thousands_of_towns(
    rows: Rows, family_names: list[int], group_names: list[int]
) -> None:
    check_other_names(rows, family_names, group_names)


@pytest.mark.sweep
@pytest.mark.parametrize("size", ["100", "1k-lean", "1k"])
@pytest.mark.parametrize("flexible", [0.0, 0.3, 1.0])
def test_towns_like_real_ones_keep_every_hard_rule(size: str, flexible: float) -> None:
    for seed in range({"100": 40, "1k-lean": 4, "1k": 2}[size]):
        problem = town(size, flexible=flexible, seed=seed).problem()
        for plan in (allocate(problem, time_limit=5.0), allocate(problem, fast=True)):
            assert verify(problem, plan) == []


def renaming(rows: Rows, people: dict[str, str], places: dict[str, str]) -> Rows:
    """Return the same town under other ids."""
    groups = [row._replace(id=places[row.id]) for row in rows[0]]
    families = [row._replace(id=people[row.id], choices=tuple(places[g] for g in row.choices)) for row in rows[1]]
    return groups, families


@few
@given(towns(), st.integers(1, 1000))
def test_with_lots_given_the_seed_changes_nothing(rows: Rows, seed: int) -> None:
    assert outcome(rows, seed) == outcome(rows)


@few
@given(towns(), st.data())
def test_declining_a_group_leaves_every_claim_elsewhere_as_it_was(rows: Rows, data: st.DataObject) -> None:
    groups, families = rows
    who = data.draw(st.sampled_from(families))
    declined = data.draw(st.sampled_from(who.choices))
    fewer = who._replace(choices=tuple(g for g in who.choices if g != declined))
    before = claims_by_group(groups, families)
    after = claims_by_group(groups, [fewer if row.id == who.id else row for row in families])
    before[declined].remove(who.id)
    assert after == before


def claims_by_group(groups: list[GroupRow], families: list[FamilyRow]) -> dict[str, list[str]]:
    """Return, for each group, the families that chose it, strongest claim first."""
    problem = Problem.build(groups, families, 7)
    resident, n = problem.residents().tolist(), len(families)
    found: dict[str, list[tuple[int, str]]] = {row.id: [] for row in groups}
    for family, name in enumerate(problem.family_ids):
        for entry in range(problem.choice_start[family], problem.choice_start[family + 1]):
            strength = claim(family, n, resident=resident[entry])
            found[problem.group_ids[problem.choice[entry]]].append((strength, name))
    return {group: [name for _, name in sorted(claims)] for group, claims in found.items()}


@few
@given(towns())
def test_reasons_name_no_other_family(rows: Rows) -> None:
    plan = outcome(rows)
    names = {row.id for row in rows[1]}
    for reason in plan.reasons.values():
        assert names.isdisjoint(map(str, reason.values.values()))


@few
@given(towns())
def test_nobody_is_told_that_a_longer_wait_went_first_when_it_did_not(rows: Rows) -> None:
    for reason in outcome(rows).reasons.values():
        if reason.code is Code.FULL_LONGER_WAIT:
            assert str(reason.values["limit"]) < str(reason.values["since"])
        if reason.code is Code.TOO_FEW:
            assert int(reason.values["had"]) < int(reason.values["needs"])
