"""The only place that reads the machine's clock; everything else is handed `now`.

Instants are aware and in UTC inside; `local` turns them into the city's own time at the edges.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_zone: list[ZoneInfo] = [STOCKHOLM]


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def use_zone(zone: ZoneInfo) -> None:
    """Let the city's own clock be in this zone from now on; the composition root says which."""
    _zone[:] = [zone]


def local(instant: datetime) -> datetime:
    """The same instant on the city's own clock."""
    return instant.astimezone(_zone[0])


def today(now: datetime) -> date:
    """The city's date at that instant."""
    return local(now).date()


def at(day: date, hour: time) -> datetime:
    """The UTC instant of a local wall-clock time; at the autumn fold the first of the two."""
    return datetime.combine(day, hour, _zone[0]).astimezone(UTC)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
