"""The calendar file that comes with an e-mail: the right meetings, in an order of versions that no programme mistakes.

The whole files stand in `snapshots/`; here are the events that lead to them.
"""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, time, timedelta
from email import policy

import pytest

from booking.base.clock import local
from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.course import group_changes, leaving
from booking.outbox import mail_writing, messages
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import at_once, placements
from booking.places.placements import Placement
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, group
from tests.db.calendar_files import SENDER, events, files, letter, readable, snapshot

# A file is the same whatever database stands behind it.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LATER = NOW + timedelta(hours=3)


def place(database: Database, cast: Cast, where: int) -> None:
    """Amina takes a place at once."""
    with database.transaction() as db:
        at_once.take(db, db.get_one(Registration, cast.amina.id), db.get_one(Group, where), now=NOW, by=SYSTEM)


@pytest.fixture
def amina(database: Database, cast: Cast) -> Cast:
    """Amina has a place in Carla's group."""
    place(database, cast, cast.abc_farsta.id)
    return cast


def test_a_confirmation_carries_every_meeting(database: Database, amina: Cast) -> None:
    (file,) = letter(database, "placed_now", now=NOW).attachments
    assert file.content_type == "text/calendar; method=PUBLISH; charset=utf-8"
    assert readable(file.data) == snapshot("placed.ics")


