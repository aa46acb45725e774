"""What families allow who ticked flexible, and what is said to them."""

from __future__ import annotations

from booking.allocation.reasons import Code
from booking.allocation.rows import FamilyRow, GroupRow
from tests.unit.allocation.towns import family, group, solve


def town(*, flexible: bool) -> tuple[list[GroupRow], list[FamilyRow]]:
    """Älvsjö has room for all it draws; Farsta lacks one, whom Noor, who likes Älvsjö better, could be."""
    groups = [group("alvsjo", capacity=9, confirmed=2, minimum=2), group("farsta", capacity=9, minimum=3)]
    families = [
        family("Amina", "farsta"),
        family("Ben", "farsta", days=1),
        family("Noor", "alvsjo", "farsta", days=2, flexible=flexible),
    ]
    return groups, families


def test_one_flexible_family_lets_a_group_start() -> None:
    plan = solve(*town(flexible=True))
    assert (plan.seats, plan.proven) == (5, True)
    assert plan.placements["Noor"] == "farsta"


def test_whoever_made_a_group_start_is_told_which_number_it_reached() -> None:
    reason = solve(*town(flexible=True)).reasons["Noor"]
    assert (reason.code, reason.values["choice"], reason.values["reaches"]) == (Code.PLACED_FLEXIBLE, 2, 3)


def test_without_consent_nobody_is_moved_for_others() -> None:
    plan = solve(*town(flexible=False))
    assert dict(plan.placements) == {"Noor": "alvsjo"}


def test_a_flexible_family_makes_room_for_one_who_has_no_other_choice() -> None:
    groups = [group("alvsjo", capacity=1), group("farsta", capacity=1)]
    families = [family("Amina", "alvsjo", "farsta", flexible=True), family("Ben", "alvsjo", days=1)]
    plan = solve(groups, families)
    assert dict(plan.placements) == {"Amina": "farsta", "Ben": "alvsjo"}
    assert plan.reasons["Amina"].code is Code.PLACED_FLEXIBLE
    assert "reaches" not in plan.reasons["Amina"].values


def test_a_chain_of_flexible_families_frees_a_place_at_its_far_end() -> None:
    names = ("alvsjo", "farsta", "skarpnack")
    groups = [group(name, capacity=1, districts=("*",)) for name in names]
    families = [
        family("Amina", "alvsjo", "farsta", flexible=True),
        family("Ben", "farsta", "skarpnack", days=1, flexible=True),
        family("Noor", "alvsjo", days=2),
    ]
    assert dict(solve(groups, families).placements) == {"Amina": "farsta", "Ben": "skarpnack", "Noor": "alvsjo"}


def test_nobody_is_moved_where_it_brings_nothing() -> None:
    groups = [group("alvsjo", capacity=5), group("farsta", capacity=5)]
    plan = solve(groups, [family(f"K{n}", "alvsjo", "farsta", days=n, flexible=True) for n in range(5)])
    assert set(plan.placements.values()) == {"alvsjo"}


def test_at_as_many_seats_the_longest_wait_is_not_the_one_left_out() -> None:
    """One of two groups can start. Amina, who waited longest, is served by the one that is not first tried."""
    groups = [group("farsta", capacity=2, minimum=2), group("alvsjo", capacity=2, minimum=2, districts=("*",))]
    families = [
        family("Amina", "alvsjo", days=0),
        family("Ben", "farsta", days=200),
        family("Noor", "farsta", "alvsjo", days=190, flexible=True),
    ]
    assert dict(solve(groups, families).placements) == {"Amina": "alvsjo", "Noor": "alvsjo"}


def test_groups_kept_closed_though_families_would_fill_them_are_named() -> None:
    groups = [group("farsta", capacity=5, minimum=3), group("alvsjo", capacity=5, minimum=3, districts=("*",))]
    families = [
        *(family(f"K{n}", "farsta", "alvsjo", days=n) for n in range(3)),
        *(family(f"L{n}", "alvsjo", days=9 + n) for n in range(2)),
    ]
    plan = solve(groups, families)
    assert (plan.seats, plan.started, plan.kept_closed) == (5, ("alvsjo",), ("farsta",))
