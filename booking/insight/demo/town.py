"""What the building of the demo city carries from one step to the next: the instant, the dice, and what is made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from booking.base.clock import at, today
from booking.catalogue.districts import Atlas, District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.catalogue.venues import Organiser, Venue
from booking.people.registrations import Registration
from booking.records.accounts import Account

SEED = 2018


def _dice() -> random.Random:
    return random.Random(SEED)  # noqa: S311  Invented data that must come out the same each time; nothing secret.


@dataclass
class Town:
    """The demo city while it is built.

    Keys are codes of districts and programmes, names of venues, keys of files.

    `weakest` is since when the last family placed in a group had waited, by the group's id and whether it lived there:
    whoever waits for that group now has waited less.
    """

    now: datetime
    dice: random.Random = field(default_factory=_dice)
    atlas: Atlas = field(default_factory=lambda: Atlas({}, {}))
    districts: dict[str, District] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)
    organisers: dict[str, Organiser] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    registrations: list[Registration] = field(default_factory=list)
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    weakest: dict[tuple[int, bool], datetime] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The city's date."""
        return today(self.now)

    def ago(self, *, days: int, hour: int = 10) -> datetime:
        """An hour of a day before today."""
        return at(self.day - timedelta(days=days), time(hour))
