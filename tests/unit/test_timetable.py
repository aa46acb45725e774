"""The timetable: never on a red or closed day, always on the same weekday."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.catalogue import sessions
from booking.catalogue.sessions import ClosedPeriod, is_red, timetable

SPORTLOV = ClosedPeriod(name="Sportlov", first_day=date(2027, 3, 1), last_day=date(2027, 3, 7))
HALF_TERM = ClosedPeriod(name="Höstlov", first_day=date(2026, 10, 26), last_day=date(2026, 11, 1))

days = st.dates(date(2025, 1, 1), date(2032, 12, 31))
weeks = st.sampled_from([7, 14, 21])
periods = st.lists(
    st.builds(
        lambda first, length: ClosedPeriod(name="Lov", first_day=first, last_day=first + timedelta(days=length)),
        days,
        st.integers(0, 60),
    ),
    max_size=4,
)


def is_closed(day: date, closed: list[ClosedPeriod]) -> bool:
    return any(period.first_day <= day <= period.last_day for period in closed)


@settings(deadline=None)
@given(days, st.integers(1, 15), weeks, periods)
def test_no_meeting_is_on_a_red_or_closed_day(
    first: date, count: int, between: int, closed: list[ClosedPeriod]
) -> None:
    found = timetable(first, count, between, closed)
    assert [day for day in found if is_red(day) or is_closed(day, closed)] == []


@settings(deadline=None)
@given(days, st.integers(1, 15), weeks, periods)
def test_every_meeting_is_on_the_weekday_of_the_first(
    first: date, count: int, between: int, closed: list[ClosedPeriod]
) -> None:
    assert {day.weekday() for day in timetable(first, count, between, closed)} == {first.weekday()}


@settings(deadline=None)
@given(days, st.integers(1, 15), st.integers(1, 30), periods)
def test_there_are_as_many_meetings_as_asked_for_each_later_than_the_one_before(
    first: date, count: int, between: int, closed: list[ClosedPeriod]
) -> None:
    found = timetable(first, count, between, closed)
    assert len(found) == count
    assert found[0] >= first
    assert all(later - earlier >= timedelta(days=between) for earlier, later in zip(found, found[1:], strict=False))


def test_christmas_is_passed_over_and_what_follows_moves_along() -> None:
    assert timetable(date(2026, 12, 10), 4, 7, []) == [
        date(2026, 12, 10),
        date(2026, 12, 17),
        date(2027, 1, 7),
        date(2027, 1, 14),
    ]


def test_the_sixth_of_january_is_passed_over() -> None:
    assert timetable(date(2027, 1, 6), 2, 7, []) == [date(2027, 1, 13), date(2027, 1, 20)]


def test_good_friday_and_easter_monday_are_passed_over() -> None:
    assert timetable(date(2027, 3, 26), 1, 7, []) == [date(2027, 4, 2)]
    assert timetable(date(2027, 3, 22), 2, 7, []) == [date(2027, 3, 22), date(2027, 4, 5)]


def test_the_school_holiday_in_february_or_march_is_passed_over() -> None:
    assert timetable(date(2027, 2, 23), 3, 7, [SPORTLOV]) == [date(2027, 2, 23), date(2027, 3, 9), date(2027, 3, 16)]


def test_a_group_that_meets_every_other_week_loses_one_week_to_a_holiday_and_not_two() -> None:
    assert timetable(date(2027, 2, 16), 3, 14, [SPORTLOV]) == [date(2027, 2, 16), date(2027, 3, 9), date(2027, 3, 23)]


def test_a_group_that_would_begin_in_the_autumn_holiday_begins_the_week_after() -> None:
    assert timetable(date(2026, 10, 28), 1, 7, [HALF_TERM]) == [date(2026, 11, 4)]


@pytest.mark.parametrize(
    ("day", "red"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 5, 6), True),  # Ascension Day.
        (date(2027, 6, 25), True),  # Midsummer's eve.
        (date(2027, 6, 18), False),
        (date(2027, 1, 10), False),  # An ordinary Sunday.
        (date(2027, 1, 5), False),
    ],
)
def test_red_days_are_the_public_holidays_and_the_great_eves(day: date, red: bool) -> None:
    assert is_red(day) is red


def test_a_city_that_is_closed_for_more_than_a_year_is_told_so() -> None:
    closed = ClosedPeriod(name="Stängt", first_day=date(2027, 1, 1), last_day=date(2028, 12, 31))
    with pytest.raises(sessions.Refused):
        timetable(date(2027, 1, 12), 1, 7, [closed])
