"""The only place that reads the machine's clock; everything else is handed `now`.

Instants are aware and in UTC inside; `local` turns them into the city's own time at the edges.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local(instant: datetime, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """The same instant on the city's own clock."""
    return instant.astimezone(zone)


def today(now: datetime, zone: ZoneInfo = STOCKHOLM) -> date:
    """The city's date at that instant."""
    return local(now, zone).date()


def at(day: date, hour: time, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """The UTC instant of a local wall-clock time; at the autumn fold the first of the two."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
