"""A wrong record is refused by name; a right one is held in queue order."""

from __future__ import annotations

from datetime import datetime

import pytest

from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow, ProblemError
from tests.unit.allocation.towns import family, group

FARSTA = group("farsta", capacity=9)
AMINA = family("Amina", "farsta")


@pytest.mark.parametrize(
    ("groups", "families", "complaint"),
    [
        ([FARSTA, FARSTA], [], "group 'farsta': the id is used twice"),
        ([FARSTA], [AMINA, AMINA], "family 'Amina': the id is used twice"),
        ([FARSTA._replace(capacity=-1)], [], "group 'farsta': capacity is negative (-1)"),
        ([FARSTA._replace(confirmed=-2)], [], "group 'farsta': confirmed is negative (-2)"),
        ([FARSTA._replace(minimum=-1)], [], "group 'farsta': minimum is negative (-1)"),
        ([FARSTA._replace(guest_places=-1)], [], "group 'farsta': guest_places is negative (-1)"),
        ([FARSTA._replace(capacity=10**12)], [], "group 'farsta': capacity is too large (1000000000000)"),
        ([FARSTA._replace(districts=())], [], "group 'farsta': belongs to no district"),
        ([FARSTA._replace(districts=("a", "a"))], [], "group 'farsta': a district is named twice"),
        (
            [FARSTA._replace(districts=("*", "a"))],
            [],
            "group 'farsta': \"*\" is the whole city and stands alone",
        ),
        ([FARSTA._replace(id="")], [], "group '': an id, a programme or a district is empty"),
        ([FARSTA], [AMINA._replace(size=3)], "family 'Amina': size is 3, not 1 or 2"),
        ([FARSTA], [AMINA._replace(size=0)], "family 'Amina': size is 0, not 1 or 2"),
        ([FARSTA], [AMINA._replace(lot=float("nan"))], "family 'Amina': lot is nan, not a number"),
        (
            [FARSTA],
            [AMINA._replace(waiting_since=datetime(2026, 3, 14))],  # noqa: DTZ001 - the very fault
            "family 'Amina': waiting_since has no time zone",
        ),
        (
            [FARSTA],
            [AMINA._replace(choices=("farsta", "farsta"))],
            "family 'Amina': a group is chosen twice",
        ),
        (
            [FARSTA],
            [AMINA._replace(choices=("vega",))],
            "family 'Amina': chooses group 'vega', which is not among the groups",
        ),
        (
            [FARSTA],
            [AMINA._replace(programme="dad")],
            "family 'Amina': chooses group 'farsta' of programme 'abc', but registered for 'dad'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_record_is_refused_by_name(groups: list[GroupRow], families: list[FamilyRow], complaint: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        Problem.build(groups, families, 7)
    assert str(refusal.value) == complaint


def test_families_stand_in_queue_order_whatever_the_order_of_rows() -> None:
    rows = [family("Ben", days=2), family("Noor", days=3, cancelled=True), family("Amina", days=1)]
    assert Problem.build([], rows, 7).family_ids == ("Noor", "Amina", "Ben")


def test_a_lot_that_is_not_given_is_drawn_from_seed_and_id() -> None:
    rows = [family(f"family {number}") for number in range(6)]
    orders = {Problem.build([], rows, seed).family_ids for seed in range(5)}
    assert len(orders) > 1
    assert Problem.build([], rows[::-1], 3).family_ids == Problem.build([], rows, 3).family_ids


def test_a_group_knows_which_of_its_choosers_are_residents() -> None:
    groups = [group("farsta", districts=("farsta", "alvsjo")), group("city", districts=("*",))]
    rows = [
        family("Amina", "farsta", "city", days=1, district="alvsjo"),
        family("Ben", "farsta", "city", days=2, district="skarpnack"),
    ]
    assert Problem.build(groups, rows, 7).residents().tolist() == [True, True, False, True]


def test_dates_come_back_as_they_were_given() -> None:
    problem = Problem.build([FARSTA], [AMINA], 7)
    assert problem.waiting_since(0) == AMINA.waiting_since
    assert problem.start(0) == FARSTA.start


def test_a_problem_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Problem.build([FARSTA], [AMINA], 7).capacity[0] = 99
