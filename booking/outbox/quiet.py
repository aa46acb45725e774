"""Quiet hours: at night only what is urgent is handed over. Pure, and by the city's own clock.

The hours are wall-clock hours. In the night in which the clocks change the quiet is an hour shorter or longer; it
begins and ends when the clock on the wall says so.
"""

from __future__ import annotations

from datetime import datetime, time

from booking.base.clock import at, local, next_day
from booking.records.policies import Policy

HOURS = 24


def is_quiet(now: datetime, policy: Policy) -> bool:
    """True while only urgent messages go. The hour it begins is quiet, the hour it ends is not; equal hours: never."""
    begins, ends = policy.quiet_from_hour % HOURS, policy.quiet_until_hour % HOURS
    hour = local(now).hour
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def ends_at(now: datetime, policy: Policy) -> datetime:
    """When a message that is due now may go (UTC): now, or the end of the quiet hours that it falls in."""
    if not is_quiet(now, policy):
        return now
    day = local(now).date()
    end = at(day, time(policy.quiet_until_hour % HOURS))
    return end if end > now else at(next_day(day), time(policy.quiet_until_hour % HOURS))
