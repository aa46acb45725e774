"""School holidays as they usually fall in Stockholm. Assumed, and marked so: staff correct the rows.

Pure. The city decides the real days for each year; a rule of thumb is enough for a demo.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from booking.catalogue.sessions import ClosedPeriod

SPORTS_WEEK, AUTUMN_WEEK = 9, 44


def around(year: int) -> list[ClosedPeriod]:
    """The holidays from the winter before that year to the winter after the next, by date."""
    periods = [period for each in range(year - 1, year + 2) for period in _of(each)]
    return sorted(periods, key=lambda period: period.first_day)


def _of(year: int) -> list[ClosedPeriod]:
    friday = _good_friday(year)
    return [
        _week("Sportlov", year, SPORTS_WEEK),
        _period("Påsklov", friday - timedelta(days=4), friday + timedelta(days=3)),
        _period("Sommarlov", date(year, 6, 11), date(year, 8, 17)),
        _week("Höstlov", year, AUTUMN_WEEK),
        _period("Jullov", date(year, 12, 20), date(year + 1, 1, 8)),
    ]


def _week(name: str, year: int, week: int) -> ClosedPeriod:
    return _period(name, date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7))


def _period(name: str, first: date, last: date) -> ClosedPeriod:
    return ClosedPeriod(name=name, first_day=first, last_day=last, assumed=True)


@cache
def _good_friday(year: int) -> date:
    calendar = holidays.country_holidays("SE", years=year, include_sundays=False, language="en_US")
    return calendar.get_named("Good Friday")[0]
