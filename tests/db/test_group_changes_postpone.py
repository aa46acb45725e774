"""More time for a group: a later decision, or a later start with all meetings laid out anew and everyone told."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import func, select, update

from booking.base.clock import local
from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import ClosedPeriod, SessionState
from booking.course import attendance, group_changes
from booking.course.group_changes import Postponed
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.places.offers import Offer, OfferState
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast, at, group

WHY = "Fler hinner anmäla sig"
NEW = date(2027, 2, 16)


@pytest.fixture
def expecting(database: Database, cast: Cast) -> Cast:
    """Amina has a place in Farsta (Tuesdays from 26 January), Ben an offer there of which he has been told."""
    with database.transaction() as db:
        here = db.get_one(Group, cast.abc_farsta.id)
        amina, ben = db.get_one(Registration, cast.amina.id), db.get_one(Registration, cast.ben.id)
        group_changes.place_by_hand(db, amina, here, override=None, now=NOW, by=SYSTEM)
        group_changes.offer_by_hand(db, ben, here, override=None, now=NOW, by=SYSTEM)
        db.execute(update(Message).values(state=MessageState.SENT))
    return cast


def what_if(database: Database, cast: Cast, day: date = NEW) -> Postponed:
    with database.reading() as db:
        return group_changes.what_if_postponed(db, db.get_one(Group, cast.abc_farsta.id), day, now=NOW)


def postpone(database: Database, cast: Cast, day: date = NEW, *, version: int | None = None) -> Postponed:
    with database.transaction() as db:
        found = db.get_one(Group, cast.abc_farsta.id)
        seen = found.version if version is None else version
        return group_changes.postpone(db, found, day, version=seen, now=NOW, by=cast.eva.actor, reason=WHY)


def days(database: Database, cast: Cast) -> list[date]:
    with database.reading() as db:
        return [local(each.starts_at).date() for each in sessions.list_of(db, cast.abc_farsta.id)]


def told(database: Database) -> list[int | None]:
    with database.reading() as db:
        query = select(Message.carer_id).where(Message.kind == "group_moved").order_by(Message.carer_id)
        return list(db.scalars(query))


def test_every_meeting_is_laid_out_anew_past_closed_days(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        db.add(ClosedPeriod(name="Sportlov", first_day=date(2027, 3, 1), last_day=date(2027, 3, 7)))
    postpone(database, expecting)
    assert days(database, expecting) == [NEW, date(2027, 2, 23), date(2027, 3, 9), date(2027, 3, 16)]


def test_a_first_day_that_is_red_moves_on(database: Database, expecting: Cast) -> None:
    done = postpone(database, expecting, date(2027, 3, 29))  # Easter Monday.
    assert done.first_day == date(2027, 4, 5)
    with database.reading() as db:
        found = db.get_one(Group, expecting.abc_farsta.id)
        assert (found.first_day, found.weekday) == (date(2027, 4, 5), 0)


def test_the_hour_stays_when_the_clocks_change(database: Database, expecting: Cast) -> None:
    postpone(database, expecting, date(2027, 3, 30))
    with database.reading() as db:
        starts = {local(each.starts_at).time() for each in sessions.list_of(db, expecting.abc_farsta.id)}
    assert starts == {time(17, 30)}


def test_the_decision_moves_along(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    with database.reading() as db:
        assert db.get_one(Group, expecting.abc_farsta.id).decide_on == date(2027, 2, 6)


def test_places_and_offers_and_queue_dates_stay(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    with database.reading() as db:
        amina = db.get_one(Registration, expecting.amina.id)
        assert (amina.state, amina.waiting_since) == (RegistrationState.PLACED, at(2026, 10, 2))
        assert db.scalars(select(Offer.state)).all() == [OfferState.OPEN]
        assert db.get_one(Group, expecting.abc_farsta.id).places_taken == 2


def test_everyone_with_a_place_or_an_offer_is_told_once(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    assert told(database) == sorted([expecting.amina.carers[0].id, expecting.ben.carers[0].id])


def test_who_has_not_heard_of_the_offer_hears_the_new_dates_with_it(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        db.execute(update(Message).where(Message.kind == "offer").values(state=MessageState.QUEUED))
    postpone(database, expecting)
    assert told(database) == [expecting.amina.carers[0].id]


def test_moved_once_more_it_is_told_once_more(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    postpone(database, expecting, date(2027, 3, 2))
    assert len(told(database)) == 4


def test_who_cannot_come_on_the_new_days_is_counted(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, expecting.amina.id).weekdays = [1]
    assert what_if(database, expecting).cannot == 0
    assert what_if(database, expecting, date(2027, 2, 17)).cannot == 1


def test_who_is_at_another_meeting_of_ours_then_is_counted(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        farsta, komet = db.merge(expecting.farsta), db.merge(expecting.komet)
        other = group(db, komet, farsta, first_day=date(2027, 3, 4), hour=time(17))
        amina = db.get_one(Registration, expecting.amina.id)
        also = Registration(family=amina.family, programme=komet, waiting_since=NOW, state=RegistrationState.WAITING)
        also.children, also.carers = list(amina.children), list(amina.carers)
        db.add(also)
        db.flush()
        group_changes.place_by_hand(db, also, other, override="test", now=NOW, by=SYSTEM)
    assert what_if(database, expecting, date(2027, 3, 2)).cannot == 0
    assert what_if(database, expecting, date(2027, 3, 4)).cannot == 1


def test_what_it_would_mean_is_what_it_came_to(database: Database, expecting: Cast) -> None:
    foreseen = what_if(database, expecting)
    assert (foreseen.placed, foreseen.offered, foreseen.messages) == (1, 1, 2)
    assert postpone(database, expecting) == foreseen


def test_who_had_said_no_to_the_old_day_is_expected_on_the_new_one(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        first = sessions.list_of(db, expecting.abc_farsta.id)[0]
        place = placements.list_taken(db, expecting.abc_farsta.id)[0]
        attendance.say_away(db, first, place, now=NOW, by=SYSTEM)
    postpone(database, expecting)
    with database.reading() as db:
        first = sessions.list_of(db, expecting.abc_farsta.id)[0]
        assert not attendance.says_away(db, first, placements.list_taken(db, expecting.abc_farsta.id)[0])


def test_a_meeting_that_had_been_called_off_is_held_on_its_new_day(database: Database, expecting: Cast) -> None:
    with database.transaction() as db:
        second = sessions.list_of(db, expecting.abc_farsta.id)[1]
        group_changes.cancel_session(db, second, now=NOW, by=SYSTEM, reason="Sjuk")
    postpone(database, expecting)
    with database.reading() as db:
        assert {each.state for each in sessions.list_of(db, expecting.abc_farsta.id)} == {SessionState.PLANNED}


def test_the_calendars_number_of_every_meeting_rises(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    with database.reading() as db:
        assert {each.version for each in sessions.list_of(db, expecting.abc_farsta.id)} == {2}


@pytest.mark.parametrize("day", [date(2027, 1, 26), date(2027, 1, 20), date(2028, 1, 1)])
def test_a_start_is_moved_to_a_later_day_within_half_a_year(database: Database, expecting: Cast, day: date) -> None:
    with pytest.raises(group_changes.Refused) as refusal:
        postpone(database, expecting, day)
    assert refusal.value.code == "day"


def test_what_was_looked_at_before_somebody_changed_the_group_is_refused(database: Database, expecting: Cast) -> None:
    postpone(database, expecting)
    with pytest.raises(group_changes.Refused) as refusal:
        postpone(database, expecting, date(2027, 3, 2), version=1)
    assert refusal.value.code == "stale"


def decide_later(database: Database, cast: Cast, day: date) -> None:
    with database.transaction() as db:
        found = db.get_one(Group, cast.abc_farsta.id)
        group_changes.decide_later(db, found, day, version=found.version, now=NOW, by=cast.eva.actor, reason=WHY)


def test_the_decision_is_put_off_and_nobody_is_disturbed(database: Database, expecting: Cast) -> None:
    with database.reading() as db:
        before = db.scalar(select(func.count()).select_from(Message))
    decide_later(database, expecting, date(2027, 1, 22))
    with database.reading() as db:
        assert db.get_one(Group, expecting.abc_farsta.id).decide_on == date(2027, 1, 22)
        assert db.scalar(select(func.count()).select_from(Message)) == before
        assert "decision put off" in set(db.scalars(select(AuditEntry.action)))


@pytest.mark.parametrize("day", [date(2027, 1, 16), date(2027, 1, 3), date(2027, 1, 26)])
def test_a_decision_is_put_off_to_a_later_day_before_the_first_meeting(
    database: Database, expecting: Cast, day: date
) -> None:
    with pytest.raises(group_changes.Refused) as refusal:
        decide_later(database, expecting, day)
    assert refusal.value.code == "day"
