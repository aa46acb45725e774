"""After a no-show: a warm message the same evening, to whoever stayed away without a word and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, letters, missed
from booking.course.attendance import AttendanceState
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.wording import parts
from booking.people import families
from booking.people.families import Carer, Family
from booking.people.registrations import Registration
from booking.places import placements
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.racing import at_once

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
# The first meeting is on Tuesday 26 January 2027 from 17.30 to 20.00; the next a week later.
TICKED = datetime(2027, 1, 26, 19, 5, tzinfo=UTC)
EVENING = datetime(2027, 1, 26, 20, tzinfo=UTC)
MORNING = datetime(2027, 1, 27, 8, tzinfo=UTC)
PRESENT, LATE = AttendanceState.PRESENT, AttendanceState.LATE
ABSENT, TOLD = AttendanceState.ABSENT, AttendanceState.ABSENT_TOLD

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group and a mobile; the id of her placement."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
        there, wanted = db.get_one(Group, cast.abc_farsta.id), db.get_one(Registration, cast.amina.id)
        return placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM).id


def pair(database: Database, placement: int, cast: Cast) -> int:
    """The family comes as two, and the other has an e-mail address; the other carer's id."""
    with database.transaction() as db:
        held = db.get_one(Placement, placement)
        held.seats, held.registration.adults = 2, 2
        db.get_one(Group, cast.abc_farsta.id).places_taken = 2
        other = Carer(name="Ali Demo", family=held.registration.family)
        families.set_email(other, "ali@example.org")
        other.email_confirmed_at = NOW
        held.registration.carers = [*held.registration.carers, other]
        db.flush()
        return other.id


def session_of(db: object, cast: Cast, number: int = 1) -> GroupSession:
    query = select(GroupSession).where(GroupSession.group_id == cast.abc_farsta.id, GroupSession.number == number)
    return db.scalars(query).one()  # type: ignore[attr-defined, no-any-return]


def tick(
    database: Database, cast: Cast, placement: int, state: AttendanceState | None, *, seat: int = 1,
    number: int = 1, now: datetime = TICKED,
) -> None:  # fmt: skip
    with database.transaction() as db:
        session, held = session_of(db, cast, number), db.get_one(Placement, placement)
        attendance.tick(db, session, held, seat, state, now=now, by=SYSTEM)


def run(database: Database, now: datetime = TICKED) -> int:
    with database.transaction() as db:
        return missed.queue_due(db, now=now)


def written(database: Database) -> list[Message]:
    with database.reading() as db:
        return list(db.scalars(select(Message).where(Message.kind == "missed").order_by(Message.id)))


def composed(database: Database, now: datetime = EVENING) -> list[Letter | Dropped]:
    with database.transaction() as db:
        found = db.scalars(select(Message).where(Message.kind == "missed").order_by(Message.id)).all()
        return [COMPOSERS["missed"](db, message, now) for message in found]


def test_who_stayed_away_is_written_to_an_hour_after_the_meeting_even_though_the_night_has_begun(
    database: Database, cast: Cast, amina: int
) -> None:
    tick(database, cast, amina, ABSENT)
    assert run(database) == 1
    (message,) = written(database)
    assert (message.not_before, message.not_after) == (EVENING, EVENING + timedelta(minutes=15))
    assert (message.channel, message.urgent) == ("sms", True)


def test_what_is_ticked_later_in_the_evening_goes_the_next_morning_at_nine(
    database: Database, cast: Cast, amina: int
) -> None:
    late = EVENING + timedelta(minutes=1)
    tick(database, cast, amina, ABSENT, now=late)
    run(database, late)
    (message,) = written(database)
    assert (message.not_before, message.urgent) == (MORNING, False)


def test_an_evening_on_which_nothing_could_be_sent_is_made_up_for_in_the_morning(
    database: Database, cast: Cast, amina: int
) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.DROPPED, why="its time had passed"))
    assert run(database, EVENING + timedelta(hours=1)) == 1
    assert [message.not_before for message in written(database)] == [EVENING, MORNING]


