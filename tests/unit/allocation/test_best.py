"""Every tiny town has a plan without breaches, ours is one, and it is nearly always the fullest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.verify import verify
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=60, deadline=None, derandomize=True)
many = settings(max_examples=1500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def every_plan(rows: Rows, problem: Problem) -> Iterator[Plan]:
    """Yield every way to place families in groups they chose, with the groups that then start."""
    groups, families = rows
    for picked in itertools.product(*((None, *row.choices) for row in families)):
        total = {row.id: row.confirmed for row in groups}
        for row, name in zip(families, picked, strict=True):
            if name is not None:
                total[name] += row.size
        started = tuple(row.id for row in groups if total[row.id] >= row.minimum)
        placements = {row.id: g for row, g in zip(families, picked, strict=True) if g is not None}
        seats = sum(total[name] for name in started)
        yield Plan(placements, started, (), seats, 10**6, False, False, 0.0, {})


def fullest(rows: Rows, problem: Problem) -> tuple[int, int | None]:
    """Return the most seats under H1-H4, and under H1-H4 and C (None where no plan satisfies C)."""
    hard, consent = [], []
    for plan in every_plan(rows, problem):
        broken = {breach.rule for breach in verify(problem, plan)} - {"sums"}
        if broken <= {"C"}:
            hard.append(plan.seats)
        if not broken:
            consent.append(plan.seats)
    return max(hard), max(consent, default=None)


def shortfall(rows: Rows) -> int:
    """Check our plan against every other; return by how many seats it misses the fullest."""
    problem = Problem.build(*rows, 7)
    plan = allocate(problem)
    assert verify(problem, plan) == []
    hard, consent = fullest(rows, problem)
    assert hard <= plan.bound
    if consent is None:
        return 0
    assert plan.exceptions == ()
    assert not plan.proven or plan.seats == consent
    return consent - plan.seats


@few
@given(towns(most_groups=3, most_families=4))
def test_our_plan_is_among_the_valid_ones_and_never_above_the_bound(rows: Rows) -> None:
    assert shortfall(rows) >= 0


@pytest.mark.sweep
def test_at_least_97_of_100_tiny_towns_are_filled_as_full_as_can_be() -> None:
    missed: list[int] = []

    @many
    @given(towns(most_groups=3, most_families=5))
    def measure(rows: Rows) -> None:
        missed.append(shortfall(rows))

    measure()
    assert sum(1 for seats in missed if seats == 0) / len(missed) >= 0.97


def test_where_a_pair_makes_claims_go_in_a_circle_one_family_is_listed() -> None:
    """The pair puts Noor out of Farsta, she Amina out of Älvsjö, Amina the pair, and Noor goes back."""
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=1)]
    families = [
        family("Amina", "alvsjo", "farsta"),
        family("Pair", "alvsjo", "farsta", days=1, size=2, district="alvsjo"),
        family("Noor", "farsta", "alvsjo", days=2, district="alvsjo"),
    ]
    problem = Problem.build(groups, families, 7)
    plan = allocate(problem)
    assert verify(problem, plan) == []
    assert fullest((groups, families), problem) == (2, None)
    assert (plan.seats, len(plan.exceptions), plan.proven) == (2, 1, False)


def test_a_group_that_needs_a_pair_to_start_starts_with_it() -> None:
    groups = [group("farsta", capacity=3, minimum=3), group("alvsjo", capacity=1)]
    families = [
        family("Amina", "farsta"),
        family("Ben", "farsta", "alvsjo", days=1),
        family("Pair", "farsta", days=2, size=2),
    ]
    assert shortfall((groups, families)) == 0
    assert allocate(Problem.build(groups, families, 7)).seats == 4
