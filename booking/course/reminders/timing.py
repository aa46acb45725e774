"""When a meeting is reminded of: pure, from the meeting's time and the plan, on the city's own clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.base.clock import at, local
from booking.catalogue.sessions import GroupSession
from booking.course.reminders.plans import Plan

LATEST = timedelta(hours=1)
# A reminder in the morning is for a meeting that does not begin straight after it.
MORNING_BEFORE = timedelta(hours=3)
JUST_TOLD = timedelta(hours=24)
JUST_TOLD_BEFORE_MORNING = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time to remind of one meeting: `days_before` 0 is the same day.

    From `due` it may be sent and after `until` it is of no use. Whoever got their dates less than `just_told` before
    it is not reminded.
    """

    days_before: int
    due: datetime
    until: datetime
    just_told: timedelta


def version(session: GroupSession, slot: Slot) -> int:
    """What makes a reminder its own among those of the meeting: the day it is about and how long before it is sent.

    The day is in it so that a meeting that has moved is reminded of anew, and an old reminder is known as old.
    """
    return int(f"{local(session.starts_at):%Y%m%d}{slot.days_before:02d}")


def is_about(message_version: int, session: GroupSession) -> bool:
    """True when a reminder of that version is about the day on which the meeting still is."""
    return message_version // 100 == int(f"{local(session.starts_at):%Y%m%d}")


def slots(session: GroupSession, plan: Plan, *, is_first: bool) -> list[Slot]:
    """The times at which this meeting is reminded of, in order. Each is of use until the next is due."""
    starts = local(session.starts_at)
    found = _before(starts.date(), plan.first_days if is_first else plan.later_days, plan.day_at)
    wanted = plan.first_morning if is_first else plan.later_morning
    if wanted and begins_late_enough(starts.time(), plan.morning_at):
        found = [slot for slot in found if slot[0] != 0]
        found.append((0, at(starts.date(), plan.morning_at), JUST_TOLD_BEFORE_MORNING))
    ends = [*(due for _, due, _ in found), session.starts_at - LATEST][1:]
    return [Slot(days, due, until, told) for (days, due, told), until in zip(found, ends, strict=True)]


def begins_late_enough(begins: time, morning_at: time) -> bool:
    """True when a meeting at that hour is worth a reminder in the morning."""
    day = date(2000, 1, 1)
    return datetime.combine(day, begins) - datetime.combine(day, morning_at) >= MORNING_BEFORE


def _before(day: date, days_before: Iterable[int], hour: time) -> list[tuple[int, datetime, timedelta]]:
    return [(days, at(day - timedelta(days=days), hour), JUST_TOLD) for days in sorted(set(days_before), reverse=True)]
