"""Districts (stadsdelar), their mergers, and the minutes it takes to travel between them.

A merger writes only `successor_id` on the old district. Everything that refers to a district resolves it through
`Atlas.current`, so history stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, plain
from booking.base.errors import NotFound


class District(Base):
    """A district, now or once."""

    __tablename__ = "districts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(60), unique=True)
    name: Mapped[str] = plain(String(120))
    valid_from: Mapped[date] = plain()
    valid_to: Mapped[date | None] = plain()
    successor_id: Mapped[int | None] = plain(ForeignKey("districts.id"))
    population: Mapped[int | None] = plain()
    latitude: Mapped[float | None] = plain()
    longitude: Mapped[float | None] = plain()

    def stands(self, day: date) -> bool:
        """True when the district exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class TravelTime(Base):
    """Usual minutes door to door between two districts, one way."""

    __tablename__ = "travel_times"

    from_id: Mapped[int] = plain(ForeignKey("districts.id"), primary_key=True)
    to_id: Mapped[int] = plain(ForeignKey("districts.id"), primary_key=True)
    minutes: Mapped[int] = plain()


@dataclass(frozen=True, slots=True)
class Atlas:
    """All districts and travel times, read once per unit of work: they are few and rarely change."""

    districts: dict[int, District]
    travel: dict[tuple[int, int], int]

    def current(self, district_id: int) -> District:
        """The district that answers for this one today: itself, or the last of its successors."""
        district = self.districts[district_id]
        while district.successor_id is not None:
            district = self.districts[district.successor_id]
        return district

    def same(self, one: int, other: int) -> bool:
        """True when two ids stand for the same district today."""
        return self.current(one).id == self.current(other).id

    def minutes(self, one: int, other: int) -> int | None:
        """Minutes from one district to another, 0 within one, None when nobody has said."""
        here, there = self.current(one).id, self.current(other).id
        return 0 if here == there else self.travel.get((here, there))

    def standing(self, day: date) -> list[District]:
        """The districts of that day, by name."""
        return sorted((d for d in self.districts.values() if d.stands(day)), key=lambda d: d.name)

    def nearest(self, home: int, day: date) -> list[District]:
        """The districts of that day, home first, then by travel minutes."""

        def far(district: District) -> tuple[int, str]:
            minutes = self.minutes(home, district.id)
            return (9999 if minutes is None else minutes, district.name)

        return sorted(self.standing(day), key=far)


def atlas(db: Session) -> Atlas:
    """Read all districts and travel times."""
    times = db.execute(select(TravelTime.from_id, TravelTime.to_id, TravelTime.minutes))
    return Atlas({d.id: d for d in db.scalars(select(District))}, {(a, b): minutes for a, b, minutes in times})


def get_by_code(db: Session, code: str) -> District:
    """The district with this code. Raises NotFound."""
    found = db.scalars(select(District).where(District.code == code)).first()
    if found is None:
        raise NotFound
    return found


def merge(predecessors: Iterable[District], successor: District, *, on: date) -> None:
    """From `on`, the successor answers for its predecessors; their history keeps its own names."""
    for district in predecessors:
        district.successor_id = successor.id
        district.valid_to = on - timedelta(days=1)
