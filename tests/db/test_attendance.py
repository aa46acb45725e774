"""Attendance: said beforehand by the family, ticked and corrected by the leader."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import Attendance, AttendanceState, Row
from booking.people.registrations import Registration
from booking.places import placements
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records.audit import SYSTEM, Actor, AuditEntry, AuditValue
from tests.cast import NOW, Cast, registration

FIRST_MEETING = datetime(2027, 1, 26, 16, 30, tzinfo=UTC)
DOORWAY = FIRST_MEETING - timedelta(minutes=10)
CARLA = Actor("account", 1)


@pytest.fixture
def amina_comes(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group; the id of her placement."""
    return place(database, cast.amina, cast.abc_farsta)


def place(database: Database, who: Registration, where: Group, *, now: datetime = NOW) -> int:
    with database.transaction() as db:
        way = Way(Source.STAFF, override="test")
        wanted, group = db.get_one(Registration, who.id), db.get_one(Group, where.id)
        return placements.take(db, wanted, group, way, now=now, by=SYSTEM).id


def meeting(database: Database, group: Group, number: int = 1) -> int:
    with database.reading() as db:
        return sessions.list_of(db, group.id)[number - 1].id


def say_away(database: Database, session_id: int, placement_id: int, *, now: datetime = NOW) -> None:
    with database.transaction() as db:
        session, placement = db.get_one(GroupSession, session_id), db.get_one(Placement, placement_id)
        attendance.say_away(db, session, placement, now=now, by=SYSTEM)


def take_back(database: Database, session_id: int, placement_id: int, *, now: datetime = NOW) -> None:
    with database.transaction() as db:
        session, placement = db.get_one(GroupSession, session_id), db.get_one(Placement, placement_id)
        attendance.take_back_away(db, session, placement, now=now, by=SYSTEM)


def tick(
    database: Database,
    session_id: int,
    placement_id: int,
    state: AttendanceState | None,
    *,
    seat: int = 1,
    now: datetime = DOORWAY,
) -> None:
    with database.transaction() as db:
        session, placement = db.get_one(GroupSession, session_id), db.get_one(Placement, placement_id)
        attendance.tick(db, session, placement, seat, state, now=now, by=CARLA)


def states_of(database: Database, session_id: int) -> list[AttendanceState]:
    with database.reading() as db:
        return [row.state for row in attendance.list_noted(db, [session_id])]


def rows_of(database: Database, session_id: int) -> list[Row]:
    with database.reading() as db:
        return attendance.sheet(db, db.get_one(GroupSession, session_id))


def test_a_family_that_cannot_come_is_expected_away(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, amina_comes)
    assert states_of(database, first) == [AttendanceState.EXPECTED_AWAY]


def test_both_of_a_pair_are_expected_away(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta = db.merge(cast.farsta)
        abc = db.merge(cast.abc)
        pair = registration(db, "Cilla Demo", farsta, abc, [farsta], cast.amina.waiting_since, adults=2)
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, place(database, pair, cast.abc_farsta))
    assert states_of(database, first) == [AttendanceState.EXPECTED_AWAY, AttendanceState.EXPECTED_AWAY]


def test_saying_it_twice_changes_nothing(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, amina_comes)
    say_away(database, first, amina_comes)
    assert states_of(database, first) == [AttendanceState.EXPECTED_AWAY]


def test_a_family_may_change_its_mind_until_the_meeting_begins(
    database: Database, cast: Cast, amina_comes: int
) -> None:
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, amina_comes)
    take_back(database, first, amina_comes, now=DOORWAY)
    assert states_of(database, first) == []
    with pytest.raises(attendance.Refused) as refusal:
        say_away(database, first, amina_comes, now=FIRST_MEETING)
    assert refusal.value.code == "begun"


def test_nobody_says_that_they_cannot_come_to_a_cancelled_meeting(
    database: Database, cast: Cast, amina_comes: int
) -> None:
    first = meeting(database, cast.abc_farsta)
    with database.transaction() as db:
        db.get_one(GroupSession, first).state = SessionState.CANCELLED
    with pytest.raises(attendance.Refused) as refusal:
        say_away(database, first, amina_comes)
    assert refusal.value.code == "cancelled"


def test_a_family_says_nothing_about_another_groups_meeting(database: Database, cast: Cast, amina_comes: int) -> None:
    with pytest.raises(attendance.Refused) as refusal:
        say_away(database, meeting(database, cast.abc_skarpnack), amina_comes)
    assert refusal.value.code == "no_place"


def test_a_family_that_has_left_cannot_be_ticked(database: Database, cast: Cast, amina_comes: int) -> None:
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina_comes), PlacementState.LEFT, now=NOW, by=SYSTEM)
    with pytest.raises(attendance.Refused) as refusal:
        tick(database, meeting(database, cast.abc_farsta), amina_comes, AttendanceState.PRESENT)
    assert refusal.value.code == "no_place"


