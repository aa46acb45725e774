"""The sizes that are measured, and problem files of them.

    python -m benchmarks.towns 10k-lean town.json [--flexible 0.25] [--seed 1]

"lean" has a third of the families, so that minimum sizes bite. From 100k on a town is a country: many
cities, between which nobody travels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from benchmarks.cities import City, draw_groups, family_rows, group_rows
from booking.allocation.files import FORMAT
from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow


@dataclass(frozen=True)
class Size:
    """Families and groups in so many cities, each of so many districts."""

    families: int
    groups: int
    cities: int
    districts: int


SIZES = {
    "100": Size(100, 8, 1, 3),
    "1k": Size(1_000, 50, 1, 6),
    "1k-lean": Size(333, 50, 1, 6),
    "10k": Size(10_000, 500, 1, 14),
    "10k-lean": Size(3_333, 500, 1, 14),
    "100k": Size(100_000, 5_000, 18, 14),
    "100k-lean": Size(33_333, 5_000, 18, 14),
    "1m": Size(1_000_000, 50_000, 180, 14),
    "1m-lean": Size(333_333, 50_000, 180, 14),
}


@dataclass(frozen=True)
class Town:
    """A problem of one size; rows are drawn city by city when asked for, the same every time."""

    size: Size
    flexible: float = 0.25
    seed: int = 1

    def cities(self) -> list[City]:
        """Return the cities, the first ones the largest."""
        weights = [1 / (number + 6) for number in range(self.size.cities)]
        families, groups = _shares(self.size.families, weights), _shares(self.size.groups, weights)
        return [
            City(number, self.size.districts, groups[number], families[number], self.seed, self.flexible)
            for number in range(self.size.cities)
        ]

    def groups(self) -> Iterator[GroupRow]:
        """Yield every group."""
        for city, (_, first) in zip(self.cities(), self._firsts(), strict=True):
            yield from group_rows(city, draw_groups(city), first)

    def families(self) -> Iterator[FamilyRow]:
        """Yield every family."""
        for city, (first, first_group) in zip(self.cities(), self._firsts(), strict=True):
            yield from family_rows(city, draw_groups(city), first, first_group)

    def _firsts(self) -> list[tuple[int, int]]:
        cities = self.cities()
        families = accumulate((city.families for city in cities[:-1]), initial=0)
        groups = accumulate((city.groups for city in cities[:-1]), initial=0)
        return list(zip(families, groups, strict=True))

    def problem(self) -> Problem:
        """Return the town as a problem."""
        return Problem.build(self.groups(), self.families(), self.seed)

    def write(self, path: Path) -> None:
        """Write the town as a problem file, a record a line."""
        with path.open("w", encoding="utf-8") as file:
            file.write(f'{{"format": "{FORMAT}", "seed": {self.seed},\n "groups": [')
            file.writelines(_lines(map(_group, self.groups())))
            file.write('],\n "families": [')
            file.writelines(_lines(map(_family, self.families())))
            file.write("]}\n")


def town(size: str, *, flexible: float = 0.25, seed: int = 1) -> Town:
    """Return the town of a size's name, such as "10k-lean"."""
    return Town(SIZES[size], flexible, seed)


def _shares(whole: int, weights: list[float]) -> list[int]:
    """Split a number by weights, without a rest."""
    ends = [round(whole * part / sum(weights)) for part in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _lines(records: Iterator[dict[str, object]]) -> Iterator[str]:
    comma = "\n"
    for record in records:
        yield comma + json.dumps(record, ensure_ascii=False)
        comma = ",\n"


def _group(row: GroupRow) -> dict[str, object]:
    return {**row._asdict(), "start": row.start.isoformat()}


def _family(row: FamilyRow) -> dict[str, object]:
    record = {**row._asdict(), "waiting_since": row.waiting_since.strftime("%Y-%m-%dT%H:%M:%SZ")}
    del record["lot"]
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up town as a problem file.")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("path", type=Path)
    parser.add_argument("--flexible", type=float, default=0.25, help="share of families that ticked flexible")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    town(given.size, flexible=given.flexible, seed=given.seed).write(given.path)


if __name__ == "__main__":
    main()
