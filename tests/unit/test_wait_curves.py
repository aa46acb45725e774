"""From waits to a range: worked examples, and what must hold whatever the history."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.places.waits.curve import FEWEST, Curve, Spell, Wait, curve

# Ten families in Farsta: the first was offered a place after 7 days, the last after 70.
TEN = [Spell(0, 7 * week, known=True) for week in range(1, 11)]
FORTY = [spell for spell in TEN for _ in range(4)]


def offered(*days: int) -> list[Spell]:
    return [Spell(0, day, known=True) for day in days]


def still_waiting(*days: int) -> list[Spell]:
    return [Spell(0, day, known=False) for day in days]


def test_with_every_wait_known_the_curve_is_the_share_that_waits() -> None:
    made = curve(TEN)
    assert made.days == (7, 14, 21, 28, 35, 42, 49, 56, 63, 70)
    assert made.left == pytest.approx((0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0))
    assert made.waiting(6) == 1.0
    assert made.waiting(7) == pytest.approx(0.9)


def test_who_still_waits_counts_as_long_as_they_have_waited() -> None:
    # Two of four offered on days 10 and 20, one left on day 15: of the two in view on day 20, one was offered.
    made = curve(offered(10, 20) + still_waiting(15, 30))
    assert made.days == (10, 20)
    assert made.left == pytest.approx((3 / 4, 3 / 4 * 1 / 2))


def test_leaving_those_who_still_wait_out_would_make_waits_look_shorter() -> None:
    honest, flattering = curve(TEN + still_waiting(*[60] * 10)), curve(TEN)
    assert honest.day_of(0.3) == 42
    assert flattering.day_of(0.3) == 21


def test_who_came_into_view_late_says_nothing_of_the_days_before() -> None:
    # The one seen from day 50 on is not among those in view on day 10.
    made = curve([*offered(10), *still_waiting(90), Spell(50, 60, known=True)])
    assert made.left == pytest.approx((0.5, 0.25))


def test_four_in_five_families_fall_within_the_range() -> None:
    assert curve(FORTY).wait() == Wait(low_weeks=1, high_weeks=9, share=80, based_on=40)


def test_the_longer_a_family_has_waited_the_later_it_counts_from() -> None:
    # After 35 days five of the ten are left, who were offered 7, 14, 21, 28 and 35 days later.
    assert curve(FORTY).wait(35) == Wait(low_weeks=1, high_weeks=5, share=80, based_on=20)


def test_too_few_who_have_waited_as_long_say_nothing() -> None:
    assert curve(FORTY).wait(36) is not None
    assert curve(FORTY).wait(42) is None
    assert curve(offered(*[30] * (FEWEST - 1))).wait() is None
    assert curve([]).wait() is None


def test_a_history_that_does_not_reach_the_end_says_at_least() -> None:
    made = curve(offered(*range(28, 53)) + still_waiting(*[60] * 75))
    assert made.wait() == Wait(low_weeks=5, high_weeks=None, share=90, based_on=25)


def test_at_least_nothing_is_not_worth_saying() -> None:
    assert curve(offered(*[1] * 25) + still_waiting(*[60] * 75)).wait() is None


def test_everyone_offered_in_the_first_week_is_at_most_a_week() -> None:
    assert curve(offered(*[3] * 25)).wait() == Wait(low_weeks=0, high_weeks=1, share=80, based_on=25)


spells = st.lists(
    st.builds(
        lambda entered, more, known: Spell(entered, entered + more, known),
        st.integers(0, 30),
        st.integers(0, 200),
        st.booleans(),
    ),
    max_size=120,
)


@given(spells)
def test_days_rise_and_shares_fall(history: list[Spell]) -> None:
    made = curve(history)
    assert all(one < other for one, other in itertools.pairwise(made.days))
    assert all(one >= other for one, other in itertools.pairwise((1.0, *made.left, 0.0)))
    assert sum(made.known) == sum(each.known for each in history)


@given(spells, st.integers(0, 150))
def test_a_range_is_ordered_and_lies_ahead(history: list[Spell], waited: int) -> None:
    said = curve(history).wait(waited)
    if said is not None:
        assert said.low_weeks >= 0
        assert said.high_weeks is None or said.high_weeks > said.low_weeks
        assert said.based_on >= FEWEST


@given(spells, st.integers(0, 150), st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_more_families_take_no_fewer_days(history: list[Spell], waited: int, one: float, other: float) -> None:
    made: Curve = curve(history)
    fewer, more = made.day_of(min(one, other), waited), made.day_of(max(one, other), waited)
    assert fewer is not None or more is None
    if fewer is not None and more is not None:
        assert waited < fewer <= more


@given(spells, st.permutations(range(5)))
def test_the_order_of_the_history_means_nothing(history: list[Spell], order: list[int]) -> None:
    parts = [history[part::5] for part in order]
    assert curve([spell for part in parts for spell in part]) == curve(history)


@given(spells)
def test_who_waits_on_never_makes_the_wait_look_shorter(history: list[Spell]) -> None:
    one_more = Spell(0, max((each.ended for each in history), default=0), known=False)
    made, longer = curve(history), curve([*history, one_more])
    assert all(longer.waiting(day) >= made.waiting(day) - 1e-9 for day in made.days)
