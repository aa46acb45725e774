"""The city's own clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from booking.base import clock


@pytest.fixture(autouse=True)
def back_to_stockholm() -> Iterator[None]:
    yield
    clock.use_zone(clock.STOCKHOLM)


def test_half_past_five_in_january_is_half_past_four_in_utc() -> None:
    assert clock.at(date(2027, 1, 26), time(17, 30)) == datetime(2027, 1, 26, 16, 30, tzinfo=UTC)


def test_half_past_five_in_june_is_half_past_three_in_utc() -> None:
    assert clock.at(date(2027, 6, 1), time(17, 30)) == datetime(2027, 6, 1, 15, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_in_the_autumn_is_the_first_of_the_two() -> None:
    assert clock.at(date(2027, 10, 31), time(2, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_late_in_the_evening_it_is_tomorrow_in_stockholm_before_it_is_in_utc() -> None:
    assert clock.today(datetime(2027, 1, 4, 23, 30, tzinfo=UTC)) == date(2027, 1, 5)


def test_a_city_elsewhere_has_its_own_clock() -> None:
    clock.use_zone(ZoneInfo("Europe/Helsinki"))
    assert clock.at(date(2027, 1, 26), time(17, 30)) == datetime(2027, 1, 26, 15, 30, tzinfo=UTC)
