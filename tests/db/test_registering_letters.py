"""The texts that are sent while a family registers: right in content, neutral to whoever else sees them."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.letters import composers
from booking.people.registrations import Registration, RegistrationState
from booking.records import links
from tests.cast import Cast
from tests.db.test_registering import CONFIRMED_AT, SARA, code_of, confirm, register

BOTH = replace(SARA, email="sara@example.org")
COMPOSERS = composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")


def compose(database: Database, kind: str) -> Letter | Dropped:
    with database.transaction() as db:
        message = db.scalars(select(Message).where(Message.kind == kind).order_by(Message.id.desc())).first()
        assert message is not None
        return COMPOSERS[kind](db, message, CONFIRMED_AT)


def test_the_code_is_sent_as_a_short_text(database: Database, cast: Cast) -> None:
    code = code_of(database, register(database))
    letter = compose(database, "confirm")
    assert isinstance(letter, Letter)
    assert letter.text == f"Hej! Koden är {code}. Den gäller i 15 minuter. /Stockholms stad"
    assert letter.address == "+46701740605"


def test_an_e_mail_with_the_code_leads_to_where_it_is_typed(database: Database, cast: Cast) -> None:
    carer = register(database, replace(BOTH, mobile=None))
    letter = compose(database, "confirm")
    with database.reading() as db:
        where = f"https://likaplats.example/sv/bekrafta/{db.get_one(Carer, carer).code}/?kod={code_of(database, carer)}"
    assert isinstance(letter, Letter)
    assert where in letter.text


def test_a_used_code_is_not_sent(database: Database, cast: Cast) -> None:
    confirm(database, register(database))
    assert isinstance(compose(database, "confirm"), Dropped)


def test_the_link_in_the_text_opens_the_carers_own_page(database: Database, cast: Cast) -> None:
    carer = register(database)
    confirm(database, carer)
    letter = compose(database, "registered")
    assert isinstance(letter, Letter)
    token = re.findall(r"https://likaplats\.example/m/(\w{16})", letter.text)[0]
    with database.reading() as db:
        found = links.find(db, token)
        assert found is not None
        assert found.carer_id == carer


def test_nothing_is_sent_to_one_who_has_left_the_queue(database: Database, cast: Cast) -> None:
    carer = register(database)
    confirm(database, carer)
    with database.transaction() as db:
        family = db.get_one(Carer, carer).family_id
        for each in db.scalars(select(Registration).where(Registration.family_id == family)):
            each.state = RegistrationState.WITHDRAWN
    assert isinstance(compose(database, "registered"), Dropped)


@pytest.mark.parametrize("kind", ["confirm", "registered"])
def test_texts_and_subjects_say_nothing_about_programme_child_or_parent(
    database: Database, cast: Cast, kind: str
) -> None:
    carer = register(database, replace(BOTH, mobile=None))
    if kind == "registered":
        confirm(database, carer, "email")
    letter = compose(database, kind)
    assert isinstance(letter, Letter)
    assert letter.subject is not None
    assert not re.search("abc|komet|barn|föräld|kurs|grupp", letter.subject.casefold())


def test_a_discreet_family_gets_e_mails_that_name_no_programme(database: Database, cast: Cast) -> None:
    carer = register(database, replace(BOTH, mobile=None, discreet=True))
    confirm(database, carer, "email")
    letter = compose(database, "registered")
    assert isinstance(letter, Letter)
    assert "ABC" not in letter.text


def test_an_ordinary_e_mail_says_what_the_family_waits_for_and_since_when(database: Database, cast: Cast) -> None:
    confirm(database, register(database, replace(BOTH, mobile=None)), "email")
    letter = compose(database, "registered")
    assert isinstance(letter, Letter)
    assert "Ni står i kön till ABC sedan 4 januari 2027." in letter.text
