"""What the questions of a registration need to know: the city's programmes and districts, and the answers so far.

Answers are kept as the forms were sent, step by step: {step: {field: [texts]}}. So a form that is shown again, or
checked again because an earlier answer changed, goes through exactly the same door as the first time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import districts, programmes
from booking.catalogue.districts import Atlas, District
from booking.catalogue.programmes import Programme
from booking.people.registering import fitting
from booking.web import access

NEAR_MINUTES = 30
YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Asking:
    """The city that day, and what has been answered."""

    programmes: list[Programme]
    atlas: Atlas
    day: date
    answers: Mapping[str, Mapping[str, list[str]]]

    def every(self, step: str, field: str) -> list[str]:
        """All values of a field."""
        return self.answers.get(step, {}).get(field, [])

    def one(self, step: str, field: str) -> str:
        """The only value of a field, or an empty text."""
        return (self.every(step, field) or [""])[0]

    @property
    def years(self) -> tuple[int, ...]:
        """The children's birth years."""
        # What came along from the pages before is no more than what stood in an address.
        return tuple(sorted({int(year) for year in self.every("barn", "years") if YEAR.fullmatch(year)}))

    @property
    def suited(self) -> list[Programme]:
        """The programmes that suit at least one of the children."""
        return [programme for programme in self.programmes if fitting(programme, self.years, self.day)]

    @property
    def home(self) -> District | None:
        """Where the family lives, once it is answered."""
        code = self.one("hem", "home")
        return next((each for each in self.atlas.standing(self.day) if each.code == code), None)

    @property
    def nearest(self) -> list[District]:
        """Today's districts, home first, then by travel minutes."""
        home = self.home
        return self.atlas.nearest(home.id, self.day) if home else self.atlas.standing(self.day)

    def minutes(self, district: District) -> int | None:
        """Minutes from home; None when nobody has said, or home is not answered."""
        return self.atlas.minutes(self.home.id, district.id) if self.home else None

    def within_reach(self) -> list[District]:
        """The districts that work for the family, nearest first."""
        chosen, near = self.every("platser", "districts"), bool(self.every("platser", "near"))

        def works(district: District) -> bool:
            minutes = self.minutes(district)
            return district.code in chosen or (near and minutes is not None and minutes <= NEAR_MINUTES)

        return [district for district in self.nearest if works(district)]


def read(answers: Mapping[str, Any]) -> Asking:
    """The city as it is now, with these answers."""
    db, now = access.db(), access.now()
    return Asking(programmes.list_active(db), districts.atlas(db), today(now), answers)


def birth_years(asking: Asking) -> list[str]:
    """Every birth year that some programme is for, youngest first."""
    oldest = max((programme.age_to for programme in asking.programmes), default=18) + 1
    return [str(year) for year in range(asking.day.year, asking.day.year - oldest - 1, -1)]


def ages(asking: Asking) -> dict[str, str]:
    """How old a child born each year is, by year: before and after this year's birthday."""
    this = asking.day.year
    spans = {year: this - int(year) for year in birth_years(asking)}
    return {year: _("%(low)s–%(high)s år", low=age - 1, high=age) if age else _("0 år") for year, age in spans.items()}


def travel(asking: Asking) -> dict[str, str]:
    """How far each district is from home, by its code; nothing where nobody has said."""
    told = {district.code: asking.minutes(district) for district in asking.nearest}
    return {code: how_far(minutes) for code, minutes in told.items() if minutes is not None}


def how_far(minutes: int) -> str:
    """Minutes in words."""
    return _("ungefär %(minutes)s minuter dit", minutes=minutes) if minutes else _("där ni bor")
