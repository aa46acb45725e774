"""Who goes before whom, as the published rule says."""

from __future__ import annotations

import pytest

from booking.allocation.rows import FamilyRow
from tests.unit.allocation.towns import family, group, solve

AMINA = family("Amina", "farsta", days=0)
BEN = family("Ben", "farsta", days=1)


@pytest.mark.parametrize(
    ("one", "other", "goes_first", "why"),
    [
        (AMINA, BEN, "Amina", "the longer wait goes first"),
        (AMINA._replace(district="alvsjo"), BEN, "Ben", "residents go before guests who waited longer"),
        (AMINA, BEN._replace(cancelled=True), "Ben", "a family whose group we cancelled goes first"),
        (
            AMINA,
            BEN._replace(cancelled=True, district="alvsjo"),
            "Amina",
            "a guest whose group we cancelled still comes after residents",
        ),
        (
            AMINA._replace(district="alvsjo"),
            BEN._replace(cancelled=True, district="alvsjo"),
            "Ben",
            "among guests too, those whose group we cancelled go first",
        ),
        (
            AMINA._replace(lot=2),
            BEN._replace(lot=1, waiting_since=AMINA.waiting_since),
            "Ben",
            "the lot settles equal waits",
        ),
        (AMINA._replace(lot=2), BEN._replace(lot=1), "Amina", "the lot settles nothing but equal waits"),
        (AMINA._replace(flexible=True), BEN, "Amina", "being flexible costs nothing"),
        (AMINA, BEN._replace(flexible=True), "Amina", "being flexible buys nothing"),
        (AMINA._replace(size=2), BEN, "Ben", "a pair that does not fit lets a single have the last place"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_the_last_place_goes_to_the_stronger_claim(one: FamilyRow, other: FamilyRow, goes_first: str, why: str) -> None:
    assert solve([group()], [one, other]).placements == {goes_first: "farsta"}, why


def test_a_group_of_two_districts_counts_both_as_residents() -> None:
    shared = group("farsta", districts=("farsta", "alvsjo"))
    guest = family("Noor", "farsta", days=0, district="skarpnack")
    plan = solve([shared], [guest, family("Ben", "farsta", days=1, district="alvsjo")])
    assert plan.placements == {"Ben": "farsta"}


def test_in_a_group_of_the_whole_city_nobody_is_a_guest() -> None:
    city = group("farsta", districts=("*",), guest_places=0)
    assert solve([city], [family("Noor", "farsta", district="skarpnack")]).placements == {"Noor": "farsta"}


def test_guests_get_no_more_than_the_guest_places() -> None:
    guests = [family(f"guest {day}", "farsta", days=day, district="alvsjo") for day in range(3)]
    plan = solve([group(capacity=3, guest_places=1)], guests)
    assert plan.placements == {"guest 0": "farsta"}


def test_a_pair_is_placed_whole_or_not_at_all() -> None:
    pairs = [family("Amina", "farsta", size=2), family("Ben", "farsta", days=1, size=2)]
    plan = solve([group(capacity=3)], pairs)
    assert plan.placements == {"Amina": "farsta"}


def test_a_single_goes_before_a_pair_that_has_waited_less() -> None:
    plan = solve([group(capacity=2)], [AMINA, family("Ben", "farsta", days=1, size=2)])
    assert plan.placements == {"Amina": "farsta"}


def test_whoever_finds_the_first_choice_full_gets_the_second() -> None:
    ben = family("Ben", "farsta", "alvsjo", days=1)
    plan = solve([group(), group("alvsjo")], [AMINA, ben])
    assert plan.placements == {"Amina": "farsta", "Ben": "alvsjo"}


def test_a_place_that_a_pair_leaves_half_used_is_offered_again() -> None:
    """Noor was turned away for the pair; when Amina displaces the pair, Noor comes back."""
    groups = [group(capacity=2), group("alvsjo")]
    amina = family("Amina", "alvsjo", "farsta", days=2)
    stronger = family("Ben", "alvsjo", days=3, district="alvsjo")
    pair = family("Pair", "farsta", days=4, size=2)
    noor = family("Noor", "farsta", days=5)
    plan = solve(groups, [amina, stronger, pair, noor])
    assert plan.placements == {"Ben": "alvsjo", "Amina": "farsta", "Noor": "farsta"}


def test_places_already_taken_are_never_given_again() -> None:
    assert solve([group(capacity=3, confirmed=3)], [AMINA]).placements == {}


def test_a_group_overbooked_by_hand_takes_nobody_and_breaks_nothing() -> None:
    plan = solve([group(capacity=3, confirmed=4)], [AMINA])
    assert (plan.placements, plan.seats) == ({}, 4)
