"""Where an e-mail's List-Unsubscribe leads: one post stops e-mail to one address, and can do nothing else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.course import calls
from booking.course.calls import CallWhy
from booking.outbox import messages
from booking.outbox.letters import Letter
from booking.outbox.messages import Message
from booking.people import families, letters
from booking.people.families import Carer
from booking.people.unsubscribing import unsubscribe_address
from booking.web.site import Site
from tests.cast import NOW, Cast

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(database: Database, cast: Cast) -> str:
    """Where Amina's e-mails lead."""
    with database.reading() as db:
        return unsubscribe_address(db.get_one(Carer, cast.amina.carers[0].id), "")


def mailed(database: Database, cast: Cast) -> bool:
    with database.reading() as db:
        return "email" in db.get_one(Carer, cast.amina.carers[0].id).channels


def test_looking_changes_nothing(client: FlaskClient, database: Database, cast: Cast, address: str) -> None:
    page = client.get(address)
    assert (page.status_code, mailed(database, cast)) == (200, True)
    assert "Sluta mejla mig" in page.text
    assert "Amina" not in page.text


def test_a_mail_programme_needs_no_token_of_a_form_and_may_post_again(
    client: FlaskClient, site: Site, database: Database, cast: Cast, address: str
) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    assert [client.post(address, data=ONE_CLICK).status_code for _ in range(2)] == [200, 200]
    assert not mailed(database, cast)


def test_a_family_that_nothing_else_reaches_is_phoned(
    client: FlaskClient, database: Database, cast: Cast, address: str
) -> None:
    page = client.post(address, data=ONE_CLICK)
    assert "Vi har inget annat sätt att nå dig" in page.text
    with database.reading() as db:
        assert [(each.registration_id, each.why) for each in calls.list_open(db, None)] == [
            (cast.amina.id, CallWhy.NO_CHANNEL)
        ]


def test_one_who_has_a_mobile_gets_sms_instead(
    client: FlaskClient, database: Database, cast: Cast, address: str
) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46701740605")
        carer.mobile_confirmed_at = NOW
    assert "Du får sms i stället" in client.post(address).text
    with database.reading() as db:
        assert calls.list_open(db, None) == []


def test_the_address_is_no_way_to_my_page(client: FlaskClient, address: str) -> None:
    token = address.rpartition("/")[2]
    paths = ("/m/{}", "/e/{}", "/sv/tack/{}/", "/sv/min/{}/")
    assert {client.get(path.format(token)).status_code for path in paths} == {404}


@pytest.mark.parametrize("wrong", ["x", "-", "abc-", "{code}-0123456789", "{code}-%C3%A5", "{code}"])
def test_no_other_address_stops_anything(client: FlaskClient, database: Database, cast: Cast, wrong: str) -> None:
    code = cast.amina.carers[0].code
    assert client.post("/av/" + wrong.format(code=code)).status_code == 404
    assert mailed(database, cast)


def test_the_old_address_does_not_stop_e_mail_to_a_new_one(
    client: FlaskClient, database: Database, cast: Cast, address: str
) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_email(carer, "amina.ny@example.org")
        carer.email_confirmed_at = NOW
    assert client.post(address).status_code == 404
    assert mailed(database, cast)


def test_it_is_said_in_the_language_of_whoever_gets_the_e_mail(
    client: FlaskClient, database: Database, cast: Cast, address: str
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).language = "en"
    assert client.get(address).headers["Content-Language"] == "en"


def test_a_letter_carries_the_address_that_stops_it(client: FlaskClient, database: Database, cast: Cast) -> None:
    composer = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")["link"]
    with database.transaction() as db:
        carer = cast.amina.carers[0]
        messages.queue(db, "link", carer.id, carer.id, "email", now=NOW)
    with database.transaction() as db:
        letter = composer(db, db.scalars(select(Message)).one(), NOW)
    assert isinstance(letter, Letter)
    assert letter.unsubscribe is not None
    assert client.post(letter.unsubscribe.removeprefix("https://likaplats.example")).status_code == 200
    assert not mailed(database, cast)
