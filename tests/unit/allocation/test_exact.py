"""The solver finds the best plan there is, never calls another the best, and hands back only valid ones."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.towns import town
from booking.allocation.bound import quick_bound
from booking.allocation.exact import Exact, solve
from booking.allocation.exact.judging import judge
from booking.allocation.market import Market, markets
from booking.allocation.problem import Problem
from booking.allocation.working import work
from tests.unit.allocation.plainly import Plainly
from tests.unit.allocation.seatings import SEED, every_seating, first_seating, markets_of, never, the_market
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=60, deadline=None, derandomize=True)
many = settings(max_examples=4000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def solved(market: Market, nodes: int = 500) -> Exact:
    return solve(market, first_seating(market), nodes=nodes, stop=never)


def fullest(market: Market) -> int | None:
    """Return the most seats without a breach or an exception; None where there is no such plan."""
    judged = (judge(market, at) for at in every_seating(market))
    return max((each.seats for each in judged if each.clean), default=None)


def check_against_everything(market: Market) -> bool:
    """Compare the solver with trying everything; return whether it proved the best."""
    exact, best = solved(market), fullest(market)
    judged = judge(market, exact.at)
    assert judged.valid
    assert judged.seats <= exact.bound
    if best is None:
        assert not exact.proven
        return True
    assert best <= exact.bound
    assert not exact.proven or (judged.clean and judged.seats == best)
    return exact.proven


@few
@given(towns(most_groups=3, most_families=4))
def test_no_plan_is_fuller_than_the_bound_and_what_is_proven_is_the_fullest(rows: Rows) -> None:
    for market in markets_of(rows):
        check_against_everything(market)


@pytest.mark.sweep
def test_of_thousands_of_tiny_towns_all_but_one_in_a_thousand_are_proven() -> None:
    proven: Counter[bool] = Counter()

    @many
    @given(towns(most_groups=3, most_families=6))
    def measure(rows: Rows) -> None:
        for market in markets_of(rows):
            proven[check_against_everything(market)] += 1

    measure()
    assert proven[False] <= proven.total() / 1000


@few
@given(towns(most_groups=2, most_families=3))
def test_a_seating_is_judged_as_the_rule_reads(rows: Rows) -> None:
    problem = Problem.build(*rows, SEED)
    families = {row.id: row for row in rows[1]}
    for market in markets_of(rows):
        names = [problem.family_ids[row] for row in market.families.tolist()]
        groups = {problem.group_ids[row] for row in market.groups.tolist()}
        for at in every_seating(market):
            chosen = {name: families[name].choices[p] for name, p in zip(names, at.tolist(), strict=True) if p >= 0}
            plainly = Plainly(*rows, SEED, chosen, ())
            plainly.started = {name for name in plainly.groups if plainly.total(name) >= plainly.groups[name].minimum}
            judged = judge(market, at)
            assert judged.valid == (not [found for found in plainly.hard() if found[2] in groups])
            if judged.valid:
                assert judged.exceptions == len(plainly.passed_over())


def test_a_group_that_only_a_weaker_pair_can_start_is_started() -> None:
    """With Dana's single claim in it, one place stays empty that neither pair can use."""
    groups = [group("farsta", capacity=4, minimum=4)]
    families = [
        family("Dana", "farsta"),
        family("Pair", "farsta", days=1, size=2),
        family("Couple", "farsta", days=2, size=2),
    ]
    market = the_market((groups, families))
    exact = solved(market)
    assert judge(market, first_seating(market)).seats == 0
    assert (exact.at.tolist(), exact.bound, exact.proven) == ([-1, 0, 0], 4, True)


def test_two_singles_who_wait_are_never_passed_over_for_a_pair() -> None:
    groups = [group("farsta", capacity=4, minimum=4)]
    families = [
        family("Dana", "farsta"),
        family("Elin", "farsta", days=1),
        family("Pair", "farsta", days=2, size=2),
        family("Couple", "farsta", days=3, size=2),
    ]
    exact = solved(the_market((groups, families)))
    assert (exact.at.tolist(), exact.proven) == ([0, 0, 0, -1], True)


def test_a_flexible_family_is_moved_where_its_group_then_starts() -> None:
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=2, minimum=2)]
    families = [
        family("Amina", "farsta", "alvsjo", flexible=True),
        family("Ben", "alvsjo", days=1),
    ]
    exact = solved(the_market((groups, families)))
    assert (exact.at.tolist(), exact.bound, exact.proven) == ([1, 0], 2, True)


def test_a_family_that_is_not_flexible_stays_where_it_likes_best() -> None:
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=2, minimum=2)]
    families = [family("Amina", "farsta", "alvsjo"), family("Ben", "alvsjo", days=1)]
    exact = solved(the_market((groups, families)))
    assert (exact.at.tolist(), exact.bound, exact.proven) == ([0, -1], 1, True)


def test_nothing_is_proven_where_claims_go_in_a_circle() -> None:
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=1)]
    families = [
        family("Amina", "alvsjo", "farsta"),
        family("Pair", "alvsjo", "farsta", days=1, size=2, district="alvsjo"),
        family("Noor", "farsta", "alvsjo", days=2, district="alvsjo"),
    ]
    market = the_market((groups, families))
    exact = solved(market)
    assert fullest(market) is None
    assert (judge(market, exact.at).exceptions, exact.proven) == (1, False)


@few
@given(towns())
def test_without_a_budget_the_seating_stays_and_the_bound_holds(rows: Rows) -> None:
    for market in markets_of(rows):
        at = first_seating(market)
        for exact in (solve(market, at, nodes=0, stop=never), solve(market, at, nodes=500, stop=lambda: True)):
            assert np.array_equal(exact.at, at)
            assert exact.bound >= judge(market, at).seats


@few
@given(towns(most_groups=4, most_families=9))
def test_the_same_market_is_solved_the_same_way_twice(rows: Rows) -> None:
    for market in markets_of(rows):
        one, other = solved(market), solved(market)
        assert np.array_equal(one.at, other.at)
        assert one[1:] == other[1:]


def test_a_town_with_fifty_groups_is_proven() -> None:
    """The market with most choices, 746 of them, needs the claims' demands to come down to what can be filled."""
    market = max(markets(town("1k-lean").problem()), key=lambda each: each.group.size)
    worked = work(market, never, fast=False)
    exact = solve(market, worked.at, nodes=200, stop=never)
    assert judge(market, exact.at).clean
    assert (exact.bound, exact.proven) == (judge(market, exact.at).seats, True)
    assert exact.bound < quick_bound(market)


def test_the_solver_is_not_loaded_before_something_is_to_be_solved() -> None:
    told = "import sys, booking.allocation.engine, booking.allocation.exact; print('highspy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
