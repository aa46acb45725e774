"""Reminders: each person gets each of them once, at the right hour, and only while they are expected."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, reminders
from booking.outbox.messages import Message, MessageState
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.offers import Offer, Reason
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast, group, registration

# Amina's group meets on Tuesdays at 17.30 on 26 January, 2, 9 and 16 February 2027: 16.30 in UTC.
WEEK_BEFORE = datetime(2027, 1, 19, 11, tzinfo=UTC)
DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)
SECOND_DAY_BEFORE = datetime(2027, 2, 1, 11, tzinfo=UTC)
SECOND_MORNING = datetime(2027, 2, 2, 7, tzinfo=UTC)

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group; the id of her placement."""
    return place(database, cast.amina.id, cast.abc_farsta.id)


def place(database: Database, who: int, where: int, *, now: datetime = NOW) -> int:
    with database.transaction() as db:
        way = Way(Source.STAFF, override="test")
        wanted, there = db.get_one(Registration, who), db.get_one(Group, where)
        return placements.take(db, wanted, there, way, now=now, by=SYSTEM).id


def run(database: Database, now: datetime) -> int:
    with database.transaction() as db:
        return reminders.queue_due(db, now=now)


def queued(database: Database) -> list[tuple[datetime, str]]:
    """When, and through which channel, reminders were written down."""
    with database.reading() as db:
        kept = db.scalars(select(Message).where(Message.kind == "reminder").order_by(Message.id))
        return [(message.made_at, message.channel) for message in kept]


def mobile(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW


def stop_sms(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).sms_stopped_at = DAY_BEFORE


def meeting(database: Database, where: Group, number: int) -> int:
    with database.reading() as db:
        return sessions.list_of(db, where.id)[number - 1].id


def settings(database: Database, policy: Policy) -> None:
    with database.transaction() as db:
        policies.change(db, policy, now=NOW, by=SYSTEM, reason="test")


@one_database
def test_over_a_whole_group_across_summer_time_each_reminder_comes_once_at_its_hour(
    database: Database, cast: Cast
) -> None:
    # Summer time begins on 28 March: twelve o'clock is 11.00 in UTC before it and 10.00 after.
    with database.transaction() as db:
        spring = group(db, db.merge(cast.abc), db.merge(cast.farsta), first_day=date(2027, 3, 16), hour=time(17, 30))
        farsta, abc = db.merge(cast.farsta), db.merge(cast.abc)
        dora = registration(db, "Dora Demo", farsta, abc, [farsta], NOW, mobile="+46700000001")
    place(database, dora.id, spring.id)
    hour = datetime(2027, 3, 1, tzinfo=UTC)
    while hour < datetime(2027, 4, 8, tzinfo=UTC):
        run(database, hour)
        hour += timedelta(hours=1)
    assert [at for at, channel in queued(database) if channel == "sms"] == [
        datetime(2027, 3, 9, 11, tzinfo=UTC),  # A week before the first meeting, at twelve.
        datetime(2027, 3, 15, 11, tzinfo=UTC),  # The day before.
        datetime(2027, 3, 22, 11, tzinfo=UTC),  # The day before the second.
        datetime(2027, 3, 23, 7, tzinfo=UTC),  # The same morning at eight.
        datetime(2027, 3, 29, 10, tzinfo=UTC),
        datetime(2027, 3, 30, 6, tzinfo=UTC),
        datetime(2027, 4, 5, 10, tzinfo=UTC),
        datetime(2027, 4, 6, 6, tzinfo=UTC),
    ]


def test_nothing_is_due_a_minute_too_early(database: Database, amina: int) -> None:
    assert run(database, WEEK_BEFORE - timedelta(minutes=1)) == 0
    assert run(database, WEEK_BEFORE) == 1


def test_a_second_run_adds_nothing(database: Database, amina: int) -> None:
    assert run(database, DAY_BEFORE) == 1
    assert run(database, DAY_BEFORE + timedelta(minutes=5)) == 0


def test_who_has_a_mobile_gets_an_sms_and_no_e_mail(database: Database, cast: Cast, amina: int) -> None:
    mobile(database, cast)
    run(database, DAY_BEFORE)
    assert queued(database) == [(DAY_BEFORE, "sms")]


def test_who_stops_sms_after_the_reminder_was_sent_gets_no_second_one_by_e_mail(
    database: Database, cast: Cast, amina: int
) -> None:
    mobile(database, cast)
    run(database, DAY_BEFORE)
    stop_sms(database, cast)
    assert run(database, DAY_BEFORE + timedelta(minutes=1)) == 0


def test_a_reminder_that_was_dropped_because_sms_was_stopped_comes_by_e_mail(
    database: Database, cast: Cast, amina: int
) -> None:
    mobile(database, cast)
    run(database, DAY_BEFORE)
    stop_sms(database, cast)
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.DROPPED))
    assert [run(database, DAY_BEFORE + timedelta(minutes=minute)) for minute in (1, 2)] == [1, 0]
    assert [channel for _, channel in queued(database)] == ["sms", "email"]


def test_both_of_a_pair_get_their_own(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta, abc = db.merge(cast.farsta), db.merge(cast.abc)
        pair = registration(db, "Cilla Demo", farsta, abc, [farsta], NOW, adults=2)
        other = Carer(name="Calle Demo", family_id=pair.family_id)
        families.set_email(other, "calle@example.org")
        other.email_confirmed_at = NOW
        pair.carers.append(other)
    place(database, pair.id, cast.abc_farsta.id)
    assert run(database, DAY_BEFORE) == 2


def test_who_has_left_gets_none(database: Database, amina: int) -> None:
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina), PlacementState.LEFT, now=NOW, by=SYSTEM)
    assert run(database, DAY_BEFORE) == 0


