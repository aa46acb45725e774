"""What is stored of a run comes back as it was: the problem, and the plan."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings

from booking.allocation.engine import allocate
from booking.allocation.files import parse_problem, parse_result, problem_text, result_text
from booking.allocation.problem import Problem
from booking.allocation.rows import ProblemError
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=60, deadline=None, derandomize=True)


def same(one: Problem, other: Problem) -> bool:
    """Whether two problems are equal, column by column."""
    names = [field.name for field in dataclasses.fields(Problem)]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@few
@given(towns())
def test_a_problem_comes_back_as_it_was_written(rows: Rows) -> None:
    problem = Problem.build(*rows, 7)
    assert same(parse_problem(problem_text(problem)), problem)


def test_odd_names_dates_and_lots_come_back_too() -> None:
    odd = family('Åsa "A"\n\ud800', 'fårö "1"', size=2, flexible=True, cancelled=True, district="*")
    rows = [
        odd._replace(waiting_since=datetime(999, 1, 1, 0, 0, 0, 1, tzinfo=UTC), lot=10**40),
        family("Ben", 'fårö "1"')._replace(lot=0.1),
        family("Noor"),
    ]
    problem = Problem.build([group('fårö "1"', districts=("*",)), group("b", districts=("y", "x"))], rows, -3)
    assert same(parse_problem(problem_text(problem)), problem)


@few
@given(towns())
def test_a_plan_comes_back_as_it_was_written(rows: Rows) -> None:
    plan = allocate(Problem.build(*rows, 7))
    text = result_text(plan)
    read = parse_result(text)
    assert result_text(read) == text
    assert (read.placements, read.reasons) == (dict(plan.placements), dict(plan.reasons))
    assert set(read.started) == set(plan.started)
    assert (read.seats, read.bound, read.proven) == (plan.seats, plan.bound, plan.proven)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": "x"}, "the result: format is 'x', not 'likaplats-allocation-result/1'"),
        ({"seats": "1"}, "the result: seats is not a whole number"),
        ({"seconds": True}, "the result: seconds is not a number"),
        ({"placements": [{"family": "Amina"}]}, "placement number 1: group is missing"),
        ({"placements": [{"family": "a", "group": "g"}] * 2}, "placement number 2: 'a' is placed twice"),
        ({"reasons": []}, "the result: reasons is not a JSON object"),
        ({"reasons": {"a": {"code": "because"}}}, "reason of 'a': code is 'because', which means nothing"),
        ({"reasons": {"a": {"code": "too_few", "values": {"had": 1.5}}}}, "reason of 'a': values holds something"),
    ],
    ids=str,
)
def test_a_result_that_is_none_is_refused(changes: dict[str, object], complaint: str) -> None:
    plan = allocate(Problem.build([group()], [family("Amina", "farsta")], 7))
    with pytest.raises(ProblemError) as refusal:
        parse_result(json.dumps({**json.loads(result_text(plan)), **changes}))
    assert str(refusal.value).startswith(complaint)


def test_equal_plans_are_equal_texts_whatever_the_order_within() -> None:
    plan = allocate(Problem.build([group(capacity=2)], [family("Ben", "farsta"), family("Amina", "farsta")], 7))
    turned = replace(plan, placements=dict(list(plan.placements.items())[::-1]), started=plan.started[::-1])
    assert result_text(turned) == result_text(plan)


def test_a_cut_off_result_is_refused() -> None:
    with pytest.raises(ProblemError, match=r"^the result is not JSON: .* in line 1$"):
        parse_result('{"format": ')
