"""Messages at the desk: what did not arrive, by cause, and sending it once more."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import holding, messages
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

DESK = "/samordnare/meddelanden"


def write(
    database: Database, who: Registration, state: MessageState, *, thing: int = 1, fault: str | None = None
) -> str:
    """A message to the registration's carer, by its reference."""
    with database.transaction() as db:
        made = messages.queue(db, "placed", thing, who.carers[0].id, "email", now=NOW)
        assert made is not None
        made.state, made.fault = state, fault
        return made.reference


def how_many(database: Database) -> int:
    with database.reading() as db:
        return len(db.scalars(select(Message.id)).all())


@pytest.mark.parametrize(("who", "status"), [("eva", 303), ("filip", 404), ("greta", 303)])
def test_a_failed_message_is_sent_again_by_who_runs_the_family(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, status: int
) -> None:
    made = write(database, cast.amina, MessageState.FAILED)
    sign_in(getattr(cast, who))
    page = client.get(DESK).text
    assert ("Amina Demo" in page) == (status == 303)
    assert "@example.org" not in page
    assert client.post(f"{DESK}/{made}/igen").status_code == status
    assert how_many(database) == (2 if status == 303 else 1)


@pytest.mark.parametrize(("who", "status"), [("eva", 404), ("greta", 303)])
def test_a_failed_mail_to_staff_is_the_centres_to_send_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, status: int
) -> None:
    with database.transaction() as db:
        made = messages.queue_for_staff(db, "group_at_risk", cast.abc_farsta.id, cast.carla.id, now=NOW)
        assert made is not None
        made.state = MessageState.FAILED
    sign_in(getattr(cast, who))
    assert ("En medarbetare" in client.get(DESK).text) == (status == 303)
    assert client.post(f"{DESK}/{made.reference}/igen").status_code == status
    with database.reading() as db:
        sent = db.scalars(select(Message.account_id).where(Message.kind == "group_at_risk")).all()
    assert sent == [cast.carla.id] * (2 if status == 303 else 1)


@on_sqlite
def test_what_may_have_arrived_is_asked_before_it_is_sent_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    made = write(database, cast.amina, MessageState.UNKNOWN)
    sign_in(cast.eva)
    page = client.get(f"{DESK}?state=unknown").text
    assert f'action="{DESK}/{made}/igen"' not in page
    assert f'href="{DESK}/{made}/igen"' in page
    assert "Det kan komma två gånger." in client.get(f"{DESK}/{made}/igen").text


@on_sqlite
def test_failures_stand_together_by_their_cause_with_what_to_do(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    for thing in (1, 2):
        write(database, cast.amina, MessageState.FAILED, thing=thing, fault="recipient 550")
    write(database, cast.amina, MessageState.FAILED, thing=3, fault="text 554")
    sign_in(cast.eva)
    page = client.get(DESK).text
    assert "Mejladressen finns inte eller tar inte emot mejl." in page
    assert "Ring familjen och rätta uppgiften." in page
    assert "Skicka alla 2 igen" in page
    only = client.get(f"{DESK}?state=failed&channel=email&cause=text").text
    assert (page.count(f'action="{DESK}/'), only.count(f'action="{DESK}/')) == (3, 1)


@on_sqlite
def test_all_with_one_cause_are_sent_again_when_one_has_seen_how_many(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    for thing in (1, 2):
        write(database, cast.amina, MessageState.FAILED, thing=thing, fault="recipient 550")
    write(database, cast.ben, MessageState.FAILED, fault="recipient 550")
    which = {"state": "failed", "channel": "email", "cause": "no-address"}
    sign_in(cast.eva)
    assert "Skicka 2 meddelanden igen?" in client.get(f"{DESK}/alla-igen", query_string=which).text
    changed = client.post(f"{DESK}/alla-igen", data=which | {"seen": "1"})
    assert (changed.status_code, how_many(database)) == (409, 3)
    assert client.post(f"{DESK}/alla-igen", data=which | {"seen": "2"}).status_code == 303
    assert how_many(database) == 5
    assert client.post(f"{DESK}/alla-igen", data=which | {"seen": "2"}).status_code == 303  # A second click.
    assert how_many(database) == 5


@on_sqlite
def test_the_queue_says_what_is_waited_for(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    write(database, cast.amina, MessageState.QUEUED)
    with database.transaction() as db:
        holding.hold(db, "email", reason="Fel text", now=NOW, by=SYSTEM)
    sign_in(cast.eva)
    assert "Utskicken är stoppade." in client.get(f"{DESK}?state=queued").text


@on_sqlite
def test_a_message_is_let_go_at_night_once_and_noted(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    made = write(database, cast.amina, MessageState.QUEUED)
    sign_in(cast.eva)
    for _click in range(2):
        assert client.post(f"{DESK}/{made}/nu").status_code == 303
    with database.reading() as db:
        assert db.scalars(select(Message.urgent)).all() == [True]
        assert db.scalars(select(AuditEntry.action)).all().count("message hurried") == 1
