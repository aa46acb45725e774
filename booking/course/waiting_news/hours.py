"""When news about waiting comes: Tuesdays to Thursdays from ten to four, and never on a red day.

Then the city's phone is answered, for whoever would rather talk; a Monday is full as it is, and what comes on a Friday
is forgotten by Monday.
"""

from __future__ import annotations

from datetime import datetime

from booking.base.clock import local
from booking.catalogue.sessions import is_red

WEEKDAYS = frozenset({1, 2, 3})  # Tuesday, Wednesday, Thursday.
FROM_HOUR, UNTIL_HOUR = 10, 16


def is_civil(now: datetime) -> bool:
    """True at an hour at which such a message may come."""
    there = local(now)
    return there.weekday() in WEEKDAYS and FROM_HOUR <= there.hour < UNTIL_HOUR and not is_red(there.date())
