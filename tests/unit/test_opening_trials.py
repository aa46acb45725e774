"""What one more group, or one that is shared, would do: literal markets of ABC in Farsta and Skarpnäck."""

from __future__ import annotations

from datetime import UTC, date, datetime

from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow
from booking.insight.openings.trials import Market, family_rows, group_rows, markets

FARSTA, SKARPNACK = "1", "2"


def group(name: str, district: str = FARSTA, *, capacity: int = 2, minimum: int = 2) -> GroupRow:
    return GroupRow(name, "7", (district,), date(2027, 2, 2), capacity, 0, minimum, capacity)


def family(number: int, *choices: str, district: str = FARSTA, size: int = 1) -> FamilyRow:
    since = datetime(2026, 10, number, 9, tzinfo=UTC)
    return FamilyRow(f"f{number}", "7", district, since, size, choices, lot=number)


FULL = Market([group("g1")], [family(1, "g1"), family(2, "g1"), family(3, "g1"), family(4, "g1")])


def test_the_plan_that_stands_leaves_the_last_two_waiting() -> None:
    assert FULL.waiting == {"f3", "f4"}


def test_one_more_group_gives_the_two_who_wait_a_place() -> None:
    outcome = FULL.with_group(group("-1"), {"f3": 1, "f4": 1})
    assert outcome.won == {"f3", "f4"}
    assert not outcome.lost
    assert (outcome.people, outcome.starts) == (2, True)


def test_a_group_that_misses_its_minimum_helps_nobody() -> None:
    outcome = FULL.with_group(group("-1", minimum=3, capacity=6), {"f3": 1, "f4": 1})
    assert (outcome.more, outcome.people, outcome.starts) == (0, 0, False)


def test_who_moves_to_the_new_group_leaves_a_place_for_another() -> None:
    # The first two like the new group better; the two they leave it to can only go to the old one.
    outcome = FULL.with_group(group("-1"), {"f1": 0, "f2": 0})
    assert outcome.won == {"f3", "f4"}
    assert (outcome.more, outcome.people) == (2, 2)


def test_persons_are_counted_in_the_group_and_families_in_the_gain() -> None:
    pair = Market([group("g1")], [family(1, "g1", size=2), family(2, "g1", size=2)])
    outcome = pair.with_group(group("-1"), {"f2": 1})
    assert (outcome.more, outcome.people) == (1, 2)


NEIGHBOURS = Market(
    [group("g2", SKARPNACK, capacity=3, minimum=3)],
    [family(3, "g2", district=SKARPNACK), family(4, "g2", district=SKARPNACK), family(5), family(6)],
)


def test_a_shared_group_helps_nobody_who_has_not_said_yes_to_going_there() -> None:
    assert NEIGHBOURS.shared_with("g2", FARSTA).more == 0


def test_asked_families_let_the_neighbours_group_start_for_all() -> None:
    outcome = NEIGHBOURS.shared_with("g2", FARSTA, {"f5", "f6"})
    assert outcome.won == {"f3", "f4", "f5"}
    assert (outcome.more, outcome.people) == (3, 3)


def test_sharing_a_full_group_moves_places_and_makes_none() -> None:
    full = Market(
        [group("g2", SKARPNACK)],
        [family(1, "g2"), family(2, "g2", district=SKARPNACK), family(3, "g2", district=SKARPNACK)],
    )
    outcome = full.shared_with("g2", FARSTA)
    assert outcome.won == {"f1"}
    assert outcome.lost == {"f3"}
    assert outcome.more == 0


def test_a_problem_gives_back_the_rows_it_was_made_of() -> None:
    groups = [group("g1"), group("g2", SKARPNACK)._replace(districts=("*",))]
    families = [family(1, "g2", "g1"), family(2, "g1", size=2), family(3)]
    problem = Problem.build(groups, families, 5)
    assert sorted(group_rows(problem)) == groups
    assert family_rows(problem) == families


def test_each_programme_is_a_market_of_its_own() -> None:
    komet = [group("k1")._replace(programme="8"), family(3, "k1")._replace(programme="8")]
    problem = Problem.build([group("g1"), komet[0]], [family(1, "g1"), family(2, "g1"), komet[1]], 0)  # type: ignore[list-item]
    parts = markets(problem, [7, 8])
    assert [row.id for row in parts[7].families] == ["f1", "f2"]
    assert [row.id for row in parts[8].groups] == ["k1"]
    assert parts[8].waiting == {"f3"}
