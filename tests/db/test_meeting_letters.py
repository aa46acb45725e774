"""What families are sent about meetings: true when it is sent, and neutral to whoever else sees it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, group_changes, letters, reminders
from booking.course.interest import AskState, InterestAsk
from booking.outbox import messages
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people import families
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, group, registration

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)
# What is written while a family waits, and after it stayed away, is tried in files of its own.
KINDS = sorted(letters.LOOKS.keys() - {"missed", "still_waiting", "still_wanted"})
TELLTALE = re.compile(r"ABC|Komet|barn|föräld|kurs", re.IGNORECASE)

# A text is the same whatever database stands behind it.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group and a confirmed mobile; the id of her placement."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
    return place(database, cast.amina.id, cast)


@pytest.fixture
def reminded(database: Database, amina: int) -> int:
    """The day before the first meeting her reminder has been written down; the id of her placement."""
    with database.transaction() as db:
        reminders.queue_due(db, now=DAY_BEFORE)
        one = db.scalars(select(Message).where(Message.kind == "reminder")).one()
        carer_id = one.carer_id or 0
        messages.queue(db, "reminder", one.thing_id, carer_id, "email", version=one.version, now=DAY_BEFORE)
    return amina


def place(database: Database, who: int, cast: Cast) -> int:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, who), db.get_one(Group, cast.abc_farsta.id)
        return placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM).id


def compose(database: Database, kind: str, channel: str = "sms", *, now: datetime = DAY_BEFORE) -> Letter | Dropped:
    with database.transaction() as db:
        found = select(Message).where(Message.kind == kind, Message.channel == channel).order_by(Message.id)
        return COMPOSERS[kind](db, db.scalars(found).all()[0], now)


def letter(database: Database, kind: str, channel: str = "sms", *, now: datetime = DAY_BEFORE) -> Letter:
    made = compose(database, kind, channel, now=now)
    assert isinstance(made, Letter)
    return made


def first_meeting(database: Database, cast: Cast) -> int:
    with database.reading() as db:
        return sessions.list_of(db, cast.abc_farsta.id)[0].id


def cancel_meeting(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        session = db.get_one(GroupSession, first_meeting(database, cast))
        session.state = SessionState.CANCELLED
        for channel in ("sms", "email"):
            messages.queue(db, "session_cancelled", session.id, cast.amina.carers[0].id, channel, now=NOW)


def cancel_group(database: Database, cast: Cast, placement: int) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).state = GroupState.CANCELLED
        placements.release(db, db.get_one(Placement, placement), PlacementState.CANCELLED, now=NOW, by=SYSTEM)
        wanted = db.get_one(Registration, cast.amina.id)
        wanted.state, wanted.city_cancelled = RegistrationState.WAITING, True
        for channel in ("sms", "email"):
            messages.queue(db, "group_cancelled", cast.abc_farsta.id, wanted.carers[0].id, channel, now=NOW)


def move_group(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        found = db.get_one(Group, cast.abc_farsta.id)
        later = date(2027, 2, 16)
        group_changes.postpone(db, found, later, version=found.version, now=NOW, by=SYSTEM, reason="test")


def merge_group(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        one, other = db.get_one(Group, cast.abc_farsta.id), db.get_one(Group, cast.abc_skarpnack.id)
        db.get_one(Registration, cast.amina.id).state = RegistrationState.PLACED
        group_changes.merge(db, one, other, now=NOW, by=SYSTEM, reason="test", may_pass=True)


def ask(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        komet = group(db, db.merge(cast.komet), db.merge(cast.farsta), minimum=4, capacity=6)
        made = InterestAsk(family_id=cast.amina.family_id, programme_id=komet.programme_id, group_id=komet.id)
        made.registration_id, made.asked_at = cast.amina.id, NOW
        db.add(made)
        db.flush()
        for channel in ("sms", "email"):
            messages.queue(db, "interest", made.id, cast.amina.carers[0].id, channel, now=NOW)


def test_the_reminder_says_when_and_where_and_how_to_say_no(database: Database, reminded: int) -> None:
    text = re.sub(r"/m/\w+", "/m/…", letter(database, "reminder").text)
    assert text == (
        "Hej! Vi ses i morgon tis 26/1 kl 17.30, Demogatan 1. Leder: Carla."
        " Får ni förhinder? Säg till: https://likaplats.example/m/…"
    )


def test_a_late_reminder_says_today(database: Database, reminded: int) -> None:
    same_day = DAY_BEFORE + timedelta(hours=21)
    assert letter(database, "reminder", now=same_day).text.startswith("Hej! Vi ses i dag kl 17.30, Demogatan 1.")


def test_the_mail_names_the_programme_and_who_leads_it(database: Database, reminded: int) -> None:
    made = letter(database, "reminder", "email")
    assert made.subject == "Vi ses tis 26/1 kl 17.30"
    assert "I morgon är det dags för ABC." in made.text
    assert "Tid: tisdag 26 januari kl. 17.30 till 20.00" in made.text
    assert "Leder gruppen: Carla" in made.text


def test_the_reminder_says_how_many_will_be_there(database: Database, cast: Cast, reminded: int) -> None:
    with database.transaction() as db:
        farsta, abc = db.merge(cast.farsta), db.merge(cast.abc)
        pair = registration(db, "Cilla Demo", farsta, abc, [farsta], cast.amina.waiting_since, adults=2)
    place(database, pair.id, cast)
    assert "Vi blir 3 den här gången och alla behövs." in letter(database, "reminder").text


def test_who_has_left_is_not_reminded(database: Database, reminded: int) -> None:
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, reminded), PlacementState.LEFT, now=NOW, by=SYSTEM)
    assert isinstance(compose(database, "reminder"), Dropped)


def test_who_has_said_that_they_cannot_come_is_not_reminded(database: Database, cast: Cast, reminded: int) -> None:
    with database.transaction() as db:
        session = db.get_one(GroupSession, first_meeting(database, cast))
        attendance.say_away(db, session, db.get_one(Placement, reminded), now=DAY_BEFORE, by=SYSTEM)
    assert isinstance(compose(database, "reminder"), Dropped)


def test_nobody_is_reminded_of_a_meeting_that_was_cancelled_meanwhile(
    database: Database, cast: Cast, reminded: int
) -> None:
    cancel_meeting(database, cast)
    assert isinstance(compose(database, "reminder"), Dropped)


def test_nobody_is_reminded_of_the_day_a_meeting_was_moved_from(database: Database, cast: Cast, reminded: int) -> None:
    with database.transaction() as db:
        session = db.get_one(GroupSession, first_meeting(database, cast))
        session.starts_at, session.ends_at = session.starts_at + timedelta(days=1), session.ends_at + timedelta(days=1)
    assert isinstance(compose(database, "reminder"), Dropped)


def test_a_meeting_moved_by_an_hour_is_reminded_of_at_its_new_hour(
    database: Database, cast: Cast, reminded: int
) -> None:
    with database.transaction() as db:
        session = db.get_one(GroupSession, first_meeting(database, cast))
        session.starts_at = session.starts_at + timedelta(hours=1)
    assert "kl 18.30" in letter(database, "reminder").text


def test_a_cancelled_meeting_is_told_with_the_next_one(database: Database, cast: Cast, amina: int) -> None:
    cancel_meeting(database, cast)
    text = letter(database, "session_cancelled").text
    assert text.startswith("Hej! Träffen tis 26/1 kl 17.30 är tyvärr inställd. Vi ses igen tis 2/2 kl 17.30.")


def test_who_has_left_is_not_told_that_a_meeting_is_cancelled(database: Database, cast: Cast, amina: int) -> None:
    cancel_meeting(database, cast)
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina), PlacementState.LEFT, now=NOW, by=SYSTEM)
    assert isinstance(compose(database, "session_cancelled"), Dropped)


def test_who_lost_a_place_is_told_that_they_come_first(database: Database, cast: Cast, amina: int) -> None:
    cancel_group(database, cast, amina)
    assert letter(database, "group_cancelled").text.startswith(
        "Hej! Gruppen som skulle börja tisdag 26 januari blir tyvärr inte av."
        " Ni går först till nästa lediga plats och behåller er tid i kön:"
    )


def test_who_only_waited_is_told_that_they_keep_their_place_in_the_queue(
    database: Database, cast: Cast, amina: int
) -> None:
    cancel_group(database, cast, amina)
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).city_cancelled = False
    assert "Ni behåller er plats i kön" in letter(database, "group_cancelled").text


def test_a_later_start_is_told_with_the_new_day(database: Database, cast: Cast, amina: int) -> None:
    move_group(database, cast)
    assert letter(database, "group_moved").text.startswith(
        "Hej! Gruppen börjar senare: tis 16/2 kl 17.30. Ni har kvar er plats."
    )
    assert "tisdag 9 mars kl. 17.30" in letter(database, "group_moved", "email").text


def test_a_day_that_was_moved_once_more_is_not_told(database: Database, cast: Cast, amina: int) -> None:
    move_group(database, cast)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).first_day = date(2027, 3, 2)
    assert isinstance(compose(database, "group_moved"), Dropped)


def test_who_left_meanwhile_is_not_told_of_the_later_start(database: Database, cast: Cast, amina: int) -> None:
    move_group(database, cast)
    with database.transaction() as db:
        placements.release(db, db.get_one(Placement, amina), PlacementState.LEFT, now=NOW, by=SYSTEM)
    assert isinstance(compose(database, "group_moved"), Dropped)


def test_a_question_is_neutral_outside_and_says_inside_that_nothing_is_lost(
    database: Database, cast: Cast, amina: int
) -> None:
    ask(database, cast)
    assert letter(database, "interest", now=NOW).text.startswith("Hej! Vi har en fråga till er.")
    assert "En grupp i Komet 3–11 har platser kvar" in letter(database, "interest", "email", now=NOW).text


def test_a_question_that_was_answered_is_not_sent(database: Database, cast: Cast, amina: int) -> None:
    ask(database, cast)
    with database.transaction() as db:
        db.scalars(select(InterestAsk)).one().state = AskState.NO
    assert isinstance(compose(database, "interest", now=NOW), Dropped)


def test_who_moves_with_the_group_reads_the_new_dates(database: Database, cast: Cast, amina: int) -> None:
    merge_group(database, cast)
    assert "Första träffen är nu tors 28/1 kl 18.00" in letter(database, "group_merged").text
    made = letter(database, "group_merged", "email")
    assert "Skarpnäck familjecentral" in made.text
    assert "torsdag 28 januari kl. 18.00" in made.text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outside_an_envelope_tells_what_it_is_about(
    database: Database, cast: Cast, reminded: int, kind: str
) -> None:
    bring_about(database, cast, reminded, kind)
    outside = f"{letter(database, kind, 'email').subject} {letter(database, kind).text}"
    assert not TELLTALE.search(outside)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_message_fits_in_two_parts(database: Database, cast: Cast, reminded: int, kind: str) -> None:
    bring_about(database, cast, reminded, kind)
    assert len(letter(database, kind).text) <= 306


@pytest.mark.parametrize("kind", KINDS)
def test_a_discreet_family_gets_no_place_and_no_hour(database: Database, cast: Cast, reminded: int, kind: str) -> None:
    bring_about(database, cast, reminded, kind)
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).discreet = True
    for channel in ("sms", "email"):
        made = letter(database, kind, channel)
        assert "meddelande från Stockholms stad" in f"{made.subject} {made.text}"
        assert not re.search(r"Demogatan|kl|plats|ABC", made.text.replace("likaplats", ""))


def bring_about(database: Database, cast: Cast, placement: int, kind: str) -> None:
    match kind:
        case "session_cancelled":
            cancel_meeting(database, cast)
        case "group_cancelled":
            cancel_group(database, cast, placement)
        case "group_moved":
            move_group(database, cast)
        case "group_merged":
            merge_group(database, cast)
        case "interest":
            ask(database, cast)
