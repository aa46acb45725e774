"""Meetings of a group, and the timetable that lays them out past red days and school holidays.

"Session" is a meeting here, never a database session (`db`) nor a cookie.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache

import holidays
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.clock import at
from booking.base.db import Base, identity, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.base.texts import _
from booking.catalogue.groups import Group

LONGEST_GAP = timedelta(days=400)


class SessionState(enum.Enum):
    """The life of a meeting."""

    PLANNED = "planned"  # Will be, or has been.
    CANCELLED = "cancelled"  # Was called off.


class GroupSession(Base):
    """One meeting. `version` rises at each change; the calendar's SEQUENCE is made of it."""

    __tablename__ = "group_sessions"
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint("ends_at > starts_at", name="order"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    group_id: Mapped[int] = plain(ForeignKey("groups.id"), index=True)
    number: Mapped[int] = plain()
    starts_at: Mapped[datetime] = plain(index=True)
    ends_at: Mapped[datetime] = plain()
    state: Mapped[SessionState] = plain(states(SessionState), default=SessionState.PLANNED)
    version: Mapped[int] = plain(default=1)
    group: Mapped[Group] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ClosedPeriod(Base):
    """Days without meetings that the city decides itself, such as a school holiday; both ends included."""

    __tablename__ = "closed_periods"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="order"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    name: Mapped[str] = plain(String(80))
    first_day: Mapped[date] = plain()
    last_day: Mapped[date] = plain()
    assumed: Mapped[bool] = plain(default=False)


class Refused(_Refused):
    """The meetings could not be laid out."""


def is_red(day: date) -> bool:
    """True on Swedish public holidays and on the eves when everything is closed; ordinary Sundays do not count."""
    eves = {(12, 24), (12, 31)}
    midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return (day.month, day.day) in eves or midsummer_eve or day in _red_days(day.year)


@cache
def _red_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False))


def timetable(first: date, count: int, days_between: int, closed: Sequence[ClosedPeriod]) -> list[date]:
    """The days of `count` meetings from the first possible day on, ascending.

    A day that is red or closed is passed over, and everything after it moves along. A rhythm in whole weeks keeps its
    weekday and moves by one week at a time, so that a holiday never costs a group that meets every other week two;
    any other rhythm (days_between not a multiple of 7) moves by its own step.
    """
    if days_between < 1:
        raise ValueError("days_between must be at least 1")
    days: list[date] = []
    day = first
    while len(days) < count:
        days.append(_open_day(day, 7 if days_between % 7 == 0 else days_between, closed))
        day = days[-1] + timedelta(days=days_between)
    return days


def _open_day(wanted: date, step: int, closed: Sequence[ClosedPeriod]) -> date:
    day = wanted
    while is_red(day) or any(period.first_day <= day <= period.last_day for period in closed):
        day += timedelta(days=step)
        if day - wanted > LONGEST_GAP:
            raise Refused(
                _("Det finns ingen dag som passar på över ett år. Se över lov och stängda dagar."), code="closed"
            )
    return day


def list_closed(db: Session) -> list[ClosedPeriod]:
    """All closed periods, by date."""
    return list(db.scalars(select(ClosedPeriod).order_by(ClosedPeriod.first_day)))


def lay_out(db: Session, group: Group) -> list[GroupSession]:
    """Make the group's meetings from its first day, hour and programme, and set its first day to the true first."""
    programme = group.programme
    days = timetable(group.first_day, programme.sessions, programme.days_between, list_closed(db))
    made = []
    for number, day in enumerate(days, start=1):
        starts = at(day, group.starts_at)
        made.append(
            GroupSession(
                group_id=group.id, number=number, starts_at=starts, ends_at=starts + timedelta(minutes=group.minutes)
            )
        )
    db.add_all(made)
    group.first_day = days[0]
    db.flush()
    return made


def list_of(db: Session, group_id: int) -> list[GroupSession]:
    """The group's meetings in order, cancelled ones too."""
    return list(db.scalars(select(GroupSession).where(GroupSession.group_id == group_id).order_by(GroupSession.number)))


def list_of_all(db: Session, group_ids: Collection[int]) -> list[GroupSession]:
    """The meetings of several groups by time, cancelled ones too."""
    query = select(GroupSession).where(GroupSession.group_id.in_(group_ids))
    return list(db.scalars(query.order_by(GroupSession.starts_at, GroupSession.id)))


def get_by_code(db: Session, code: str) -> GroupSession:
    """The meeting with this public code. Raises NotFound."""
    found = db.scalars(select(GroupSession).where(GroupSession.code == code)).first()
    if found is None:
        raise NotFound
    return found
