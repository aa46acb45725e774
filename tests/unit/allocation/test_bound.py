"""No plan has more seats than either bound, and each leaves out what it can see will never be filled."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from booking.allocation.bound import close_bound, quick_bound
from booking.allocation.exact.judging import judge
from booking.allocation.market import Market
from tests.unit.allocation.seatings import every_seating, first_seating, markets_of, never, the_market
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=60, deadline=None, derandomize=True)
many = settings(max_examples=3000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def close(market: Market) -> int:
    return close_bound(market, first_seating(market), stop=never)


def check_the_bounds(rows: Rows) -> None:
    """Neither is below the fullest plan; where none is without exceptions, neither is below any."""
    for market in markets_of(rows):
        valid = [judged for judged in (judge(market, at) for at in every_seating(market)) if judged.valid]
        best = max((each.seats for each in valid if each.clean), default=max(each.seats for each in valid))
        assert best <= close(market) <= quick_bound(market)


@few
@given(towns(most_groups=3, most_families=4))
def test_no_plan_is_above_the_bounds(rows: Rows) -> None:
    check_the_bounds(rows)


@pytest.mark.sweep
@many
@given(towns(most_groups=3, most_families=6))
def test_no_plan_of_thousands_of_tiny_towns_is_above_the_bounds(rows: Rows) -> None:
    check_the_bounds(rows)


def test_a_group_that_nobody_can_fill_counts_nothing() -> None:
    groups = [group("farsta", capacity=5, confirmed=1, minimum=4)]
    assert quick_bound(the_market((groups, [family("Amina", "farsta", size=2)]))) == 0


def test_a_pair_does_not_count_where_one_place_is_free() -> None:
    groups = [group("farsta", capacity=1), group("alvsjo", capacity=1)]
    families = [family("Pair", "farsta", "alvsjo", size=2), family("Amina", "alvsjo", days=1)]
    assert quick_bound(the_market((groups, families))) == 1


def test_guests_count_as_far_as_there_are_guest_places() -> None:
    groups = [group("farsta", capacity=5, guest_places=1)]
    families = [family(name, "farsta", district="alvsjo") for name in ("Amina", "Ben", "Noor")]
    assert quick_bound(the_market((groups, families))) == 1


def test_two_groups_do_not_both_start_with_the_same_families() -> None:
    """Each needs three, and three there are; divided in halves they would start neither."""
    groups = [group(name, capacity=4, confirmed=1, minimum=4) for name in ("farsta", "alvsjo")]
    families = [family(name, "farsta", "alvsjo") for name in ("Amina", "Ben", "Noor")]
    market = the_market((groups, families))
    assert (quick_bound(market), close(market)) == (5, 4)


def test_a_family_that_is_not_flexible_does_not_count_where_it_would_not_go() -> None:
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=2, minimum=2)]
    families = [family("Amina", "farsta", "alvsjo"), family("Ben", "alvsjo", days=1)]
    market = the_market((groups, families))
    assert (quick_bound(market), close(market)) == (2, 1)


def test_with_no_time_left_the_quick_bound_has_to_do() -> None:
    groups = [group("farsta", capacity=2), group("alvsjo", capacity=2, minimum=2)]
    families = [family("Amina", "farsta", "alvsjo"), family("Ben", "alvsjo", days=1)]
    market = the_market((groups, families))
    assert close_bound(market, first_seating(market), stop=lambda: True) == 2
