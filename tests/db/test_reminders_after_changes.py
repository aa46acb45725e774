"""Reminders when something has changed: nobody is reminded of what is no more, nor of what they were told today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.course import group_changes, letters, reminders
from booking.course.reminders import Plan
from booking.outbox import messages
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.outbox.wording import parts
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.placements import Hindrance, Placement, Source, Way
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.db.racing import at_once

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
# The first meeting is on Tuesday 26 January 2027 at 17.30.
DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class Reminded:
    """Amina, whose reminder of the day before is written down."""

    registration: int
    placement: int


@pytest.fixture
def placed(database: Database, cast: Cast) -> Reminded:
    """Amina has had a place in Carla's group for three weeks, and a mobile."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
        there, wanted = db.get_one(Group, cast.abc_farsta.id), db.get_one(Registration, cast.amina.id)
        placement = placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM).id
        offers.settle(db, wanted.id)
    return Reminded(cast.amina.id, placement)


def run(database: Database, now: datetime = DAY_BEFORE) -> int:
    with database.transaction() as db:
        return reminders.queue_due(db, now=now)


def composed(database: Database, now: datetime = DAY_BEFORE + timedelta(minutes=5)) -> list[Letter | Dropped]:
    """What becomes of the reminders that are written down, when they are sent a little later."""
    with database.transaction() as db:
        found = db.scalars(select(Message).where(Message.kind == "reminder").order_by(Message.id)).all()
        return [COMPOSERS["reminder"](db, message, now) for message in found]


def test_a_group_that_starts_later_drops_the_reminder_that_was_on_its_way(
    database: Database, cast: Cast, placed: Reminded
) -> None:
    run(database)
    with database.transaction() as db:
        group, later = db.get_one(Group, cast.abc_farsta.id), date(2027, 2, 16)
        group_changes.postpone(db, group, later, version=group.version, now=DAY_BEFORE, by=SYSTEM, reason="test")
    assert [type(each) for each in composed(database)] == [Dropped]


@one_database
def test_a_group_that_is_cancelled_drops_it(database: Database, cast: Cast, placed: Reminded) -> None:
    run(database)
    with database.transaction() as db:
        group_changes.cancel(db, db.get_one(Group, cast.abc_farsta.id), now=DAY_BEFORE, by=SYSTEM, reason="test")
    assert [type(each) for each in composed(database)] == [Dropped]
    assert run(database, DAY_BEFORE + timedelta(hours=1)) == 0


def test_who_went_up_in_another_group_is_not_reminded_of_the_old_one_nor_of_the_new_one_that_day(
    database: Database, cast: Cast, placed: Reminded
) -> None:
    # The other group meets on Thursday: its reminder comes the day before, two days after they were told.
    run(database)
    with database.transaction() as db:
        one, other = db.get_one(Group, cast.abc_farsta.id), db.get_one(Group, cast.abc_skarpnack.id)
        group_changes.merge(db, one, other, now=DAY_BEFORE, by=SYSTEM, reason="test", may_pass=True)
    assert [type(each) for each in composed(database)] == [Dropped]
    assert run(database, DAY_BEFORE + timedelta(hours=1)) == 0
    assert run(database, DAY_BEFORE + timedelta(days=2)) == 1


@one_database
def test_a_family_that_was_moved_to_another_group_is_not_reminded_of_the_old_one(
    database: Database, cast: Cast, placed: Reminded
) -> None:
    run(database)
    with database.transaction() as db:
        wanted, other = db.get_one(Registration, placed.registration), db.get_one(Group, cast.abc_skarpnack.id)
        group_changes.move(db, wanted, other, reason="test", now=DAY_BEFORE, by=SYSTEM, seen={Hindrance.LONGER_WAIT})
    assert [type(each) for each in composed(database)] == [Dropped]


def test_who_is_placed_today_for_tomorrow_gets_no_reminder_the_day_before(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        placements.take(db, wanted, there, Way(Source.STAFF), now=at(2027, 1, 25, 8), by=SYSTEM)
    hours = [DAY_BEFORE + timedelta(hours=number) for number in range(29)]
    assert [run(database, hour) for hour in hours] == [0] * 29


@one_database
@pytest.mark.parametrize(("hours", "reminded"), [(23, 0), (24, 1)])
def test_who_was_told_of_a_move_within_the_day_is_not_told_again_at_once(
    database: Database, cast: Cast, placed: Reminded, hours: int, reminded: int
) -> None:
    told = DAY_BEFORE - timedelta(hours=hours)
    with database.transaction() as db:
        messages.queue(db, "group_moved", cast.abc_farsta.id, cast.amina.carers[0].id, "sms", now=told)
    assert run(database) == reminded


def test_the_programmes_own_plan_holds_and_what_to_bring_stands_in_the_message(
    database: Database, cast: Cast, placed: Reminded
) -> None:
    with database.transaction() as db:
        abc, plan = db.get_one(Programme, cast.abc.id), Plan(first_days=(3,), bring={"sv": "inneskor"})
        reminders.change(db, abc, plan, version=0, now=NOW, by=SYSTEM, reason="test")
    assert run(database) == 0
    three_before = DAY_BEFORE - timedelta(days=2)
    assert run(database, three_before) == 1
    (sms,) = composed(database, three_before)
    assert isinstance(sms, Letter)
    assert "Ta med: inneskor. Leder: Carla." in sms.text


@one_database
def test_the_longest_reminder_fits_in_two_parts_and_keeps_what_it_must_say(
    database: Database, cast: Cast, placed: Reminded
) -> None:
    with database.transaction() as db:
        abc, plan = db.get_one(Programme, cast.abc.id), Plan(bring={"sv": "i" * 60})
        reminders.change(db, abc, plan, version=0, now=NOW, by=SYSTEM, reason="test")
        venue = db.get_one(Group, cast.abc_farsta.id).venue
        assert venue is not None
        venue.address = "Stora Nygatans långa backe 118 B, Rågsved"
        db.get_one(Placement, placed.placement).registration.adults = 2
        db.get_one(Placement, placed.placement).seats = 2
    run(database)
    (sms,) = composed(database)
    assert isinstance(sms, Letter)
    assert "Stora Nygatans långa backe 118 B, Rågsved." in sms.text
    assert (parts(sms.text).encoding, parts(sms.text).parts) == ("GSM-7", 2)


def test_two_schedulers_at_once_write_each_reminder_once(database: Database, cast: Cast, placed: Reminded) -> None:
    assert sorted(at_once(*[lambda: run(database)] * 2)) == [0, 1]
