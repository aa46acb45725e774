"""How long a family has to answer; local times, for that is what people read."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.base.clock import STOCKHOLM
from booking.places.reply_time import after, between, halfway, is_awake, is_last, reply_by
from booking.records.policies import Policy


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("now", "first_session", "answer_by", "why"),
    [
        ("2027-01-11 10:00", "2027-02-09 17:30", "2027-01-15 10:00", "48 waking hours are four days of twelve"),
        ("2027-01-18 10:00", "2027-01-28 10:00", "2027-01-20 10:00", "ten days ahead there are 24 hours"),
        ("2027-01-18 10:00", "2027-01-28 10:01", "2027-01-22 10:00", "a minute more than ten days ahead is still far"),
        ("2027-01-18 10:00", "2027-01-21 10:00", "2027-01-18 14:00", "three days ahead there are four hours"),
        ("2027-01-18 17:00", "2027-01-20 17:30", "2027-01-19 09:00", "the clock rests from 20 to 8"),
        ("2027-01-18 23:30", "2027-01-20 17:30", "2027-01-19 12:00", "an offer at night starts to count at 8"),
        ("2027-01-19 02:10", "2027-01-20 17:30", "2027-01-19 12:00", "so does one before dawn"),
        ("2027-01-18 16:00", "2027-01-20 17:30", "2027-01-18 20:00", "time that ends as the rest begins ends there"),
        ("2027-01-18 10:07", "2027-01-20 17:30", "2027-01-18 15:00", "rounded up to a whole hour"),
        ("2027-01-05 17:00", "2027-01-08 12:00", "2027-01-07 09:00", "Epiphany does not count"),
        ("2026-12-23 19:00", "2026-12-29 18:00", "2026-12-28 19:00", "Christmas rests, eve and all"),
        ("2027-01-23 19:00", "2027-01-25 17:30", "2027-01-24 11:00", "an ordinary Sunday counts"),
        ("2027-01-18 15:00", "2027-01-18 17:30", "2027-01-18 17:30", "never later than the first meeting"),
        ("2026-03-28 19:00", "2026-03-30 17:30", "2026-03-29 11:00", "the night an hour is lost"),
        ("2026-10-24 19:00", "2026-10-26 17:30", "2026-10-25 11:00", "the night an hour is won"),
    ],
)
def test_time_to_answer(now: str, first_session: str, answer_by: str, why: str) -> None:
    assert reply_by(local(now), local(first_session), Policy()) == local(answer_by), why


@pytest.mark.parametrize(
    ("policy", "answer_by", "why"),
    [
        (Policy(reply_hours_far=12), "2027-01-12 10:00", "the hours are the city's own"),
        (Policy(reply_hours_far=6, rest_from_hour=0, rest_until_hour=6), "2027-01-11 16:00", "rest from midnight"),
        (Policy(reply_hours_far=16, rest_from_hour=1, rest_until_hour=7), "2027-01-12 08:00", "or after it"),
        (Policy(rest_from_hour=8, rest_until_hour=8), "2027-01-13 10:00", "without rest 48 hours are two days"),
    ],
)
def test_the_city_decides_the_hours(policy: Policy, answer_by: str, why: str) -> None:
    assert reply_by(local("2027-01-11 10:00"), local("2027-02-09 17:30"), policy) == local(answer_by), why


def test_without_rest_the_night_an_hour_is_lost_is_counted_in_true_hours() -> None:
    policy = Policy(reply_hours_last=12, rest_from_hour=8, rest_until_hour=8)
    answer_by = reply_by(local("2026-03-28 20:00"), local("2026-03-30 17:30"), policy)
    assert answer_by == local("2026-03-29 09:00")


@pytest.mark.parametrize(
    ("policy", "first_session", "answer_by"),
    [
        (Policy(reply_soon_days=7), "2027-01-19 10:00", "2027-01-15 10:00"),
        (Policy(reply_last_days=8), "2027-01-19 10:00", "2027-01-11 14:00"),
    ],
)
def test_the_city_decides_what_is_soon_and_what_is_last(policy: Policy, first_session: str, answer_by: str) -> None:
    assert reply_by(local("2027-01-11 10:00"), local(first_session), policy) == local(answer_by)


@pytest.mark.parametrize(
    ("now", "last"), [("2027-01-18 10:00", True), ("2027-01-18 09:59", False)], ids=["three days", "a minute more"]
)
def test_the_last_days_before_a_start(now: str, last: bool) -> None:
    assert is_last(local(now), local("2027-01-21 10:00"), Policy()) is last


@pytest.mark.parametrize(
    ("now", "awake"),
    [
        ("2027-01-18 07:59", False),
        ("2027-01-18 08:00", True),
        ("2027-01-18 19:59", True),
        ("2027-01-18 20:00", False),
        ("2027-01-06 12:00", False),
        ("2027-01-24 12:00", True),
    ],
)
def test_nobody_is_hurried_at_night_or_on_a_red_day(now: str, awake: bool) -> None:
    assert is_awake(local(now), Policy()) is awake


@pytest.mark.parametrize(
    ("start", "end", "half", "why"),
    [
        ("2027-01-11 10:00", "2027-01-15 10:00", "2027-01-13 10:00", "48 waking hours: after 24 of them"),
        ("2027-01-18 17:00", "2027-01-19 09:00", "2027-01-18 19:00", "four waking hours: after two, before the rest"),
        ("2027-01-18 18:00", "2027-01-19 12:00", "2027-01-19 09:00", "six: after three, and the night is none of them"),
        ("2027-01-18 23:30", "2027-01-19 12:00", "2027-01-19 10:00", "handed over at night it counts from eight"),
        ("2027-01-05 18:00", "2027-01-07 12:00", "2027-01-07 09:00", "Epiphany is no time"),
        ("2026-12-23 16:00", "2026-12-28 12:00", "2026-12-27 14:00", "nor is Christmas, eve and all"),
        ("2026-03-28 18:00", "2026-03-29 12:00", "2026-03-29 09:00", "the night an hour is lost"),
        ("2026-10-24 18:00", "2026-10-25 12:00", "2026-10-25 09:00", "the night an hour is won"),
    ],
)
def test_half_the_time_to_answer_is_half_the_waking_time(start: str, end: str, half: str, why: str) -> None:
    assert halfway(local(start), local(end), Policy()) == local(half), why


@pytest.mark.parametrize(
    ("end", "reminded"),
    [("2027-01-18 14:00", True), ("2027-01-18 13:59", False), ("2027-01-18 10:00", False), ("2027-01-17 10:00", False)],
)
def test_nobody_is_reminded_with_less_than_two_waking_hours_left(end: str, reminded: bool) -> None:
    assert (halfway(local("2027-01-18 10:00"), local(end), Policy()) is not None) is reminded


def test_how_little_time_is_too_little_for_a_reminder_is_the_citys_own() -> None:
    policy = Policy(halfway_least_hours=4)
    assert halfway(local("2027-01-18 10:00"), local("2027-01-18 16:00"), policy) is None


def test_without_rest_half_of_the_night_an_hour_is_lost_is_counted_in_true_hours() -> None:
    policy = Policy(rest_from_hour=8, rest_until_hour=8)
    assert halfway(local("2026-03-28 20:00"), local("2026-03-29 09:00"), policy) == local("2026-03-29 03:00")


@given(start=st.integers(0, 24 * 400), hours=st.integers(0, 24 * 30))
def test_as_much_waking_time_lies_before_the_half_as_after_it(start: int, hours: int) -> None:
    begins = local("2026-01-01 00:00") + timedelta(hours=start)
    ends = begins + timedelta(hours=hours)
    half = halfway(begins, ends, Policy())
    if half is not None:
        assert between(begins, half, Policy()) == between(half, ends, Policy())
        assert is_awake(half, Policy()) or is_awake(half - timedelta(seconds=1), Policy())


@given(start=st.integers(0, 24 * 400), waking=st.integers(0, 200))
def test_waking_time_added_is_the_waking_time_that_lies_between(start: int, waking: int) -> None:
    begins = local("2026-01-01 00:30") + timedelta(hours=start)
    assert between(begins, after(begins, timedelta(hours=waking), Policy()), Policy()) == timedelta(hours=waking)
