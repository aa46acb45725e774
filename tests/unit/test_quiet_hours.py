"""When only urgent messages go; local times, for those are what wakes people."""

from datetime import datetime

import pytest

from booking.base.clock import STOCKHOLM
from booking.outbox.quiet import ends_at, is_quiet
from booking.records.policies import Policy

NIGHT = Policy(quiet_from_hour=20, quiet_until_hour=8)
NAP = Policy(quiet_from_hour=13, quiet_until_hour=15)
SMALL_HOURS = Policy(quiet_from_hour=0, quiet_until_hour=3)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("policy", "when", "quiet"),
    [
        (NIGHT, "2027-01-11 19:59", False),
        (NIGHT, "2027-01-11 20:00", True),
        (NIGHT, "2027-01-11 23:59", True),
        (NIGHT, "2027-01-12 00:00", True),
        (NIGHT, "2027-01-12 07:59", True),
        (NIGHT, "2027-01-12 08:00", False),
        (NAP, "2027-01-12 12:59", False),
        (NAP, "2027-01-12 13:00", True),
        (NAP, "2027-01-12 15:00", False),
        (Policy(quiet_from_hour=22, quiet_until_hour=24), "2027-01-12 23:30", True),
        (Policy(quiet_from_hour=22, quiet_until_hour=24), "2027-01-13 00:00", False),
        (Policy(quiet_from_hour=24, quiet_until_hour=6), "2027-01-13 00:00", True),
        (Policy(quiet_from_hour=24, quiet_until_hour=6), "2027-01-12 23:30", False),
    ],
)
def test_the_hour_it_begins_is_quiet_and_the_hour_it_ends_is_not(policy: Policy, when: str, quiet: bool) -> None:
    assert is_quiet(local(when), policy) is quiet


@pytest.mark.parametrize("hour", range(24))
def test_equal_hours_mean_that_it_is_never_quiet(hour: int) -> None:
    policy = Policy(quiet_from_hour=hour, quiet_until_hour=hour)
    assert [h for h in range(24) if is_quiet(local(f"2027-01-12 {h:02}:00"), policy)] == []


@pytest.mark.parametrize(
    ("policy", "now", "goes", "why"),
    [
        (NIGHT, "2027-01-11 12:00", "2027-01-11 12:00", "by day at once"),
        (NIGHT, "2027-01-11 20:00", "2027-01-12 08:00", "in the evening next morning"),
        (NIGHT, "2027-01-12 03:00", "2027-01-12 08:00", "before dawn the same morning"),
        (NIGHT, "2026-12-31 22:00", "2027-01-01 08:00", "over the new year"),
        (NAP, "2027-01-12 14:10", "2027-01-12 15:00", "within a day"),
        (NIGHT, "2026-03-28 21:00", "2026-03-29 08:00", "the night an hour is lost"),
        (NIGHT, "2026-10-24 21:00", "2026-10-25 08:00", "the night an hour is won"),
        (SMALL_HOURS, "2026-03-29 01:30", "2026-03-29 03:00", "up to the hour that follows the lost one"),
        (SMALL_HOURS, "2026-10-25 01:30", "2026-10-25 03:00", "past both hours of that name"),
    ],
)
def test_what_can_wait_goes_when_the_clock_on_the_wall_says_so(policy: Policy, now: str, goes: str, why: str) -> None:
    assert ends_at(local(now), policy) == local(goes), why


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-28", 11), ("2026-10-24", 13), ("2027-01-11", 12)])
def test_the_night_is_as_long_as_it_is(evening: str, hours: int) -> None:
    begins = local(f"{evening} 20:00")
    assert (ends_at(begins, NIGHT) - begins.astimezone(ends_at(begins, NIGHT).tzinfo)).total_seconds() == hours * 3600


@pytest.mark.parametrize("until", [2, 3])
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_what_waits_is_never_let_go_in_the_quiet(day: str, until: int) -> None:
    policy = Policy(quiet_from_hour=23, quiet_until_hour=until)
    for minute in range(0, 6 * 60, 15):
        now = local(f"{day} 00:00").astimezone().timestamp() + 60 * minute
        goes = ends_at(datetime.fromtimestamp(now, STOCKHOLM), policy)
        assert not is_quiet(goes, policy), minute
