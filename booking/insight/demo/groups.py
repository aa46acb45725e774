"""A term of groups whose dates follow `now`: some have ended, some run, some begin in two to six weeks.

Which district runs what follows the city's mapping of 2018 where it names it. Farsta, which named nothing, has two
groups so that the demo has a queue to show.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import at, today
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupDistrict, GroupLeader, GroupState
from booking.catalogue.programmes import Programme
from booking.catalogue.sessions import ClosedPeriod
from booking.insight.demo import files
from booking.insight.demo.town import Town
from booking.records import audit
from booking.records.policies import Policy

WEEK = timedelta(days=7)
LONGEST_SEARCH = 80
LONGEST_PAUSE = timedelta(days=42)
SET_UP_BEFORE = timedelta(days=150)
EVERYWHERE, TODAY = "*", "today"


def build(db: Session, town: Town) -> None:
    """Make every group of the file with its meetings."""
    closed = sessions.list_closed(db)
    for row in files.rows("groups.csv"):
        town.groups[row["key"]] = _group(db, town, row, closed)


def _group(db: Session, town: Town, row: files.Row, closed: Sequence[ClosedPeriod]) -> Group:
    programme, begins = town.programmes[row["programme"]], time.fromisoformat(row["hour"])
    first = _first_day(town, row, programme, closed)
    made = Group(programme=programme, state=GroupState.OPEN, first_day=first, weekday=first.weekday())
    made.starts_at, made.minutes = begins, programme.session_minutes
    made.capacity, made.minimum = int(row["capacity"]), int(row["minimum"])
    made.languages, made.interpreters = row["languages"].split(), row["interpreters"].split()
    made.childcare = row["childcare"] == "1"
    made.leaders = [GroupLeader(account_id=town.accounts[key].id) for key in row["leaders"].split()]
    made.created_at = at(first, begins) - SET_UP_BEFORE
    _place(made, row, town)
    _hold(made, row, town)
    db.add(made)
    db.flush()
    sessions.lay_out(db, made)
    made.decide_on = made.first_day - timedelta(days=Policy().decision_days_before)
    audit.note(db, "group opened", made, now=made.created_at, by=town.accounts["greta"].actor)
    return made


def _place(group: Group, row: files.Row, town: Town) -> None:
    """Where it meets, where it belongs and who runs it; without a venue it meets online."""
    homes = [] if row["districts"] == EVERYWHERE else row["districts"].split()
    group.whole_city, group.online = not homes, not row["venue"]
    group.districts = [GroupDistrict(district_id=town.districts[code].id) for code in homes]
    group.venue = town.venues[row["venue"]] if row["venue"] else None
    group.organiser = town.organisers[row["organiser"] or homes[0]] if homes or row["organiser"] else None


def _hold(group: Group, row: files.Row, town: Town) -> None:
    """Places held for the group's own districts, for so many weeks from now."""
    if row["hold"]:
        places, weeks = map(int, row["hold"].split())
        group.resident_places, group.hold_until = places, town.day + weeks * WEEK


def _first_day(town: Town, row: files.Row, programme: Programme, closed: Sequence[ClosedPeriod]) -> date:
    if row["weekday"] == TODAY:
        return _meets_on(_next_open(town, row, programme, closed), int(row["met"]), programme, closed)
    monday = town.day - timedelta(days=town.day.weekday())
    wanted = monday + timedelta(days=int(row["weekday"]))
    if row["starts"]:
        return wanted + int(row["starts"]) * WEEK
    return _has_met(town.day, wanted, int(row["met"]), programme, closed)


def _next_open(town: Town, row: files.Row, programme: Programme, closed: Sequence[ClosedPeriod]) -> date:
    """Today when the meeting of today is not over and no holiday stands in its way, else the first day that can be."""
    ends = at(town.day, time.fromisoformat(row["hour"])) + timedelta(minutes=programme.session_minutes)
    day = town.day if town.now < ends else town.day + timedelta(days=1)
    return sessions.timetable(day, 1, 1, closed)[0]


def _meets_on(day: date, met: int, programme: Programme, closed: Sequence[ClosedPeriod]) -> date:
    """The first day of a group that meets on `day` after it has met so many times; holidays may cost it some."""
    options = [_days(day - weeks * WEEK, programme, closed) for weeks in range(LONGEST_SEARCH)]
    meeting = [days for days in options if day in days]
    whole = [days for days in meeting if not _pauses(days)]
    for choice, count in itertools.product((whole, meeting), range(met, 0, -1)):
        for days in choice:
            if days.index(day) == count:
                return days[0]
    return day


def _has_met(now: date, wanted: date, met: int, programme: Programme, closed: Sequence[ClosedPeriod]) -> date:
    """The latest first day of a group that has met so many times before today and, if it can, has not been torn apart.

    After a long holiday a group that goes on has met fewer times; in the middle of one, it goes on afterwards.
    """
    options = [_days(wanted - weeks * WEEK, programme, closed) for weeks in range(LONGEST_SEARCH)]
    whole = [days for days in options if not _pauses(days)]
    for count in range(met, 0, -1):
        for days in whole:
            ended = days[-1] < now
            if days[count - 1] < now and ended == (met == programme.sessions):
                return days[0]
    return next(days[0] for days in options if days[met - 1] < now)


def _days(first: date, programme: Programme, closed: Sequence[ClosedPeriod]) -> list[date]:
    return sessions.timetable(first, programme.sessions, programme.days_between, closed)


def _pauses(days: Sequence[date]) -> bool:
    """True when a long holiday lies between two of the meetings."""
    return any(later - earlier > LONGEST_PAUSE for earlier, later in itertools.pairwise(days))


def has_begun(group: Group, town: Town) -> bool:
    """True from its first day on."""
    return group.first_day <= today(town.now)
