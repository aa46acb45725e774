"""The follow-up list behind the leader's page, and the coordinator's alarm when a family stays away twice in a row."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, follow_ups
from booking.course.attendance import AttendanceState
from booking.course.follow_ups import ContactKind
from booking.people.registrations import Registration
from booking.places import placements
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records import alarms
from booking.records.alarms import Alarm
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.racing import at_once

# The meetings are on Tuesdays from 26 January 2027, 17.30 to 20.00.
FIRST = datetime(2027, 1, 26, 19, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)
PRESENT, ABSENT, TOLD = AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.ABSENT_TOLD

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group; the id of her placement."""
    with database.transaction() as db:
        there, wanted = db.get_one(Group, cast.abc_farsta.id), db.get_one(Registration, cast.amina.id)
        return placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM).id


def tick(database: Database, cast: Cast, placement: int, *states: AttendanceState) -> datetime:
    """Tick the group's first meetings, each on its evening; when the last tick was made."""
    when = FIRST
    for number, state in enumerate(states, start=1):
        when = FIRST + WEEK * (number - 1)
        with database.transaction() as db:
            query = select(GroupSession).where(GroupSession.group_id == cast.abc_farsta.id)
            session = db.scalars(query.where(GroupSession.number == number)).one()
            attendance.tick(db, session, db.get_one(Placement, placement), 1, state, now=when, by=SYSTEM)
    return when


def listed(database: Database, cast: Cast, now: datetime) -> list[list[int]]:
    """The numbers of the meetings that each family on the list missed."""
    with database.reading() as db:
        found = follow_ups.list_open(db, db.get_one(Group, cast.abc_farsta.id), now=now)
        return [[session.number for session in each.meetings] for each in found]


def note(database: Database, cast: Cast, placement: int, now: datetime) -> None:
    with database.transaction() as db:
        held = db.get_one(Placement, placement)
        absence = follow_ups.open_of(db, held, now=now)
        assert absence is not None
        day = date(now.year, now.month, now.day)
        follow_ups.note(db, held, absence.last, ContactKind.CALLED, day, now=now, by=cast.carla.actor)


def watch(database: Database, now: datetime) -> int:
    with database.reading() as db:
        changed = follow_ups.list_changed(db, now=now)
    done = 0
    for group_id in changed:
        with database.transaction() as db:
            done += follow_ups.watch(db, db.get_one(Group, group_id), now=now)
    return done


def standing(database: Database) -> list[int | None]:
    with database.reading() as db:
        return [alarm.district_id for alarm in alarms.list_open(db, None)]


def test_who_stayed_away_stands_on_the_list_until_a_contact_is_noted(
    database: Database, cast: Cast, amina: int
) -> None:
    when = tick(database, cast, amina, ABSENT)
    assert listed(database, cast, when) == [[1]]
    note(database, cast, amina, when + timedelta(days=1))
    assert listed(database, cast, when + timedelta(days=1)) == []


@one_database
def test_a_contact_covers_every_meeting_missed_before_it_and_none_after(
    database: Database, cast: Cast, amina: int
) -> None:
    second = tick(database, cast, amina, ABSENT, ABSENT)
    assert listed(database, cast, second) == [[1, 2]]
    note(database, cast, amina, second)
    third = tick(database, cast, amina, ABSENT, ABSENT, ABSENT)
    assert listed(database, cast, third) == [[3]]


@one_database
@pytest.mark.parametrize("state", [PRESENT, TOLD])
def test_a_corrected_tick_takes_the_family_off(
    database: Database, cast: Cast, amina: int, state: AttendanceState
) -> None:
    tick(database, cast, amina, ABSENT)
    assert listed(database, cast, tick(database, cast, amina, state)) == []


@one_database
def test_who_has_left_the_group_does_not_stand_there(database: Database, cast: Cast, amina: int) -> None:
    when = tick(database, cast, amina, ABSENT)
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina), PlacementState.LEFT, now=when, by=SYSTEM)
    assert listed(database, cast, when) == []


@pytest.mark.parametrize(
    ("states", "raised"),
    [
        ([ABSENT, ABSENT], True),
        ([PRESENT, ABSENT, ABSENT], True),
        ([ABSENT], False),
        ([ABSENT, PRESENT, ABSENT], False),
        ([ABSENT, TOLD, ABSENT], False),
        ([ABSENT, ABSENT, PRESENT], False),
    ],
)
def test_the_coordinator_sees_who_stayed_away_twice_in_a_row(
    database: Database, cast: Cast, amina: int, states: list[AttendanceState], raised: bool
) -> None:
    when = tick(database, cast, amina, *states) + timedelta(hours=1)
    assert watch(database, when) == int(raised)
    assert standing(database) == [cast.farsta.id] * raised
    assert watch(database, when + timedelta(minutes=5)) == 0


@one_database
def test_it_is_raised_an_hour_after_the_meeting_so_that_a_tick_can_be_corrected(
    database: Database, cast: Cast, amina: int
) -> None:
    when = tick(database, cast, amina, ABSENT, ABSENT)
    assert watch(database, when) == 0
    assert watch(database, when + timedelta(minutes=55)) == 1


def test_a_noted_contact_ends_the_alarm_and_a_third_time_raises_it_anew(
    database: Database, cast: Cast, amina: int
) -> None:
    when = tick(database, cast, amina, ABSENT, ABSENT) + timedelta(hours=1)
    watch(database, when)
    note(database, cast, amina, when)
    assert standing(database) == []
    third = tick(database, cast, amina, ABSENT, ABSENT, ABSENT) + timedelta(hours=1)
    assert watch(database, third) == 1


@one_database
def test_an_alarm_that_staff_have_seen_to_is_not_raised_again_for_the_same_meetings(
    database: Database, cast: Cast, amina: int
) -> None:
    when = tick(database, cast, amina, ABSENT, ABSENT) + timedelta(hours=1)
    watch(database, when)
    with database.transaction() as db:
        alarms.see_to(db, db.scalars(select(Alarm)).one(), now=when, by=cast.eva.actor)
    assert watch(database, when + timedelta(hours=1)) == 0


@one_database
def test_an_alarm_ends_when_the_family_comes_again(database: Database, cast: Cast, amina: int) -> None:
    watch(database, tick(database, cast, amina, ABSENT, ABSENT) + timedelta(hours=1))
    when = tick(database, cast, amina, ABSENT, ABSENT, PRESENT) + timedelta(hours=1)
    assert (watch(database, when), standing(database)) == (1, [])


def test_two_schedulers_at_once_raise_one_alarm(database: Database, cast: Cast, amina: int) -> None:
    when = tick(database, cast, amina, ABSENT, ABSENT) + timedelta(hours=1)
    at_once(*[lambda: watch(database, when)] * 2)
    assert standing(database) == [cast.farsta.id]
