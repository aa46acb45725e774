"""When a meeting is reminded of: by the clock on the wall, also across the nights in which it is changed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.base.clock import at
from booking.catalogue.sessions import GroupSession
from booking.course import missed, reminders
from booking.course.reminders import Plan


def meeting(day: date, hour: time = time(17, 30)) -> GroupSession:
    starts = at(day, hour)
    return GroupSession(starts_at=starts, ends_at=starts + timedelta(minutes=150))


def dues(session: GroupSession, plan: Plan, *, is_first: bool) -> list[str]:
    return [f"{slot.due:%d/%m %H.%M}" for slot in reminders.slots(session, plan, is_first=is_first)]


def test_by_default_a_week_and_a_day_before_the_first_and_a_day_and_the_morning_before_the_others() -> None:
    tuesday = meeting(date(2027, 1, 26))
    assert dues(tuesday, Plan(), is_first=True) == ["19/01 11.00", "25/01 11.00"]
    assert dues(tuesday, Plan(), is_first=False) == ["25/01 11.00", "26/01 07.00"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Summer time begins in the night to Sunday 28 March: noon on Saturday is 11.00 in UTC, the morning 06.00.
        (date(2027, 3, 28), ["27/03 11.00", "28/03 06.00"]),
        (date(2027, 3, 29), ["28/03 10.00", "29/03 06.00"]),
        # It ends in the night to Sunday 31 October.
        (date(2027, 10, 31), ["30/10 10.00", "31/10 07.00"]),
        (date(2027, 11, 1), ["31/10 11.00", "01/11 07.00"]),
    ],
)
def test_the_hour_is_the_one_on_the_wall_when_the_clocks_change(day: date, expected: list[str]) -> None:
    assert dues(meeting(day), Plan(), is_first=False) == expected


def test_a_week_before_across_the_change_is_still_at_noon() -> None:
    assert dues(meeting(date(2027, 4, 1)), Plan(), is_first=True) == ["25/03 11.00", "31/03 10.00"]


def test_the_morning_is_left_out_when_the_meeting_follows_within_three_hours() -> None:
    plan = Plan(morning_at=time(9))
    assert dues(meeting(date(2027, 1, 26), time(12)), plan, is_first=False) == ["25/01 11.00", "26/01 08.00"]
    assert dues(meeting(date(2027, 1, 26), time(11, 59)), plan, is_first=False) == ["25/01 11.00"]


def test_a_plan_of_its_own_says_days_and_hours() -> None:
    plan = Plan(first_days=(14, 3), first_morning=True, later_days=(), day_at=time(18), morning_at=time(8, 30))
    assert dues(meeting(date(2027, 1, 26)), plan, is_first=True) == ["12/01 17.00", "23/01 17.00", "26/01 07.30"]
    assert dues(meeting(date(2027, 1, 26)), plan, is_first=False) == ["26/01 07.30"]


def test_each_is_of_use_until_the_next_and_the_last_until_an_hour_before() -> None:
    found = reminders.slots(meeting(date(2027, 1, 26)), Plan(), is_first=False)
    assert [slot.until for slot in found] == [found[1].due, datetime(2027, 1, 26, 15, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("ends", "ticked", "goes"),
    [
        (time(20), time(20, 5), "26/01 20.00 urgent"),  # An hour after the meeting is nine o'clock: still the evening.
        (time(20), time(17, 40), "26/01 20.00 urgent"),  # Ticked while the meeting was on.
        (time(19), time(20, 30), "26/01 19.30 urgent"),
        (time(12), time(12, 10), "26/01 12.00 urgent"),
        (time(20, 30), time(20, 40), "27/01 08.00"),  # An hour after is past nine: the next morning.
        (time(19), time(21, 1), "27/01 08.00"),
    ],
)
def test_after_a_no_show_the_message_goes_the_same_evening_or_the_next_morning(
    ends: time, ticked: time, goes: str
) -> None:
    day = date(2027, 1, 26)
    session = GroupSession(starts_at=at(day, time(10)), ends_at=at(day, ends))
    when = missed.moment(session, at(day, ticked))
    assert when is not None
    assert f"{when.not_before:%d/%m %H.%M}{' urgent' if when.urgent else ''}" == goes


def test_after_a_no_show_before_the_clocks_change_the_next_morning_is_nine_on_the_wall() -> None:
    saturday = date(2027, 3, 27)
    session = GroupSession(starts_at=at(saturday, time(18)), ends_at=at(saturday, time(20, 30)))
    when = missed.moment(session, at(saturday, time(21)))
    assert when is not None
    assert when.not_before == datetime(2027, 3, 28, 7, tzinfo=UTC)


def test_a_tick_of_the_next_evening_comes_too_late_for_a_message() -> None:
    session = meeting(date(2027, 1, 26))
    assert missed.moment(session, at(date(2027, 1, 27), time(10))) is not None
    assert missed.moment(session, at(date(2027, 1, 27), time(20))) is None