@pytest.mark.parametrize("sent", [MessageState.SENT, MessageState.DELIVERED, MessageState.UNKNOWN, MessageState.FAILED])
def test_it_comes_once_for_each_meeting(database: Database, cast: Cast, amina: int, sent: MessageState) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    with database.transaction() as db:
        db.execute(update(Message).values(state=sent))
    assert [run(database, now) for now in (TICKED, EVENING, MORNING)] == [0, 0, 0]


@one_database
@pytest.mark.parametrize("state", [PRESENT, LATE, TOLD, None])
def test_nobody_else_gets_it(database: Database, cast: Cast, amina: int, state: AttendanceState | None) -> None:
    tick(database, cast, amina, state)
    assert run(database) == 0


def test_who_had_said_that_they_could_not_come_gets_none_though_the_leader_ticked_away(
    database: Database, cast: Cast, amina: int
) -> None:
    with database.transaction() as db:
        attendance.say_away(db, session_of(db, cast), db.get_one(Placement, amina), now=NOW, by=SYSTEM)
    tick(database, cast, amina, ABSENT)
    assert run(database) == 0


def test_a_tick_that_is_corrected_before_it_is_sent_drops_it(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    tick(database, cast, amina, LATE, now=TICKED + timedelta(minutes=20))
    assert [type(each) for each in composed(database)] == [Dropped]


@one_database
def test_a_pair_of_whom_one_came_gets_none(database: Database, cast: Cast, amina: int) -> None:
    pair(database, amina, cast)
    tick(database, cast, amina, PRESENT)
    tick(database, cast, amina, ABSENT, seat=2)
    assert run(database) == 0


def test_of_a_pair_that_stayed_away_only_the_one_who_had_said_nothing_gets_it(
    database: Database, cast: Cast, amina: int
) -> None:
    other = pair(database, amina, cast)
    tick(database, cast, amina, TOLD)
    tick(database, cast, amina, ABSENT, seat=2)
    run(database)
    assert [message.carer_id for message in written(database)] == [other]


@one_database
def test_both_of_a_pair_that_stayed_away_get_their_own(database: Database, cast: Cast, amina: int) -> None:
    pair(database, amina, cast)
    for seat in (1, 2):
        tick(database, cast, amina, ABSENT, seat=seat)
    assert run(database) == 2


@one_database
def test_a_discreet_family_gets_none(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).discreet = True
    assert [type(each) for each in composed(database)] == [Dropped]
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.DROPPED))
    assert run(database, EVENING + timedelta(hours=1)) == 0


@one_database
def test_who_has_left_or_whose_group_is_cancelled_gets_none(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina), PlacementState.LEFT, now=TICKED, by=SYSTEM)
    assert [type(each) for each in composed(database)] == [Dropped]
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).state = GroupState.CANCELLED
    assert [type(each) for each in composed(database)] == [Dropped]


@one_database
def test_after_the_last_meeting_there_is_nothing_to_welcome_anybody_to(
    database: Database, cast: Cast, amina: int
) -> None:
    with database.transaction() as db:
        rest = update(GroupSession).where(GroupSession.group_id == cast.abc_farsta.id, GroupSession.number > 1)
        db.execute(rest.values(state=SessionState.CANCELLED))
    tick(database, cast, amina, ABSENT)
    assert run(database) == 0


def test_the_words_are_warm_and_neutral_and_name_the_next_meeting(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    run(database)
    (sms,) = composed(database)
    assert isinstance(sms, Letter)
    assert sms.text.startswith(
        "Hej! Vi saknade er i dag. Ni är lika välkomna nästa gång: tis 2/2 kl 17.30."
        " Är det något vi kan göra lättare? Ring 08-000 00 00. Kan ni inte nästa gång, säg till:"
        " https://likaplats.example/m/"
    )
    assert (parts(sms.text).encoding, parts(sms.text).parts) == ("GSM-7", 2)
    (next_day,) = composed(database, MORNING)
    assert isinstance(next_day, Letter)
    assert next_day.text.startswith("Hej! Vi saknade er i går.")


@one_database
def test_a_scheduler_that_was_down_for_two_days_sends_none(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    assert run(database, MORNING + timedelta(hours=11)) == 0


def test_two_schedulers_at_once_write_it_once(database: Database, cast: Cast, amina: int) -> None:
    tick(database, cast, amina, ABSENT)
    assert sorted(at_once(*[lambda: run(database)] * 2)) == [0, 1]
