"""The records an allocation starts from: one row per group, one per registration.

Rule: a wrong record is refused by name, in one sentence, before anything is computed.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import NamedTuple

EVERYWHERE = "*"
"""The district that stands for the whole city."""

LARGEST_NUMBER = 1_000_000_000
"""Counts above this are typing errors; they would not fit the columns either."""


class ProblemError(ValueError):
    """The problem cannot be read or makes no sense; the message is one line that names the record."""


class GroupRow(NamedTuple):
    """A group that may take families; counts are persons.

    `confirmed` are those already placed or holding an offer; `guest_places` is how many more persons
    from other districts may be placed now; `districts` is ``("*",)`` for the whole city.
    """

    id: str
    programme: str
    districts: tuple[str, ...]
    start: date
    capacity: int
    confirmed: int
    minimum: int
    guest_places: int


class FamilyRow(NamedTuple):
    """A registration: one family asking for one programme.

    `waiting_since` is aware; `choices` are ids of eligible groups, best first; `lot` settles ties
    (lowest first) and is drawn from the seed and the id where it is not given.
    """

    id: str
    programme: str
    district: str
    waiting_since: datetime
    size: int
    choices: tuple[str, ...]
    flexible: bool = False
    cancelled: bool = False
    lot: int | float | None = None


def check_group(group: GroupRow) -> None:
    """Raise `ProblemError` for a group that is wrong in itself."""
    name = f"group {group.id!r}"
    _check_names(name, group.id, group.programme, *group.districts)
    if not group.districts:
        raise ProblemError(f"{name}: belongs to no district")
    if len(set(group.districts)) != len(group.districts):
        raise ProblemError(f"{name}: a district is named twice")
    if EVERYWHERE in group.districts and len(group.districts) > 1:
        raise ProblemError(f'{name}: "*" is the whole city and stands alone')
    for field in ("capacity", "confirmed", "minimum", "guest_places"):
        _check_count(name, field, getattr(group, field))


def check_family(family: FamilyRow) -> None:
    """Raise `ProblemError` for a family that is wrong in itself."""
    name = f"family {family.id!r}"
    _check_names(name, family.id, family.programme, family.district, *family.choices)
    if family.size not in (1, 2):
        raise ProblemError(f"{name}: size is {family.size}, not 1 or 2")
    if family.waiting_since.utcoffset() is None:
        raise ProblemError(f"{name}: waiting_since has no time zone")
    if isinstance(family.lot, float) and not math.isfinite(family.lot):
        raise ProblemError(f"{name}: lot is {family.lot}, not a number")
    if len(set(family.choices)) != len(family.choices):
        raise ProblemError(f"{name}: a group is chosen twice")


def _check_names(name: str, *values: str) -> None:
    if not all(values):
        raise ProblemError(f"{name}: an id, a programme or a district is empty")


def _check_count(name: str, field: str, value: int) -> None:
    if value < 0:
        raise ProblemError(f"{name}: {field} is negative ({value})")
    if value > LARGEST_NUMBER:
        raise ProblemError(f"{name}: {field} is too large ({value})")
