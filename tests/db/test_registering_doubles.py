"""The same person twice, two persons with one phone, and a link for who comes back."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.outbox.messages import Message
from booking.people import confirming, doubles, registering, returning
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from tests.cast import NOW, Cast
from tests.db.test_registering import SARA, code_of

LATER = NOW + timedelta(days=20)
MOBILE = "+46701740605"


def register(database: Database, answers: registering.Answers = SARA, *, days: int = 0) -> int:
    """The id of a carer who registered that many days from now and confirmed at once."""
    now = NOW + timedelta(days=days)
    with database.transaction() as db:
        carer = registering.register(db, answers, now=now).first_carer.id
    code = code_of(database, carer)
    with database.transaction() as db:
        confirming.confirm(db, db.get_one(Carer, carer), "sms", code, now=now)
    return carer


def states(database: Database, carer_id: int) -> dict[str, RegistrationState]:
    with database.reading() as db:
        carer = db.get_one(Carer, carer_id)
        query = select(Registration).where(Registration.family_id == carer.family_id)
        return {each.programme.code: each.state for each in db.scalars(query)}


def test_the_older_registration_stays_and_the_new_one_points_to_it(database: Database, cast: Cast) -> None:
    first = register(database, replace(SARA, programmes=("abc",)))
    second = register(database, replace(SARA, name="sara  DEMO"), days=20)
    assert states(database, second) == {"abc": RegistrationState.CLOSED, "komet-3-11": RegistrationState.WAITING}
    with database.reading() as db:
        [(_closed, older, person)] = doubles.earlier(db, db.get_one(Carer, second))
        assert (person.id, older.waiting_since, older.state) == (first, NOW, RegistrationState.WAITING)


def test_one_who_was_closed_as_a_double_gets_the_link_to_the_older_page(database: Database, cast: Cast) -> None:
    first = register(database)
    register(database, days=20)
    with database.reading() as db:
        assert db.scalars(select(Message.carer_id).where(Message.kind == "link")).all() == [first]


def test_two_carers_in_conflict_who_share_a_phone_are_never_merged(database: Database, cast: Cast) -> None:
    register(database)
    other = register(database, replace(SARA, name="Ben Demo"), days=20)
    assert set(states(database, other).values()) == {RegistrationState.WAITING}


def test_the_same_name_with_another_phone_is_another_person(database: Database, cast: Cast) -> None:
    register(database)
    other = register(database, replace(SARA, mobile="0701740606"), days=20)
    assert set(states(database, other).values()) == {RegistrationState.WAITING}


def test_who_left_the_queue_may_register_again(database: Database, cast: Cast) -> None:
    first = register(database)
    with database.transaction() as db:
        for each in confirming.list_registrations(db, db.get_one(Carer, first), RegistrationState.WAITING):
            each.state = RegistrationState.WITHDRAWN
    assert set(states(database, register(database, days=20)).values()) == {RegistrationState.WAITING}


def links_to(database: Database) -> list[tuple[int | None, str]]:
    with database.reading() as db:
        query = select(Message.carer_id, Message.channel).where(Message.kind == "link").order_by(Message.id)
        return [(carer, channel) for carer, channel in db.execute(query)]


def test_a_link_is_sent_again_to_a_confirmed_contact(database: Database, cast: Cast) -> None:
    carer = register(database)
    with database.transaction() as db:
        returning.resend(db, mobile=MOBILE, now=LATER)
    assert links_to(database) == [(carer, "sms")]


def test_no_link_is_sent_to_a_contact_that_nobody_has_confirmed(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        registering.register(db, SARA, now=NOW)
        returning.resend(db, mobile=MOBILE, now=LATER)
        returning.resend(db, email="stranger@example.org", now=LATER)
    assert links_to(database) == []


def test_a_link_is_sent_at_most_once_in_five_minutes(database: Database, cast: Cast) -> None:
    register(database)
    for seconds in (0, 1, 299, 300):
        with database.transaction() as db:
            returning.resend(db, mobile=MOBILE, now=LATER + timedelta(seconds=seconds))
    assert len(links_to(database)) == 2


def test_who_stopped_text_messages_gets_the_link_they_ask_for_since_nobody_could_start_them_again_otherwise(
    database: Database, cast: Cast
) -> None:
    carer = register(database)
    with database.transaction() as db:
        db.get_one(Carer, carer).sms_stopped_at = NOW
        returning.resend(db, mobile=MOBILE, now=LATER)
    assert links_to(database) == [(carer, "sms")]
