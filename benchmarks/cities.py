"""Cities made of nothing but a seed: districts with travel between them, groups, and families who wait.

Rule: the same seed gives the same city on every machine. What is imitated: some districts queue and others
struggle to fill a group, a district seldom runs every programme, families come in bursts after a letter to
all, most have one or two evenings that work, and some would travel to the next district or further.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PROGRAMMES = ("abc", "komet-3-11", "komet-12-18", "fos", "tonar")
WANTED = np.array([0.38, 0.24, 0.14, 0.14, 0.10])
LANGUAGES = np.array([0.88, 0.06, 0.04, 0.02])
EVENINGS = 5
MOST_CHOICES = 9


@dataclass(frozen=True)
class City:
    """How large one city is and what is drawn for it; shares are 0 to 1."""

    number: int
    districts: int
    groups: int
    families: int
    seed: int
    flexible: float = 0.25
    pairs: float = 0.35
    confirmed: float = 0.3
    cancelled: float = 0.03

    def dice(self, what: int) -> np.random.Generator:
        """Return dice for one purpose; what is drawn for another does not move them."""
        return np.random.default_rng([self.seed, self.number, what])

    def district(self, number: int) -> str:
        """Return a district's name."""
        return f"d{self.number}-{number}"

    def travel(self) -> Reals:
        """Return minutes between districts (d, d), nothing within one; they lie about a ring of six."""
        dice = self.dice(1)
        angle = np.arange(self.districts) * (2 * np.pi / 6) + dice.normal(0, 0.25, self.districts)
        away = 9 * (1 + np.arange(self.districts) // 6) + dice.normal(0, 2, self.districts)
        x, y = away * np.cos(angle), away * np.sin(angle)
        minutes = 6 + 1.6 * np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
        np.fill_diagonal(minutes, 0)
        return np.asarray(minutes, dtype=np.float64)

    def everyone_flexible(self) -> City:
        """Return the same city in which every family lets us choose the order."""
        return replace(self, flexible=1.0)


@dataclass(frozen=True)
class Groups:
    """The groups of a city as columns; `district` is where they meet, `second` a partner's (or -1)."""

    programme: Numbers
    district: Numbers
    second: Numbers
    whole_city: Flags
    evening: Numbers
    language: Numbers
    day: Numbers
    capacity: Numbers
    minimum: Numbers
    confirmed: Numbers
    guest_places: Numbers


def draw_groups(city: City) -> Groups:
    """Draw the groups of a city: more of a programme where leaders for it happen to be."""
    dice, m = city.dice(2), city.groups
    runs = dice.lognormal(0, 0.7, (len(PROGRAMMES), city.districts)) * WANTED[:, None]
    runs[dice.random(runs.shape) < 0.2] *= 0.1
    place = dice.choice(runs.size, m, p=(runs / runs.sum()).ravel())
    programme, district = np.divmod(place, city.districts)
    capacity = dice.integers(8, 17, m)
    minimum = np.maximum(5, np.round(capacity * dice.uniform(0.45, 0.65, m))).astype(np.int64)
    begun = dice.random(m) < city.confirmed
    confirmed = np.where(begun, dice.integers(1, np.maximum(2, capacity * 3 // 4)), 0)
    held = dice.choice([0.0, 0.25, 0.5, 1.0], m, p=[0.5, 0.2, 0.2, 0.1])
    nearest = np.argsort(city.travel(), axis=1)[:, min(1, city.districts - 1)]
    kind = dice.random(m)
    return Groups(
        programme=programme,
        district=district,
        second=np.where((kind < 0.12) & (nearest[district] != district), nearest[district], -1),
        whole_city=kind > 0.97,
        evening=dice.integers(0, EVENINGS, m),
        language=dice.choice(len(LANGUAGES), m, p=LANGUAGES),
        day=dice.integers(7, 90, m),
        capacity=capacity,
        minimum=minimum,
        confirmed=confirmed,
        guest_places=np.round((capacity - confirmed) * (1 - held)).astype(np.int64),
    )


def group_rows(city: City, groups: Groups, first: int) -> Iterator[GroupRow]:
    """Yield a city's groups; their ids count from `first`."""
    for row in range(city.groups):
        homes = [city.district(groups.district[row])]
        if groups.second[row] >= 0:
            homes.append(city.district(groups.second[row]))
        yield GroupRow(
            id=f"g{first + row}",
            programme=f"{PROGRAMMES[groups.programme[row]]}-{city.number}",
            districts=(EVERYWHERE,) if groups.whole_city[row] else tuple(homes),
            start=date(2026, 11, 22) + timedelta(days=int(groups.day[row])),
            capacity=int(groups.capacity[row]),
            confirmed=int(groups.confirmed[row]),
            minimum=int(groups.minimum[row]),
            guest_places=int(groups.guest_places[row]),
        )


@dataclass(frozen=True)
class Families:
    """The families of a city as columns; `reach` is how many minutes they travel, `works` evenings by bit."""

    programme: Numbers
    district: Numbers
    minutes_waited: Numbers
    reach: Reals
    works: Numbers
    language: Numbers
    own_order: Flags
    pair: Flags
    flexible: Flags
    cancelled: Flags


def draw_families(city: City) -> Families:
    """Draw the families of a city; a seventh of them came in one of three bursts."""
    dice, n = city.dice(3), city.families
    wants = dice.lognormal(0, 0.5, (len(PROGRAMMES), city.districts)) * WANTED[:, None]
    programme, district = np.divmod(dice.choice(wants.size, n, p=(wants / wants.sum()).ravel()), city.districts)
    waited = dice.exponential(110 * 24 * 60, n).astype(np.int64).clip(1, 900 * 24 * 60)
    letters = dice.integers(20, 300, 3) * 24 * 60
    came = dice.random(n) < 1 / 7
    waited = np.where(came, letters[dice.integers(0, 3, n)] - 15 * dice.integers(0, 40, n), waited)
    reach = np.where(dice.random(n) < 0.2, 0.0, dice.gamma(3, 14, n))
    works = np.bitwise_or(dice.integers(1, 2**EVENINGS, n), dice.integers(0, 2**EVENINGS, n))
    return Families(
        programme=programme,
        district=district,
        minutes_waited=waited,
        reach=reach,
        works=works,
        language=dice.choice(len(LANGUAGES), n, p=LANGUAGES),
        own_order=dice.random(n) < 0.3,
        pair=dice.random(n) < city.pairs,
        flexible=city.dice(4).random(n) < city.flexible,
        cancelled=dice.random(n) < city.cancelled,
    )


def choices(city: City, groups: Groups, families: Families) -> list[list[int]]:
    """Return each family's groups, best first: home, then by minutes, or in an order of its own."""
    found: list[list[int]] = [[] for _ in range(city.families)]
    travel, dice = city.travel(), city.dice(5)
    for programme in range(len(PROGRAMMES)):
        here, rows = np.flatnonzero(groups.programme == programme), np.flatnonzero(families.programme == programme)
        for part in np.array_split(rows, len(rows) // 2000 + 1):
            _choose(found, part, here, groups, families, travel, dice)
    return found


def _choose(
    found: list[list[int]],
    rows: Numbers,
    here: Numbers,
    groups: Groups,
    families: Families,
    travel: Reals,
    dice: np.random.Generator,
) -> None:
    minutes = travel[families.district[rows]][:, groups.district[here]]
    partner = groups.second[here]
    minutes = np.where((partner >= 0) & (families.district[rows][:, None] == partner), 0.5, minutes)
    fits = (minutes <= families.reach[rows][:, None]) | (minutes <= 0.5)
    fits &= (families.works[rows][:, None] >> groups.evening[here]) & 1 == 1
    speaks = groups.language[here] == families.language[rows][:, None]
    fits &= speaks | ((groups.language[here] == 0) & (families.language[rows][:, None] % 2 == 0))
    own = families.own_order[rows][:, None] * dice.random(minutes.shape) * 60
    order = np.argsort(np.where(fits, minutes + own + groups.day[here] * 0.05, np.inf), axis=1)[:, :MOST_CHOICES]
    for row, best, count in zip(rows.tolist(), here[order].tolist(), fits.sum(axis=1).tolist(), strict=True):
        found[row] = best[:count]


def family_rows(city: City, groups: Groups, first: int, first_group: int) -> Iterator[FamilyRow]:
    """Yield a city's families; their ids count from `first`, those of its groups from `first_group`."""
    families = draw_families(city)
    chosen = choices(city, groups, families)
    for row in range(city.families):
        yield FamilyRow(
            id=f"f{first + row}",
            programme=f"{PROGRAMMES[families.programme[row]]}-{city.number}",
            district=city.district(families.district[row]),
            waiting_since=NOW - timedelta(minutes=int(families.minutes_waited[row])),
            size=2 if families.pair[row] else 1,
            choices=tuple(f"g{first_group + group}" for group in chosen[row]),
            flexible=bool(families.flexible[row]),
            cancelled=bool(families.cancelled[row]),
        )
