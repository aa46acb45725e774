"""Every message to a family, for those who run it: what became of each, and its text with a click that is noted."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.course.replies import Reply, ReplyState
from booking.outbox import messages
from booking.outbox.messages import MessageState
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.records.audit import AuditEntry
from booking.web.staff import family_replies
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

TEXT = "Hej! Vi har en plats till er. /Staden"


def log(registration: Registration) -> str:
    return f"/samordnare/anmalan/{registration.code}/meddelanden"


def write(database: Database, who: Registration, kind: str = "offer", body: str | None = TEXT, **values: object) -> str:
    """A message that has been sent to the registration's carer, by its reference."""
    with database.transaction() as db:
        made = messages.queue(db, kind, 1, who.carers[0].id, "sms", now=NOW)
        assert made is not None
        made.state, made.sent_at, made.body = MessageState.SENT, NOW, body
        for name, value in values.items():
            setattr(made, name, value)
        return made.reference


@on_sqlite
def test_the_log_says_what_went_to_whom_how_and_what_became_of_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    write(database, cast.amina, state=MessageState.DELIVERED, delivered_at=NOW, parts=2)
    write(database, cast.amina, "reminder", state=MessageState.FAILED, sent_at=None, fault="elks 400")
    sign_in(cast.eva)
    page = client.get(log(cast.amina)).text
    assert log(cast.amina) in client.get(f"/samordnare/anmalan/{cast.amina.code}").text
    for said in (
        "Erbjudande", "Sms till Amina Demo", "Framme mån 4/1 kl 10.00.", "Gick som 2 sms.",
        "Påminnelse", "Numret finns inte eller tar inte emot sms.",
    ):  # fmt: skip
        assert said in page
    assert TEXT not in page


@pytest.mark.parametrize(("who", "status"), [("eva", 200), ("filip", 404), ("greta", 200), ("carla", 404)])
def test_a_text_is_read_by_those_who_run_the_family_and_each_look_is_noted(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, status: int
) -> None:
    reference = write(database, cast.amina)
    sign_in(getattr(cast, who))
    answer = client.post(f"{log(cast.amina)}/{reference}")
    assert (answer.status_code, TEXT in answer.text) == (status, status == 200)
    with database.reading() as db:
        looks = db.scalars(select(AuditEntry).where(AuditEntry.action == "message read")).all()
    assert [look.actor_id for look in looks] == ([getattr(cast, who).id] if status == 200 else [])


@on_sqlite
def test_who_has_read_a_text_stands_in_the_familys_history(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    reference = write(database, cast.amina)
    sign_in(cast.greta)
    client.post(f"{log(cast.amina)}/{reference}")
    assert "Texten i ett meddelande lästes" in client.get(f"/samordnare/anmalan/{cast.amina.code}").text


@on_sqlite
def test_another_familys_text_is_not_read_through_the_own_one(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    reference = write(database, cast.ben)
    sign_in(cast.greta)
    assert client.post(f"{log(cast.amina)}/{reference}").status_code == 404
    assert client.post(f"{log(cast.ben)}/{reference}").status_code == 200


@on_sqlite
def test_a_code_to_type_in_is_shown_to_nobody(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    reference = write(database, cast.amina, "confirm", "Hej! Koden är 4821. Den gäller i 15 minuter.")
    sign_in(cast.eva)
    page = client.post(f"{log(cast.amina)}/{reference}").text
    assert "Koden är ••••. Den gäller i 15 minuter." in page
    assert "4821" not in page


@on_sqlite
def test_a_protected_familys_log_names_nobody(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    write(database, cast.amina)
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).protected = True
    sign_in(cast.eva)
    page = client.get(log(cast.amina)).text
    assert "Sms till Förälder 1" in page
    assert "Amina" not in page


@on_sqlite
def test_one_comes_back_to_the_family_after_sending_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    reference = write(database, cast.amina, state=MessageState.FAILED)
    sign_in(cast.eva)
    answer = client.post(f"/samordnare/meddelanden/{reference}/igen", data={"family": cast.amina.code})
    assert answer.location == log(cast.amina)
    page = client.get(log(cast.amina)).text
    assert f"/samordnare/meddelanden/{reference}/igen" not in page  # It has been sent again: no button any more.


@pytest.mark.parametrize(("who", "status"), [("eva", 200), ("filip", 404)])
def test_what_a_family_has_answered_is_read_with_a_click_that_is_noted(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, status: int
) -> None:
    carer = cast.amina.carers[0]
    with database.transaction() as db:
        came = {"provider": "46elks", "provider_id": "s1", "number": "+46701740605", "came_at": NOW}
        db.add(Reply(**came, number_hash="x", text="NEJ 7K", state=ReplyState.DECLINED, carer_id=carer.id))
    sign_in(getattr(cast, who))
    seen = client.get(log(cast.amina))
    assert (seen.status_code, "Tackade nej" in seen.text, "NEJ 7K" in seen.text) == (status, status == 200, False)
    read = client.post(f"/samordnare/anmalan/{cast.amina.code}/svar")
    assert (read.status_code, "NEJ 7K" in read.text) == (status, status == 200)
    with database.reading() as db:
        noted = db.scalars(select(AuditEntry.action).where(AuditEntry.action == "replies read")).all()
    assert len(noted) == (1 if status == 200 else 0)


def test_every_end_of_an_answer_has_words() -> None:
    assert set(family_replies.BECAME) == set(ReplyState)


@on_sqlite
def test_what_failed_one_way_and_went_another_says_so(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    write(database, cast.amina, state=MessageState.FAILED, fault="elks 400")
    sign_in(cast.eva)
    assert "Samma sak har gått som mejl." not in client.get(log(cast.amina)).text
    with database.transaction() as db:
        other = messages.queue(db, "offer", 1, cast.amina.carers[0].id, "email", now=NOW)
        assert other is not None
        other.state = MessageState.SENT
    assert "Samma sak har gått som mejl." in client.get(log(cast.amina)).text


@on_sqlite
def test_a_family_that_has_got_nothing_has_an_empty_log(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    assert "Familjen har inte fått några meddelanden än." in client.get(log(cast.amina)).text
