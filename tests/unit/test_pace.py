"""How many messages a provider is given per minute: the arithmetic, whenever workers come to ask."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.outbox.pace import LEEWAY, MINUTE, after, room, step

RATES = st.integers(1, 10_000)
WAITS = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=12)


def given_away(rate: int, waits: list[int], at_a_time: int = 200) -> list[int]:
    """The instants at which messages went, when a worker that has so many asks after each of these waits."""
    went, next_at = [], 0
    for at in accumulate(waits, initial=MINUTE):
        for _ in range(min(room(next_at, at, rate), at_a_time)):
            went.append(at)
            next_at = after(next_at, at, rate)
    return went


@settings(deadline=None)
@given(RATES, WAITS)
def test_in_no_stretch_of_time_go_more_than_the_rate_and_its_leeway_allow(rate: int, waits: list[int]) -> None:
    went = given_away(rate, waits, at_a_time=40)
    for first, begins in enumerate(went):
        for last in range(first, len(went)):
            assert last - first + 1 <= (went[last] - begins + LEEWAY) // step(rate) + 1


@settings(deadline=None)
@given(RATES, WAITS)
def test_as_many_as_there_is_room_for_may_go_and_then_none(rate: int, waits: list[int]) -> None:
    next_at = 0
    for at in accumulate(waits, initial=MINUTE):
        free = room(next_at, at, rate)
        for _ in range(free):
            assert next_at <= at + LEEWAY
            next_at = after(next_at, at, rate)
        assert room(next_at, at, rate) == 0
        assert next_at > at + LEEWAY


@pytest.mark.parametrize("rate", [1, 7, 100, 3000])
def test_a_worker_that_looks_every_other_second_uses_the_whole_rate(rate: int) -> None:
    went = given_away(rate, [2_000_000] * 300)
    assert len(went) >= rate * 10


@pytest.mark.parametrize(("rate", "microseconds"), [(100, 600_000), (3000, 20_000), (7, 8_571_429), (1, MINUTE)])
def test_a_step_is_never_shorter_than_the_rate_says(rate: int, microseconds: int) -> None:
    assert step(rate) == microseconds
