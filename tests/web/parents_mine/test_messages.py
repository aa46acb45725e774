"""My page's "Så hör vi av oss": one choice of ways, a language, few words; and what we send, as it really is."""

from __future__ import annotations

from datetime import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.programmes import Programme
from booking.course import calls
from booking.course.reminders import Plan, plans
from booking.people import families, stopping
from booking.people.families import Carer, ContactCheck
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def both(database: Database, cast: Cast) -> int:
    """Amina has a confirmed mobile besides her e-mail; her id as a carer."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46701740605")
        carer.mobile_confirmed_at = NOW
        return carer.id


def send(client: FlaskClient, token: str, way: str, **more: str) -> int:
    return client.post(f"/sv/min/{token}/meddelanden", data={"way": way, "language": "sv", **more}).status_code


def carer(database: Database, cast: Cast) -> Carer:
    with database.reading() as db:
        found = db.get_one(Carer, cast.amina.carers[0].id)
        assert found.family is not None
        return found


@pytest.mark.parametrize(
    ("way", "channels"), [("both", ["sms", "email"]), ("sms", ["sms"]), ("email", ["email"]), ("none", [])]
)
def test_the_chosen_ways_are_the_ones_in_use(
    client: FlaskClient, database: Database, cast: Cast, amina: str, both: int, way: str, channels: list[str]
) -> None:
    assert send(client, amina, way) == 303
    assert carer(database, cast).channels == channels
    assert f'value="{way}" checked' in client.get(f"/sv/min/{amina}/meddelanden").text


def test_only_what_is_confirmed_can_be_chosen(client: FlaskClient, database: Database, cast: Cast, amina: str) -> None:
    assert 'value="sms"' not in client.get(f"/sv/min/{amina}/meddelanden").text
    assert send(client, amina, "sms") == 422
    assert carer(database, cast).channels == ["email"]


def test_no_messages_at_all_is_said_kindly_with_what_comes_instead(client: FlaskClient, amina: str, both: int) -> None:
    send(client, amina, "none")
    assert "utan ringer när det är något viktigt" in client.get(f"/sv/min/{amina}/meddelanden").text
    assert "Vi skriver inte till dig." in client.get(f"/sv/min/{amina}/").text


def test_who_wants_no_messages_is_not_told_which_ones_we_send(client: FlaskClient, amina: str, both: int) -> None:
    assert "Det här skickar vi" in client.get(f"/sv/min/{amina}/meddelanden").text
    send(client, amina, "none")
    assert "Det här skickar vi" not in client.get(f"/sv/min/{amina}/meddelanden").text


def test_without_a_number_it_says_that_nobody_can_phone(client: FlaskClient, amina: str) -> None:
    assert "Vi har inget nummer att ringa" in client.get(f"/sv/min/{amina}/meddelanden").text


def test_sms_come_again_after_a_stopp(
    client: FlaskClient, database: Database, cast: Cast, amina: str, both: int
) -> None:
    with database.transaction() as db:
        stopping.stop_sms(db, db.get_one(Carer, both), now=NOW, by=SYSTEM)
    assert 'value="email" checked' in client.get(f"/sv/min/{amina}/meddelanden").text
    send(client, amina, "both")
    assert carer(database, cast).channels == ["sms", "email"]


def test_few_words_can_be_turned_on_and_off(client: FlaskClient, database: Database, cast: Cast, amina: str) -> None:
    send(client, amina, "email", discreet="y")
    assert carer(database, cast).family.discreet
    send(client, amina, "email")
    assert not carer(database, cast).family.discreet


@pytest.mark.parametrize(("language", "status"), [("ar", 303), ("so", 303), ("en", 303), ("fi", 422), ("", 422)])
def test_messages_come_in_a_language_we_write(
    client: FlaskClient, database: Database, cast: Cast, amina: str, language: str, status: int
) -> None:
    assert send(client, amina, "email", language=language) == status
    assert carer(database, cast).language == (language if status == 303 else "sv")


def test_a_mobile_is_added_by_the_code_that_was_sent_there(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    assert f"/sv/min/{amina}/kontakt/sms" in client.get(f"/sv/min/{amina}/meddelanden").text
    answer = client.post(f"/sv/min/{amina}/kontakt/sms", data={"mobile": "070 174 06 05"})
    assert answer.location == f"/sv/bekrafta/{cast.amina.carers[0].code}/"
    assert carer(database, cast).channels == ["email"]
    client.post(answer.location, data={"channel": "sms", "code": the_code(database)})
    assert carer(database, cast).channels == ["sms", "email"]


def the_code(database: Database) -> str:
    with database.reading() as db:
        return db.scalars(select(ContactCheck)).one().code


def test_who_can_be_written_to_again_is_phoned_no_more(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    send(client, amina, "none")
    client.post(f"/sv/min/{amina}/kontakt/sms", data={"mobile": "070 174 06 05"})
    with database.reading() as db:
        assert len(calls.list_open(db, None)) == 1
    data = {"channel": "sms", "code": the_code(database)}
    client.post(f"/sv/bekrafta/{cast.amina.carers[0].code}/", data=data)
    with database.reading() as db:
        assert calls.list_open(db, None) == []


@pytest.mark.parametrize(
    ("channel", "typed", "said"),
    [
        ("sms", "08-123 45 67", "fast telefon"),
        ("sms", "", "Skriv ditt mobilnummer"),
        ("email", "amina", "Skriv en mejladress"),
        ("email", "amina@gmial.com", "Menade du amina@gmail.com?"),
    ],
)
def test_a_slip_is_told_at_the_field(
    client: FlaskClient, database: Database, cast: Cast, amina: str, channel: str, typed: str, said: str
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).email_confirmed_at = None
    name = "mobile" if channel == "sms" else "email"
    answer = client.post(f"/sv/min/{amina}/kontakt/{channel}", data={name: typed})
    assert answer.status_code == 422
    assert said in answer.text


def test_what_is_confirmed_is_not_changed_by_a_link_alone(
    client: FlaskClient, database: Database, cast: Cast, amina: str, both: int
) -> None:
    answer = client.post(f"/sv/min/{amina}/kontakt/sms", data={"mobile": "070 174 06 06"})
    assert answer.location == f"/sv/min/{amina}/meddelanden"
    assert carer(database, cast).mobile == "+46701740605"


def test_a_number_is_not_flooded_with_codes(client: FlaskClient, amina: str) -> None:
    first, second = (client.post(f"/sv/min/{amina}/kontakt/sms", data={"mobile": "070 174 06 05"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 422)
    assert "Vi har nyss skickat en kod" in second.text


def test_what_we_send_is_what_the_plan_and_the_settings_say(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    with database.transaction() as db:
        policies.change(db, Policy(status_weeks=6, quiet_from_hour=21), now=NOW, by=SYSTEM, reason="Vi provar")
        plan = Plan(first_days=(5,), later_days=(), first_morning=True, later_morning=False, day_at=time(12))
        abc = db.get_one(Programme, cast.abc.id)
        plans.change(db, abc, plan, version=0, now=NOW, by=SYSTEM, reason="Vi provar")
    page = client.get(f"/sv/min/{amina}/meddelanden").text
    for said in ("Var 6:e vecka", "5 dagar före och samma morgon", "Ingen påminnelse", "mellan kl. 21 och 8"):
        assert said in page


def test_a_link_of_somebody_elses_changes_nothing_here(
    client: FlaskClient, database: Database, cast: Cast, ben: str, both: int
) -> None:
    send(client, ben, "none")
    assert carer(database, cast).channels == ["sms", "email"]
