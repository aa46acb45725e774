"""Registering and confirming: a family comes into the queue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox.messages import Message
from booking.people import codes, confirming, contacts, registering
from booking.people.families import Carer, ContactCheck, Family, Gender
from booking.people.registering import Answers
from booking.people.registrations import Registration, RegistrationState
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast

SARA = Answers(
    name="Sara Demo",
    home="farsta",
    birth_years=(2019, 2021),
    programmes=("abc", "komet-3-11"),
    mobile="070-174 06 05",
    districts=("farsta", "skarpnack"),
    weekdays=(1, 3),
    gender=Gender.WOMAN,
)
CONFIRMED_AT = NOW + timedelta(minutes=3)


def register(database: Database, answers: Answers = SARA) -> int:
    """The id of the carer."""
    with database.transaction() as db:
        return registering.register(db, answers, now=NOW).first_carer.id


def code_of(database: Database, carer_id: int) -> str:
    with database.reading() as db:
        query = select(ContactCheck).where(ContactCheck.carer_id == carer_id).order_by(ContactCheck.id.desc())
        check = db.scalars(query).first()
        assert check is not None
        return check.code


def confirm(database: Database, carer_id: int, channel: str = "sms") -> None:
    code = code_of(database, carer_id)
    with database.transaction() as db:
        confirming.confirm(db, db.get_one(Carer, carer_id), channel, code, now=CONFIRMED_AT)


def test_nobody_stands_in_the_queue_before_the_contact_is_confirmed(database: Database, cast: Cast) -> None:
    register(database)
    with database.reading() as db:
        states = db.scalars(select(Registration.state).where(Registration.waiting_since == NOW)).all()
    assert states == [RegistrationState.UNCONFIRMED, RegistrationState.UNCONFIRMED]


def test_confirming_puts_every_chosen_programme_in_the_queue_from_the_moment_of_registering(
    database: Database, cast: Cast
) -> None:
    confirm(database, register(database))
    with database.reading() as db:
        found = db.scalars(select(Registration).where(Registration.waiting_since == NOW)).all()
        assert {(each.programme.code, each.state) for each in found} == {
            ("abc", RegistrationState.WAITING),
            ("komet-3-11", RegistrationState.WAITING),
        }


def test_the_ledger_says_registered_once_per_programme_and_names_nobody(database: Database, cast: Cast) -> None:
    confirm(database, register(database))
    with database.reading() as db:
        lines = db.scalars(select(LedgerLine).where(LedgerLine.event == "registered")).all()
    assert [line.values["gender"] for line in lines] == ["woman", "woman"]
    assert not any("Sara" in str(line.values) for line in lines)


def test_a_registration_is_about_the_children_who_fit(database: Database, cast: Cast) -> None:
    register(database, replace(SARA, birth_years=(2009, 2021), programmes=("abc",)))
    with database.reading() as db:
        made = db.scalars(select(Registration).where(Registration.waiting_since == NOW)).one()
        assert [child.birth_year for child in made.children] == [2021]


def test_a_child_who_is_old_enough_within_half_a_year_fits(cast: Cast) -> None:
    assert registering.fitting(cast.abc, (2024, 2025), date(2027, 1, 4)) == [2024]
    assert registering.fitting(cast.abc, (2024, 2025), date(2027, 9, 1)) == [2024, 2025]


def test_a_programme_that_fits_no_child_is_refused(database: Database, cast: Cast) -> None:
    with pytest.raises(registering.Refused) as refusal:
        register(database, replace(SARA, birth_years=(2009,)))
    assert refusal.value.code == "age"


def test_a_registration_without_any_contact_is_refused(database: Database, cast: Cast) -> None:
    with pytest.raises(registering.Refused):
        register(database, replace(SARA, mobile=None))


def test_the_number_is_kept_in_one_form(database: Database, cast: Cast) -> None:
    carer = register(database, replace(SARA, mobile="0046 70 174 06 05"))
    with database.reading() as db:
        assert db.get_one(Carer, carer).mobile == "+46701740605"


@pytest.mark.parametrize(("email", "channel"), [(None, "sms"), ("sara@example.org", "sms")])
def test_the_code_goes_to_the_mobile_when_there_is_one(
    database: Database, cast: Cast, email: str | None, channel: str
) -> None:
    register(database, replace(SARA, email=email))
    with database.reading() as db:
        assert db.scalars(select(Message.channel).where(Message.kind == "confirm")).all() == [channel]


def test_the_link_to_my_page_is_sent_to_the_confirmed_contact_alone(database: Database, cast: Cast) -> None:
    confirm(database, register(database, replace(SARA, email="sara@example.org")))
    with database.reading() as db:
        assert db.scalars(select(Message.channel).where(Message.kind == "registered")).all() == ["sms"]


def test_the_other_contact_can_be_confirmed_later_and_gets_the_link_too(database: Database, cast: Cast) -> None:
    carer = register(database, replace(SARA, email="sara@example.org"))
    confirm(database, carer)
    with database.transaction() as db:
        codes.ask(db, db.get_one(Carer, carer), "email", now=NOW)
    confirm(database, carer, "email")
    with database.reading() as db:
        assert db.get_one(Carer, carer).channels == ["sms", "email"]
        assert db.scalars(select(Message.channel).where(Message.kind == "registered")).all() == ["sms", "email"]


def test_a_wrong_code_confirms_nothing(database: Database, cast: Cast) -> None:
    carer = register(database)
    wrong = "111111" if code_of(database, carer) != "111111" else "222222"
    with pytest.raises(codes.Refused) as refusal, database.transaction() as db:
        confirming.confirm(db, db.get_one(Carer, carer), "sms", wrong, now=NOW)
    assert refusal.value.code == "wrong"


def test_after_five_tries_even_the_right_code_is_dead(database: Database, cast: Cast) -> None:
    carer = register(database)
    with database.transaction() as db:
        for _ in range(5):
            with pytest.raises(codes.Refused):
                confirming.confirm(db, db.get_one(Carer, carer), "sms", "x", now=NOW)
    with pytest.raises(codes.Refused) as refusal:
        confirm(database, carer)
    assert refusal.value.code == "dead"


def test_a_code_is_dead_after_a_quarter_of_an_hour(database: Database, cast: Cast) -> None:
    carer, late = register(database), NOW + timedelta(minutes=15)
    with pytest.raises(codes.Refused) as refusal, database.transaction() as db:
        confirming.confirm(db, db.get_one(Carer, carer), "sms", code_of(database, carer), now=late)
    assert refusal.value.code == "dead"


def test_typing_the_right_code_twice_is_harmless(database: Database, cast: Cast) -> None:
    carer = register(database)
    confirm(database, carer)
    confirm(database, carer)
    with database.reading() as db:
        assert len(db.scalars(select(LedgerLine).where(LedgerLine.event == "registered")).all()) == 2


def test_a_new_code_can_be_asked_for_after_a_minute_and_replaces_the_old(database: Database, cast: Cast) -> None:
    carer = register(database)
    first = code_of(database, carer)
    with database.transaction() as db:
        with pytest.raises(codes.Refused):
            codes.ask(db, db.get_one(Carer, carer), "sms", now=NOW + timedelta(seconds=59))
        codes.ask(db, db.get_one(Carer, carer), "sms", now=NOW + timedelta(seconds=60)).code = "000000"
    if first != "000000":
        with pytest.raises(codes.Refused), database.transaction() as db:
            confirming.confirm(db, db.get_one(Carer, carer), "sms", first, now=CONFIRMED_AT)


def test_nobodys_phone_is_flooded_by_registering_it_again_and_again(database: Database, cast: Cast) -> None:
    for _ in range(codes.MOST):
        register(database)
    with pytest.raises(codes.Refused) as refusal:
        register(database, replace(SARA, name="A Prankster"))
    assert refusal.value.code == "many"


def test_what_nobody_confirms_is_closed_after_a_week(database: Database, cast: Cast) -> None:
    register(database)
    with database.transaction() as db:
        assert confirming.close_unconfirmed(db, now=NOW + timedelta(days=6, hours=23)) == 0
        assert confirming.close_unconfirmed(db, now=NOW + timedelta(days=7)) == 2
    with database.reading() as db:
        closed = db.scalars(select(Registration).where(Registration.waiting_since == NOW)).all()
        assert {each.state for each in closed} == {RegistrationState.CLOSED}


def test_a_landline_is_refused_in_words(database: Database, cast: Cast) -> None:
    with pytest.raises(contacts.Refused):
        register(database, replace(SARA, mobile="08-508 10 000"))
    with database.reading() as db:
        assert db.scalars(select(Family.id).where(Family.created_at == NOW)).all() == []
