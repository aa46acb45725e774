"""How long a family has to answer an offer. Pure.

The nearer the group's first meeting, the shorter the time; and the clock rests at night and on red days, so that
nobody loses a place in their sleep. The time is rounded up to a whole hour, which is easy to say and to remember.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from booking.base.clock import at, next_day, today
from booking.catalogue.sessions import is_red
from booking.records.policies import Policy

HOUR = timedelta(hours=1)
# No run of red days is near this long, so a search that gets here is a fault and not a holiday.
LONGEST_SEARCH = timedelta(days=60)


def reply_by(now: datetime, first_session_at: datetime, policy: Policy) -> datetime:
    """When an offer made now must be answered (UTC): never later than the first meeting begins."""
    ends = after(now, timedelta(hours=_hours(first_session_at - now, policy)), policy)
    return min(_whole_hour(ends), first_session_at)


def after(now: datetime, waking: timedelta, policy: Policy) -> datetime:
    """When the clock has run for so long from now on (UTC)."""
    left = waking
    for opens, closes in _waking(today(now), policy):
        begins = max(opens, now.astimezone(UTC))
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    return now + LONGEST_SEARCH


def between(start: datetime, end: datetime, policy: Policy) -> timedelta:
    """For how long the clock runs from one instant to another; nothing when the second is the earlier."""
    total = timedelta(0)
    for opens, closes in _waking(today(start), policy):
        if opens >= end:
            break
        total += max(min(closes, end.astimezone(UTC)) - max(opens, start.astimezone(UTC)), timedelta(0))
    return total


def halfway(start: datetime, end: datetime, policy: Policy) -> datetime | None:
    """When half of the clock's time has passed; None when too little is left then for a reminder to be of use."""
    half = between(start, end, policy) / 2
    return None if half < timedelta(hours=policy.halfway_least_hours) else after(start, half, policy)


def is_last(now: datetime, first_session_at: datetime, policy: Policy) -> bool:
    """True in the last days before a group begins, when its free places go by open invitation alone."""
    return first_session_at - now <= timedelta(days=policy.reply_last_days)


def is_awake(now: datetime, policy: Policy) -> bool:
    """True while the clock of an offer would run: not at night, not on a red day."""
    opens, closes = next(stretch for stretch in _waking(today(now), policy) if now < stretch[1])
    return opens <= now < closes


def _hours(ahead: timedelta, policy: Policy) -> int:
    if ahead <= timedelta(days=policy.reply_last_days):
        return policy.reply_hours_last
    return policy.reply_hours_soon if ahead <= timedelta(days=policy.reply_soon_days) else policy.reply_hours_far


def _waking(first: date, policy: Policy) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the clock runs, from the day before on: one may reach past midnight."""
    day = first - timedelta(days=1)
    while day - first < LONGEST_SEARCH:
        if not is_red(day):
            yield _stretch(day, policy)
        day = next_day(day)


def _stretch(day: date, policy: Policy) -> tuple[datetime, datetime]:
    until, rests = time(policy.rest_until_hour % 24), time(policy.rest_from_hour % 24)
    # An hour of rest at or before the hour of waking belongs to the next morning.
    last = day if rests > until else next_day(day)
    return at(day, until), at(last, rests)


def _whole_hour(instant: datetime) -> datetime:
    past = timedelta(minutes=instant.minute, seconds=instant.second, microseconds=instant.microsecond)
    return instant if not past else instant - past + HOUR
