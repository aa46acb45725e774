"""Reading one record of a problem file, field by field.

Rule: a field is what it should be or the record is refused by name; nothing is guessed or converted.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from booking.allocation.rows import ProblemError
from booking.allocation.stream import Doubled

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def as_object(name: str, value: object) -> dict[str, object]:
    """Return a JSON object, or refuse what is none."""
    if not isinstance(value, dict):
        raise ProblemError(f"{name} is not a JSON object")
    return value


class Record(NamedTuple):
    """A JSON object and the name it goes by in a refusal."""

    name: str
    fields: dict[str, object]

    @classmethod
    def named(cls, kind: str, index: int, item: object) -> Self:
        """Name a record by its id, or by its number (from 1) where it has none."""
        given = item.get("id") if isinstance(item, dict) else None
        return cls.of(f"{kind} {given!r}" if isinstance(given, str) else f"{kind} number {index + 1}", item)

    @classmethod
    def of(cls, name: str, item: object) -> Self:
        """Take an object as a record of this name; a field that is given twice is refused."""
        fields = as_object(name, item)
        if isinstance(fields, Doubled):
            raise ProblemError(f"{name}: {fields.name} is given twice")
        return cls(name, fields)

    def need(self, field: str) -> object:
        """Return a field, whatever it is."""
        if field not in self.fields:
            raise ProblemError(f"{self.name}: {field} is missing")
        return self.fields[field]

    def text(self, field: str) -> str:
        """Return a text."""
        value = self.need(field)
        if not isinstance(value, str):
            raise ProblemError(f"{self.name}: {field} is not a text")
        return value

    def members(self, field: str) -> dict[str, object]:
        """Return the fields of an object within this one."""
        return type(self).of(f"{self.name}: {field}", self.need(field)).fields

    def items(self, field: str) -> list[object]:
        """Return a list."""
        value = self.need(field)
        if not isinstance(value, list):
            raise ProblemError(f"{self.name}: {field} is not a list")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.items(field)
        texts = tuple(value for value in values if isinstance(value, str))
        if len(texts) < len(values):
            raise ProblemError(f"{self.name}: {field} holds something that is not a text")
        return texts

    def whole(self, field: str) -> int:
        """Return a whole number; true and 1.0 are none."""
        value = self.need(field)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ProblemError(f"{self.name}: {field} is not a whole number")
        return value

    def flag(self, field: str) -> bool:
        """Return true or false, false where the field is missing."""
        value = self.fields.get(field, False)
        if not isinstance(value, bool):
            raise ProblemError(f"{self.name}: {field} is neither true nor false")
        return value

    def lot(self, field: str) -> int | float | None:
        """Return a number, or None where the field is missing or null."""
        value = self.fields.get(field)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ProblemError(f"{self.name}: {field} is not a number")
        return value

    def number(self, field: str) -> float:
        """Return a number."""
        value = self.need(field)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ProblemError(f"{self.name}: {field} is not a number")
        return float(value)

    def day(self, field: str) -> date:
        """Return a date such as 2027-01-14."""
        text = self.text(field)
        try:
            if DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise ProblemError(f"{self.name}: {field} is {text!r}, not a date such as 2027-01-14")

    def moment(self, field: str) -> datetime:
        """Return a moment with its time zone, such as 2026-10-02T09:00:00Z, in UTC."""
        text = self.text(field)
        try:
            if MOMENT.fullmatch(text):
                return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise ProblemError(f"{self.name}: {field} is {text!r}, not a time such as 2026-10-02T09:00:00Z")
