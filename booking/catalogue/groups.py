"""Groups: one run of a programme, with its districts, venue, leaders, languages, places and dates.

`places_taken` is kept by `booking.places.placements` alone, under a CHECK: the database refuses to overbook.
"""

from __future__ import annotations

import enum
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.clock import at
from booking.base.db import Base, identity, plain, states
from booking.base.errors import NotFound
from booking.base.secrecy import new_code
from booking.catalogue.districts import Atlas
from booking.catalogue.programmes import Programme
from booking.catalogue.venues import Organiser, Venue


class GroupState(enum.Enum):
    """The life of a group."""

    HIDDEN = "hidden"  # Being set up; nobody can be placed.
    OPEN = "open"  # Takes families, and runs.
    CANCELLED = "cancelled"  # Will not be; everyone has been told.
    ENDED = "ended"  # Its last meeting has been.


class Group(Base):
    """One run of a programme. `weekday` 0 is Monday; `starts_at` is the local hour of day."""

    __tablename__ = "groups"
    __table_args__ = (
        CheckConstraint("places_taken BETWEEN 0 AND capacity", name="places"),
        CheckConstraint("minimum BETWEEN 1 AND capacity", name="minimum"),
        CheckConstraint("resident_places BETWEEN 0 AND capacity", name="hold"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("online OR venue_id IS NOT NULL", name="somewhere"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"), index=True)
    venue_id: Mapped[int | None] = plain(ForeignKey("venues.id"))
    organiser_id: Mapped[int | None] = plain(ForeignKey("organisers.id"))
    state: Mapped[GroupState] = plain(states(GroupState), default=GroupState.HIDDEN)
    first_day: Mapped[date] = plain(index=True)
    weekday: Mapped[int] = plain()
    starts_at: Mapped[time] = plain()
    minutes: Mapped[int] = plain()
    languages: Mapped[list[str]] = plain(default=lambda: ["sv"])
    interpreters: Mapped[list[str]] = plain(default=list)
    online: Mapped[bool] = plain(default=False)
    childcare: Mapped[bool] = plain(default=False)
    capacity: Mapped[int] = plain()
    minimum: Mapped[int] = plain()
    places_taken: Mapped[int] = plain(default=0)
    resident_places: Mapped[int] = plain(default=0)
    hold_until: Mapped[date | None] = plain()
    decide_on: Mapped[date | None] = plain()
    whole_city: Mapped[bool] = plain(default=False)
    touched_at: Mapped[datetime | None] = plain()
    created_at: Mapped[datetime] = plain()
    version: Mapped[int] = plain(default=1)
    programme: Mapped[Programme] = relationship(lazy="joined")
    venue: Mapped[Venue | None] = relationship(lazy="joined")
    organiser: Mapped[Organiser | None] = relationship(lazy="joined")
    districts: Mapped[list[GroupDistrict]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    leaders: Mapped[list[GroupLeader]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    @property
    def free(self) -> int:
        """Places neither taken nor on offer."""
        return self.capacity - self.places_taken

    @property
    def begins_at(self) -> datetime:
        """When the first meeting begins."""
        return at(self.first_day, self.starts_at)

    @property
    def step_free(self) -> bool:
        """True when nobody needs to climb a step, at home or at the venue."""
        return self.online or (self.venue is not None and self.venue.step_free)

    def is_resident(self, district_id: int, atlas: Atlas) -> bool:
        """True when the group belongs to that district, alone or with others, or to the whole city."""
        return self.whole_city or any(atlas.same(held.district_id, district_id) for held in self.districts)

    def led_by(self, account_id: int) -> bool:
        """True when this account leads the group."""
        return any(leader.account_id == account_id for leader in self.leaders)

    def guest_cap(self, day: date) -> int:
        """The most places families from other districts may have on that day."""
        held = self.resident_places if self.hold_until is not None and day <= self.hold_until else 0
        return self.capacity - held


class GroupDistrict(Base):
    """A district the group belongs to."""

    __tablename__ = "group_districts"

    group_id: Mapped[int] = plain(ForeignKey("groups.id"), primary_key=True)
    district_id: Mapped[int] = plain(ForeignKey("districts.id"), primary_key=True)


class GroupLeader(Base):
    """A leader of the group."""

    __tablename__ = "group_leaders"

    group_id: Mapped[int] = plain(ForeignKey("groups.id"), primary_key=True)
    account_id: Mapped[int] = plain(ForeignKey("accounts.id"), primary_key=True)


def get_by_code(db: Session, code: str) -> Group:
    """The group with this public code. Raises NotFound."""
    found = db.scalars(select(Group).where(Group.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_coming(db: Session, *, today: date, programme_id: int | None = None) -> list[Group]:
    """Open groups that have not begun, soonest first."""
    query = select(Group).where(Group.state == GroupState.OPEN, Group.first_day > today)
    if programme_id is not None:
        query = query.where(Group.programme_id == programme_id)
    return list(db.scalars(query.order_by(Group.first_day, Group.id)))


def list_led(db: Session, account_id: int) -> list[Group]:
    """The groups this account leads, whatever their state, soonest first."""
    query = select(Group).join(GroupLeader).where(GroupLeader.account_id == account_id)
    return list(db.scalars(query.order_by(Group.first_day, Group.id)))


def lock(db: Session, group_ids: list[int]) -> dict[int, Group]:
    """Lock these groups, in order of id so that nobody waits in a circle, and read them afresh."""
    query: Any = select(Group).where(Group.id.in_(group_ids)).order_by(Group.id)
    query = query.with_for_update(of=Group).execution_options(populate_existing=True)
    return {group.id: group for group in db.scalars(query)}
