"""Each district for itself, as it was before: only own groups, first come first served, small groups cancelled."""

from __future__ import annotations

from datetime import date

from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow
from booking.places.run_engine.alone import districts_alone
from tests.cast import at

DAY = date(2027, 1, 26)


def group(name: str, district: str, *, capacity: int = 2, minimum: int = 1, confirmed: int = 0) -> GroupRow:
    return GroupRow(name, "abc", (district,), DAY, capacity, confirmed, minimum, capacity)


def family(name: str, district: str, day: int, *choices: str, size: int = 1) -> FamilyRow:
    return FamilyRow(name, "abc", district, at(2026, 10, day), size, choices)


def test_nobody_is_placed_in_another_district() -> None:
    problem = Problem.build([group("g", "farsta")], [family("a", "skarpnack", 1, "g")], 0)
    assert districts_alone(problem)["families"] == 0


def test_whoever_came_first_has_the_place() -> None:
    families = [family("late", "farsta", 2, "g"), family("early", "farsta", 1, "g")]
    found = districts_alone(Problem.build([group("g", "farsta", capacity=1)], families, 0))
    assert (found["families"], found["seats"], found["districts"]) == (1, 1, {"farsta": 1})


def test_a_group_below_its_minimum_is_cancelled_and_its_families_go_without() -> None:
    groups = [group("small", "farsta", minimum=2), group("large", "farsta", minimum=2, confirmed=1)]
    families = [family("a", "farsta", 1, "small", "large"), family("b", "farsta", 2, "large")]
    found = districts_alone(Problem.build(groups, families, 0))
    assert (found["families"], found["seats"], found["groups_started"]) == (1, 2, 1)


def test_two_together_pass_to_the_next_group_when_one_place_is_left() -> None:
    groups = [group("first", "farsta", confirmed=1), group("second", "farsta")]
    found = districts_alone(Problem.build(groups, [family("a", "farsta", 1, "first", "second", size=2)], 0))
    assert (found["families"], found["persons"], found["seats"]) == (1, 2, 3)


def test_a_group_of_the_whole_city_is_everybodys_own() -> None:
    problem = Problem.build([group("g", "*")], [family("a", "skarpnack", 1, "g")], 0)
    assert districts_alone(problem)["families"] == 1