def test_a_term_keeps_its_hour_when_summer_time_begins(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        abc = db.merge(cast.abc)
        spring = group(db, abc, db.merge(cast.farsta), first_day=date(2027, 3, 9), hour=time(17, 30)).id
    place(database, cast, spring)
    file = files(database, "placed_now", now=NOW)["kalender.ics"]
    assert {f"{local(each.start):%H.%M}" for each in events(file.data)} == {"17.30"}
    assert readable(file.data) == snapshot("across_summer_time.ics")


def test_a_later_start_moves_the_same_events(database: Database, amina: Cast) -> None:
    before = files(database, "placed_now", now=NOW)["kalender.ics"]
    with database.transaction() as db:
        there = db.get_one(Group, amina.abc_farsta.id)
        day, seen = date(2027, 2, 16), there.version
        group_changes.postpone(db, there, day, version=seen, now=LATER, by=SYSTEM, reason="Lokalen blev upptagen")
    after = files(database, "group_moved", now=LATER)["kalender.ics"]
    assert readable(after.data) == snapshot("moved.ics")
    assert [each["uid"] for each in events(after.data)] == [each["uid"] for each in events(before.data)]


def test_a_meeting_that_is_called_off_is_taken_out_and_the_others_stay(database: Database, amina: Cast) -> None:
    before = {each["uid"]: each for each in events(files(database, "placed_now", now=NOW)["kalender.ics"].data)}
    with database.transaction() as db:
        second = sessions.list_of(db, amina.abc_farsta.id)[1]
        group_changes.cancel_session(db, second, now=LATER, by=SYSTEM, reason="Ledaren är sjuk")
    (file,) = letter(database, "session_cancelled", now=LATER).attachments
    assert file.content_type == "text/calendar; method=CANCEL; charset=utf-8"
    assert readable(file.data) == snapshot("meeting_cancelled.ics")
    (gone,) = events(file.data)
    assert gone["sequence"] > before[gone["uid"]]["sequence"]


def test_a_cancelled_group_takes_all_its_meetings_out(database: Database, amina: Cast) -> None:
    with database.transaction() as db:
        there = db.get_one(Group, amina.abc_farsta.id)
        group_changes.cancel(db, there, now=LATER, by=SYSTEM, reason="För få anmälda")
    (file,) = letter(database, "group_cancelled", now=LATER).attachments
    assert readable(file.data) == snapshot("group_cancelled.ics")


def test_a_family_that_leaves_has_its_meetings_taken_out(database: Database, amina: Cast) -> None:
    leave(database, amina, stay=True, now=LATER)
    (file,) = letter(database, "group_left", now=LATER).attachments
    assert readable(file.data) == snapshot("left.ics")


def test_so_has_one_that_leaves_the_queue_too(database: Database, amina: Cast) -> None:
    leave(database, amina, stay=False, now=LATER)
    (file,) = letter(database, "queue_left", now=LATER).attachments
    assert readable(file.data) == snapshot("left.ics")


def leave(database: Database, cast: Cast, *, stay: bool, now: datetime) -> None:
    with database.transaction() as db:
        placement = placements.find_live(db, cast.amina.id)
        assert placement is not None
        leaving.leave_group(db, placement, now=now, by=SYSTEM, stay_in_queue=stay)


def test_one_that_leaves_in_the_middle_keeps_what_has_been(database: Database, amina: Cast) -> None:
    halfway = datetime(2027, 2, 3, 12, tzinfo=UTC)
    leave(database, amina, stay=True, now=halfway)
    file = files(database, "group_left", now=halfway)["kalender-avbokat.ics"]
    assert [each.start.date() for each in events(file.data)] == [date(2027, 2, 9), date(2027, 2, 16)]


def test_a_family_that_comes_back_is_not_cancelled_by_its_old_file(database: Database, amina: Cast) -> None:
    first = files(database, "placed_now", now=NOW)["kalender.ics"]
    leave(database, amina, stay=True, now=LATER)
    place(database, amina, amina.abc_farsta.id)
    again = files(database, "placed_now", now=LATER)["kalender.ics"]
    assert not {each["uid"] for each in events(first.data)} & {each["uid"] for each in events(again.data)}


def test_two_groups_that_become_one_swap_the_meetings(database: Database, amina: Cast) -> None:
    with database.transaction() as db:
        there, into = (db.get_one(Group, each.id) for each in (amina.abc_farsta, amina.abc_skarpnack))
        group_changes.merge(db, there, into, now=LATER, by=SYSTEM, reason="För få anmälda", may_pass=True)
    found = files(database, "group_merged", now=LATER)
    assert list(found) == ["kalender-avbokat.ics", "kalender.ics"]
    assert readable(found["kalender-avbokat.ics"].data) == snapshot("merged_from.ics")
    assert readable(found["kalender.ics"].data) == snapshot("merged_into.ics")


def test_nobody_has_the_same_events_as_somebody_else(database: Database, amina: Cast) -> None:
    hers = files(database, "placed_now", now=NOW)["kalender.ics"]
    with database.transaction() as db:
        there = db.get_one(Group, amina.abc_farsta.id)
        at_once.take(db, db.get_one(Registration, amina.ben.id), there, now=NOW, by=SYSTEM)
    his = files(database, "placed_now", now=NOW)["kalender.ics"]
    assert not {each["uid"] for each in events(hers.data)} & {each["uid"] for each in events(his.data)}


@pytest.mark.parametrize("telltale", ["Amina", "ABC", "amina", "ATTENDEE", "/m/", "föräld", "VALARM"])
def test_a_file_says_nothing_of_who_or_why(database: Database, amina: Cast, telltale: str) -> None:
    assert telltale not in files(database, "placed_now", now=NOW)["kalender.ics"].data.decode()


@pytest.mark.parametrize("language", ["en", "ar", "so"])
def test_the_calendar_speaks_the_carers_language(database: Database, amina: Cast, language: str) -> None:
    with database.transaction() as db:
        db.get_one(Carer, amina.amina.carers[0].id).language = language
    there = files(database, "placed_now", now=NOW)["kalender.ics"]
    assert readable(there.data) == snapshot(f"placed_{language}.ics")
    leave(database, amina, stay=True, now=LATER)
    gone = files(database, "group_left", now=LATER)["kalender-avbokat.ics"]
    assert readable(gone.data) == snapshot(f"left_{language}.ics")


def test_the_file_comes_through_an_e_mail_byte_by_byte(database: Database, amina: Cast) -> None:
    made = letter(database, "placed_now", now=NOW)
    sent = mail_writing.write(made, sender=SENDER.mail_from, sender_name=SENDER.city, now=NOW)
    mail = email.message_from_bytes(mail_writing.as_bytes(sent, made.unsubscribe, wide=False), policy=policy.default)
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "kalender.ics")
    assert (part.get_param("method"), part.get_content_charset()) == ("PUBLISH", "utf-8")
    assert part.get_payload(decode=True) == made.attachments[0].data


def test_a_discreet_family_gets_no_file(database: Database, amina: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Carer, amina.amina.carers[0].id).family.discreet = True
    assert letter(database, "placed_now", now=NOW).attachments == ()


def test_a_text_message_carries_no_file(database: Database, amina: Cast) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, amina.amina.carers[0].id)
        carer.mobile, carer.mobile_confirmed_at = "+46701740605", NOW
        placement = db.query(Placement).one()
        messages.queue(db, "placed_now", placement.id, carer.id, "sms", now=NOW)
    assert letter(database, "placed_now", now=NOW, channel="sms").attachments == ()
