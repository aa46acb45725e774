"""Small problems to test with: rows with sensible defaults, and random towns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow
from booking.allocation.verify import verify

MARCH = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
DISTRICTS = ("farsta", "skarpnack", "alvsjo")


def group(
    name: str = "farsta",
    *,
    capacity: int = 1,
    confirmed: int = 0,
    minimum: int = 0,
    guest_places: int | None = None,
    districts: tuple[str, ...] | None = None,
    programme: str = "abc",
) -> GroupRow:
    """Make a group named after its district, with one place, open to guests, that starts anyway."""
    homes = (name,) if districts is None else districts
    guests = capacity if guest_places is None else guest_places
    return GroupRow(name, programme, homes, date(2027, 1, 14), capacity, confirmed, minimum, guests)


def family(
    name: str,
    *choices: str,
    days: int = 0,
    district: str = "farsta",
    size: int = 1,
    flexible: bool = False,
    cancelled: bool = False,
    lot: int | None = None,
    programme: str = "abc",
) -> FamilyRow:
    """Make a family of Farsta, registered so many days after 14 March 2026."""
    since = MARCH + timedelta(days=days)
    return FamilyRow(name, programme, district, since, size, choices, flexible, cancelled, lot)


def solve(groups: list[GroupRow], families: list[FamilyRow], seed: int = 7) -> Plan:
    """Allocate, and insist that the plan breaks no rule."""
    problem = Problem.build(groups, families, seed)
    plan = allocate(problem)
    assert verify(problem, plan) == []
    return plan


Rows = tuple[list[GroupRow], list[FamilyRow]]


def towns(most_groups: int = 4, most_families: int = 9, *, lots: bool = True) -> st.SearchStrategy[Rows]:
    """Draw small towns in which most groups are wanted by more than they hold.

    A town is read off a string of bytes, which hypothesis draws and shrinks far faster than rows.
    """
    length = 2 + 5 * most_groups + 8 * most_families
    return st.binary(min_size=length, max_size=length).map(
        lambda text: _Reader(text).town(most_groups, most_families, lots=lots)
    )


class _Reader:
    """Reads a town off a string of bytes; zeros make the plainest one."""

    def __init__(self, text: bytes) -> None:
        self.bytes = iter(text)

    def upto(self, most: int) -> int:
        return next(self.bytes) % (most + 1)

    def town(self, most_groups: int, most_families: int, *, lots: bool) -> Rows:
        names = [f"g{number}" for number in range(1 + self.upto(most_groups - 1))]
        count = 1 + self.upto(most_families - 1)
        groups = [self._group(name) for name in names]
        families = [self._family(number, names) for number in range(count)]
        return groups, families if lots else [row._replace(lot=None) for row in families]

    def _group(self, name: str) -> GroupRow:
        capacity = self.upto(5)
        return group(
            name,
            capacity=capacity,
            confirmed=max(0, self.upto(4) - 2),
            minimum=self.upto(4),
            guest_places=self.upto(capacity),
            districts=(("farsta",), ("skarpnack",), ("alvsjo", "farsta"), ("*",))[self.upto(3)],
        )

    def _family(self, number: int, groups: list[str]) -> FamilyRow:
        liked = [groups[(self.upto(250) + turn) % len(groups)] for turn in range(3)]
        return family(
            f"f{number}",
            *dict.fromkeys(liked),
            days=self.upto(4),
            district=DISTRICTS[self.upto(2)],
            size=(1, 1, 2)[self.upto(2)],
            flexible=self.upto(1) == 1,
            cancelled=self.upto(3) == 3,
            lot=number,
        )