def test_who_has_an_unanswered_offer_gets_none(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by, reason = DAY_BEFORE + timedelta(hours=2), Reason("placed_resident")
        offers.make(db, wanted, there, reason=reason, reply_by=reply_by, now=NOW, by=SYSTEM)
    assert run(database, DAY_BEFORE) == 0


def test_who_has_said_that_they_cannot_come_gets_none(database: Database, cast: Cast, amina: int) -> None:
    with database.transaction() as db:
        session = db.get_one(GroupSession, meeting(database, cast.abc_farsta, 1))
        attendance.say_away(db, session, db.get_one(Placement, amina), now=NOW, by=SYSTEM)
    assert run(database, DAY_BEFORE) == 0


def test_a_cancelled_meeting_is_not_reminded_of(database: Database, cast: Cast, amina: int) -> None:
    with database.transaction() as db:
        db.get_one(GroupSession, meeting(database, cast.abc_farsta, 1)).state = SessionState.CANCELLED
    assert run(database, DAY_BEFORE) == 0


def test_a_cancelled_group_is_not_reminded_of(database: Database, cast: Cast, amina: int) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).state = GroupState.CANCELLED
    assert run(database, DAY_BEFORE) == 0


@pytest.mark.parametrize(("hours", "reminded"), [(24, 1), (23, 0), (-1, 0)])
def test_who_took_the_place_less_than_a_day_before_the_reminder_just_got_the_dates(
    database: Database, cast: Cast, hours: int, reminded: int
) -> None:
    place(database, cast.amina.id, cast.abc_farsta.id, now=DAY_BEFORE - timedelta(hours=hours))
    assert run(database, DAY_BEFORE + timedelta(hours=2)) == reminded


def test_a_place_counts_as_taken_when_the_offer_was_accepted(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by, reason = DAY_BEFORE + timedelta(hours=2), Reason("placed_resident")
        offer = offers.make(db, wanted, there, reason=reason, reply_by=reply_by, now=NOW, by=SYSTEM).id
    with database.transaction() as db:
        offers.accept(db, db.get_one(Offer, offer), now=DAY_BEFORE - timedelta(hours=2), by=SYSTEM)
    assert run(database, DAY_BEFORE) == 0


def test_who_took_the_place_the_evening_before_is_reminded_in_the_morning(database: Database, cast: Cast) -> None:
    place(database, cast.amina.id, cast.abc_farsta.id, now=SECOND_MORNING - timedelta(hours=10))
    assert run(database, SECOND_MORNING) == 1


def test_a_scheduler_that_was_down_sends_a_late_one_while_it_is_of_use(database: Database, amina: int) -> None:
    assert run(database, DAY_BEFORE + timedelta(hours=9)) == 1


def test_a_scheduler_that_was_down_for_long_sends_one_and_not_all_that_were_missed(
    database: Database, amina: int
) -> None:
    assert run(database, SECOND_MORNING + timedelta(hours=1)) == 1


def test_an_hour_before_the_meeting_it_is_too_late(database: Database, amina: int) -> None:
    settings(database, Policy(first_reminder_days=(0,)))
    assert run(database, datetime(2027, 1, 26, 15, 30, tzinfo=UTC)) == 0
    assert run(database, datetime(2027, 1, 26, 15, 29, tzinfo=UTC)) == 1


def test_a_reminder_is_of_no_use_once_the_next_one_is_due(database: Database, amina: int) -> None:
    run(database, SECOND_DAY_BEFORE)
    with database.reading() as db:
        assert db.scalars(select(Message.not_after).where(Message.kind == "reminder")).one() == SECOND_MORNING


def test_no_morning_reminder_for_a_meeting_before_eleven(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        early = group(db, db.merge(cast.abc), db.merge(cast.farsta), first_day=date(2027, 1, 26), hour=time(10, 30))
    place(database, cast.amina.id, early.id)
    run(database, SECOND_DAY_BEFORE)
    assert run(database, SECOND_MORNING) == 0


def test_a_city_may_do_without_morning_reminders(database: Database, amina: int) -> None:
    settings(database, Policy(same_morning=False))
    assert run(database, SECOND_MORNING - timedelta(hours=1)) == 1  # The day before's, late but of use.
    assert run(database, SECOND_MORNING + timedelta(minutes=1)) == 0


def test_a_city_may_do_without_any_reminder_of_later_meetings(database: Database, amina: int) -> None:
    settings(database, Policy(reminder_days=(), same_morning=False))
    assert [run(database, at) for at in (DAY_BEFORE, SECOND_DAY_BEFORE, SECOND_MORNING)] == [1, 0, 0]


def test_when_the_first_meeting_is_cancelled_the_second_is_reminded_of_as_the_first(
    database: Database, cast: Cast, amina: int
) -> None:
    with database.transaction() as db:
        db.get_one(GroupSession, meeting(database, cast.abc_farsta, 1)).state = SessionState.CANCELLED
    assert run(database, datetime(2027, 1, 26, 11, tzinfo=UTC)) == 1


def test_a_meeting_that_has_moved_is_reminded_of_anew(database: Database, cast: Cast, amina: int) -> None:
    run(database, DAY_BEFORE)
    with database.transaction() as db:
        moved = db.get_one(GroupSession, meeting(database, cast.abc_farsta, 1))
        moved.starts_at, moved.ends_at = moved.starts_at + timedelta(days=2), moved.ends_at + timedelta(days=2)
    assert run(database, DAY_BEFORE + timedelta(days=2)) == 1
