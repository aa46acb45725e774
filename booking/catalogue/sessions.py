"""Meetings of a group, and the timetable that lays them out past red days and school holidays.

"Session" is a meeting here, never a database session (`db`) nor a cookie.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import holidays
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.clock import at
from booking.base.db import Base, identity, plain, states
from booking.base.secrecy import new_code
from booking.catalogue.groups import Group

LONGEST_GAP = timedelta(days=400)


class SessionState(enum.Enum):
    """The life of a meeting."""

    PLANNED = "planned"  # Will be, or has been.
    CANCELLED = "cancelled"  # Was called off.


class GroupSession(Base):
    """One meeting. `version` rises at each change and is the calendar's SEQUENCE."""

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


def is_red(day: date) -> bool:
    """True on Swedish public holidays and on the eves when everything is closed; ordinary Sundays do not count."""
    eves = {(12, 24), (12, 31)}
    midsummer_eve = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return (day.month, day.day) in eves or midsummer_eve or day in _red_days(day.year)


def _red_days(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("SE", years=year, include_sundays=False)


def timetable(first: date, count: int, days_between: int, closed: list[ClosedPeriod]) -> list[date]:
    """The days of `count` meetings from the first possible day on, the same weekday throughout.

    A day that is red or closed is passed over, and everything after it moves by as many days.
    """
    days: list[date] = []
    for day in _candidates(first, days_between):
        if not is_red(day) and not any(period.first_day <= day <= period.last_day for period in closed):
            days.append(day)
        if len(days) == count:
            break
    return days


def _candidates(first: date, days_between: int) -> Iterator[date]:
    day = first
    while day - first < LONGEST_GAP:
        yield day
        day += timedelta(days=days_between)


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
