"""Fields that say in our own words what they could not read."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, TimeField

from booking.base.texts import _

# Meetings are laid out from a day on: days near the end of the calendar would run over it.
CENTURY = range(2000, 2100)


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say how to write it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv ett heltal, till exempel 12.")) from None


class Day(DateField):
    """A day of this century."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say how to write it."""
        try:
            super().process_formdata(valuelist)
            if self.data is not None and self.data.year not in CENTURY:
                self.data = None
                raise ValueError
        except ValueError:
            raise ValueError(_("Skriv dagen som år-månad-dag, till exempel 2027-01-26.")) from None


class Hour(TimeField):
    """An hour of the day. A point between hours and minutes is as good as a colon."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say how to write it."""
        try:
            super().process_formdata([str(value).strip().replace(".", ":")[:5] for value in valuelist])
        except ValueError:
            raise ValueError(_("Skriv klockslaget så här: 17.30.")) from None