def test_a_meeting_is_ticked_from_twelve_hours_before(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    opens = FIRST_MEETING - timedelta(hours=12)
    with pytest.raises(attendance.Refused) as refusal:
        tick(database, first, amina_comes, AttendanceState.PRESENT, now=opens - timedelta(seconds=1))
    assert refusal.value.code == "early"
    tick(database, first, amina_comes, AttendanceState.PRESENT, now=opens)
    assert states_of(database, first) == [AttendanceState.PRESENT]


def test_a_tick_can_be_corrected_long_after(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    tick(database, first, amina_comes, AttendanceState.ABSENT)
    tick(database, first, amina_comes, AttendanceState.LATE, now=DOORWAY + timedelta(days=9))
    assert states_of(database, first) == [AttendanceState.LATE]


def test_every_tick_stands_in_the_audit_log_with_what_was_before(
    database: Database, cast: Cast, amina_comes: int
) -> None:
    first = meeting(database, cast.abc_farsta)
    for state in (AttendanceState.ABSENT, AttendanceState.LATE, None):
        tick(database, first, amina_comes, state)
    with database.reading() as db:
        query = select(AuditValue).join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
        kept = db.scalars(query.where(AuditEntry.thing == "attendance").order_by(AuditEntry.id))
        assert [(value.before, value.after) for value in kept] == [(None, "absent"), ("absent", "late"), ("late", None)]


def test_ticking_the_same_again_is_not_a_change(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    tick(database, first, amina_comes, AttendanceState.PRESENT)
    tick(database, first, amina_comes, AttendanceState.PRESENT, now=DOORWAY + timedelta(hours=1))
    with database.reading() as db:
        assert [row.noted_at for row in attendance.list_noted(db, [first])] == [DOORWAY]


def test_taking_a_tick_away_brings_back_what_the_family_said(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, amina_comes)
    tick(database, first, amina_comes, AttendanceState.PRESENT)
    tick(database, first, amina_comes, None)
    assert states_of(database, first) == [AttendanceState.EXPECTED_AWAY]


def test_only_people_of_the_family_are_ticked(database: Database, cast: Cast, amina_comes: int) -> None:
    with pytest.raises(attendance.Refused):
        tick(database, meeting(database, cast.abc_farsta), amina_comes, AttendanceState.PRESENT, seat=2)


def test_the_sheet_has_the_names_and_how_to_reach_them(database: Database, cast: Cast, amina_comes: int) -> None:
    row = rows_of(database, meeting(database, cast.abc_farsta))[0]
    assert [person.name for person in row.persons] == ["Amina Demo"]
    assert [(contact.mobile, contact.email) for contact in row.contacts] == [(None, cast.amina.carers[0].email)]


def test_a_pair_with_one_registered_adult_is_still_two_to_tick(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta, komet = db.merge(cast.farsta), db.merge(cast.abc)
        pair = registration(db, "Cilla Demo", farsta, komet, [farsta], cast.amina.waiting_since, adults=2)
    place(database, pair, cast.abc_farsta)
    row = rows_of(database, meeting(database, cast.abc_farsta))[0]
    assert [person.name for person in row.persons] == ["Cilla Demo", None]


def test_a_protected_family_has_neither_name_nor_contact_on_the_sheet(
    database: Database, cast: Cast, amina_comes: int
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).family.protected = True
    row = rows_of(database, meeting(database, cast.abc_farsta))[0]
    assert (row.name, row.contacts) == (None, ())


def test_whoever_took_the_place_after_the_last_meeting_is_new(database: Database, cast: Cast, amina_comes: int) -> None:
    place(database, cast.ben, cast.abc_farsta, now=FIRST_MEETING + timedelta(days=1))
    assert [row.is_new for row in rows_of(database, meeting(database, cast.abc_farsta, 1))] == [False, False]
    assert [row.is_new for row in rows_of(database, meeting(database, cast.abc_farsta, 2))] == [False, True]


def test_a_sheet_is_complete_when_everyone_is_ticked_or_has_said_so(
    database: Database, cast: Cast, amina_comes: int
) -> None:
    ben = place(database, cast.ben, cast.abc_farsta)
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, ben)
    with database.reading() as db:
        assert not attendance.is_complete(db, db.get_one(GroupSession, first))
    tick(database, first, amina_comes, AttendanceState.PRESENT)
    with database.reading() as db:
        assert attendance.is_complete(db, db.get_one(GroupSession, first))


def test_each_person_at_each_meeting_has_one_row(database: Database, cast: Cast, amina_comes: int) -> None:
    first = meeting(database, cast.abc_farsta)
    say_away(database, first, amina_comes)
    tick(database, first, amina_comes, AttendanceState.ABSENT_TOLD)
    with database.reading() as db:
        assert len(list(db.scalars(select(Attendance)))) == 1
