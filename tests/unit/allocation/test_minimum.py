"""Which groups start, and what happens to those who asked for one that does not."""

from __future__ import annotations

from booking.allocation.engine import allocate
from booking.allocation.problem import Problem
from booking.allocation.reasons import Code
from tests.unit.allocation.towns import family, group, solve


def test_a_group_that_misses_its_minimum_does_not_start_and_takes_nobody() -> None:
    plan = solve([group(capacity=9, minimum=2)], [family("Amina", "farsta")])
    assert (plan.placements, plan.started, plan.seats) == ({}, (), 0)


def test_those_already_confirmed_count_towards_the_minimum() -> None:
    plan = solve([group(capacity=9, confirmed=1, minimum=2)], [family("Amina", "farsta")])
    assert (plan.started, plan.seats) == (("farsta",), 2)


def test_a_group_with_enough_confirmed_starts_even_if_nobody_comes() -> None:
    assert solve([group(capacity=9, confirmed=3, minimum=3)], []).started == ("farsta",)


def test_families_of_a_group_that_does_not_start_get_their_next_choice() -> None:
    groups = [group(capacity=9, minimum=3), group("alvsjo", capacity=9, minimum=3)]
    families = [
        family("Amina", "farsta", "alvsjo"),
        family("Ben", "farsta", "alvsjo"),
        family("Noor", "alvsjo", days=9),
    ]
    plan = solve(groups, families)
    assert plan.started == ("alvsjo",)
    assert plan.placements == {"Amina": "alvsjo", "Ben": "alvsjo", "Noor": "alvsjo"}


def test_the_group_furthest_from_its_minimum_closes_first() -> None:
    groups = [group("farsta", capacity=9, minimum=4), group("alvsjo", capacity=9, minimum=4)]
    three = [family(f"home {n}", "farsta", "alvsjo", days=n) for n in range(3)]
    two = [family(f"away {n}", "alvsjo", "farsta", days=n) for n in range(2)]
    assert solve(groups, three + two).started == ("farsta",)


def test_guests_count_towards_the_minimum_only_up_to_the_guest_places() -> None:
    guests = [family(f"guest {n}", "farsta", days=n, district="alvsjo") for n in range(3)]
    plan = solve([group(capacity=9, minimum=3, guest_places=2)], guests)
    assert plan.started == ()
    assert plan.reasons["guest 0"].values == {"had": 2, "needs": 3}


def test_another_set_of_groups_is_tried_when_it_seats_more() -> None:
    """Farsta alone would seat three; without it, all its families fill two other groups."""
    groups = [
        group("farsta", capacity=3, minimum=3),
        group("alvsjo", capacity=3, minimum=3),
        group("skarpnack", capacity=3, minimum=3),
    ]
    families = [
        family("a", "farsta", "alvsjo"),
        family("b", "farsta", "alvsjo"),
        family("c", "farsta", "skarpnack"),
        family("d", "alvsjo"),
        family("e", "skarpnack"),
        family("f", "skarpnack"),
    ]
    plan = solve(groups, families)
    assert (plan.seats, set(plan.started)) == (6, {"alvsjo", "skarpnack"})


def test_with_fast_the_first_plan_is_taken() -> None:

    groups = [group("farsta", capacity=9, minimum=2)]
    problem = Problem.build(groups, [family("a", "farsta"), family("b", "farsta")], 7)
    assert allocate(problem, fast=True).seats == 2


def test_a_plan_that_the_clock_cut_short_says_so() -> None:

    problem = Problem.build([group(minimum=2)], [family("Amina", "farsta")], 7)
    assert allocate(problem, time_limit=0.0).stopped_early
    assert not allocate(problem).stopped_early


def test_of_two_groups_that_could_not_both_start_the_answer_names_the_best_liked() -> None:
    groups = [group("farsta", capacity=9, minimum=3), group("alvsjo", capacity=9, minimum=3)]
    plan = solve(groups, [family("Amina", "farsta", "alvsjo"), family("Ben", "farsta", days=1)])
    assert plan.reasons["Amina"] == (Code.TOO_FEW, "farsta", {"had": 2, "needs": 3})
