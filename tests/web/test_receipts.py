"""Where the gateway reports: only with the secret, always answered with nothing, and never a word in the log."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from booking.base.db import Database
from booking.course import replies
from booking.course.replies import Reply, ReplyState, answering
from booking.outbox import gateway
from booking.outbox.messages import Message, MessageState
from booking.places.offers import Offer, OfferState
from booking.web.site import Site
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, NOBODYS, Phones, give_phone, offer_place, post

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SECRET = gateway.gateway_secret("a secret key that is used in tests only")
ANSWERS = f"{gateway.ANSWERS}/{SECRET}"


@pytest.fixture
def message(database: Database, cast: Cast) -> Message:
    """The SMS in which Amina was offered a place, as it was handed over."""
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        offer_place(db, cast.amina, cast.abc_farsta, hours=1)
    post(database, Phones())
    with database.reading() as db:
        return db.scalars(select(Message).where(Message.channel == "sms")).one()


def receipts_of(message: Message) -> str:
    return f"{gateway.RECEIPTS}/{SECRET}/{message.reference}"


def sms(text: str, *, name: str = "s1", number: str = AMINAS) -> dict[str, str]:
    """What the gateway posts when somebody has written."""
    return {"direction": "incoming", "id": name, "from": number, "to": "+46766861234", "message": text}


def test_a_receipt_is_written_down_and_answered_with_nothing(
    database: Database, client: FlaskClient, message: Message
) -> None:
    answer = client.post(receipts_of(message), data={"id": "p1", "status": "delivered"})
    assert (answer.status_code, answer.data) == (204, b"")
    with database.reading() as db:
        assert db.get_one(Message, message.id).state is MessageState.DELIVERED


@one_database
def test_a_receipt_may_give_the_family_more_time_and_never_less(
    database: Database, client: FlaskClient, message: Message
) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(handed_at=NOW - timedelta(hours=30), reply_by=NOW + timedelta(hours=18)))
    client.post(receipts_of(message), data={"status": "delivered", "delivered": "2027-01-04T08:59:00"})
    with database.reading() as db:
        offer = db.scalars(select(Offer)).one()
        assert offer.delivered_at == NOW - timedelta(minutes=1)
        assert offer.reply_by > NOW + timedelta(hours=18)
        later = offer.reply_by
    client.post(receipts_of(message), data={"status": "delivered", "delivered": "2027-01-04T09:00:00"})
    with database.reading() as db:
        assert db.scalars(select(Offer.reply_by)).one() == later


@one_database
def test_nonsense_is_answered_with_nothing_too(client: FlaskClient, cast: Cast) -> None:
    forms = [{}, {"status": "created"}, {"status": "\0", "id": "\0"}, {"status": "delivered", "delivered": "x"}]
    for form, reference in itertools.product(forms, ["x", "f" * 24, "é", "%FF"]):
        assert client.post(f"{gateway.RECEIPTS}/{SECRET}/{reference}", data=form).status_code == 204
        assert client.post(ANSWERS, data=form).status_code == 204
        assert client.post(ANSWERS, json=[form]).status_code == 204


@one_database
def test_a_wrong_secret_finds_nothing(client: FlaskClient, message: Message) -> None:
    for wrong in ("x", SECRET[:-1], SECRET.upper(), SECRET + "0", "é"):
        for path in (f"{gateway.RECEIPTS}/{wrong}/{message.reference}", f"{gateway.ANSWERS}/{wrong}"):
            assert client.post(path, data={"status": "delivered"} | sms("stopp")).status_code == 404


@one_database
def test_the_addresses_cannot_be_opened(client: FlaskClient, message: Message) -> None:
    for path in (receipts_of(message), ANSWERS):
        assert client.get(path).status_code == 405


@one_database
def test_a_gateway_needs_no_forms_token_and_meets_no_limit(
    database: Database, site: Site, client: FlaskClient, message: Message
) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    answers = {client.post(receipts_of(message), data={"status": "sent"}).status_code for _ in range(260)}
    assert answers == {204}


def test_an_sms_is_acted_upon_once_and_answered_with_nothing(
    database: Database, client: FlaskClient, message: Message
) -> None:
    said = sms(f"Ja {message.answer_code}")
    for _ in range(3):
        answer = client.post(ANSWERS, data=said)
        assert (answer.status_code, answer.data) == (204, b"")
    with database.reading() as db:
        assert db.scalars(select(Offer.state)).one() is OfferState.ACCEPTED
        assert db.scalars(select(Reply.state)).all() == [ReplyState.ACCEPTED]


@one_database
def test_an_sms_from_nobody_is_only_counted_and_no_log_says_what_it_was(
    database: Database, client: FlaskClient, message: Message, capsys: pytest.CaptureFixture[str]
) -> None:
    client.post(ANSWERS, data=sms("Jag heter Ben och bor i Farsta", number=NOBODYS))
    client.post(ANSWERS, data=sms("Jag heter Amina och bor i Farsta", name="s2"))
    logged = capsys.readouterr().err
    assert logged.count("an SMS came") == 2
    assert not any(word in logged for word in ("Ben", "Amina", "Farsta", "+467", SECRET))
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Reply)) == 1


@one_database
def test_a_fault_of_ours_does_not_lose_what_somebody_said(
    database: Database, client: FlaskClient, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise LookupError("Amina Demo")

    monkeypatch.setattr(answering, "answer", broken)
    assert client.post(ANSWERS, data=sms(f"ja {message.answer_code}")).status_code == 204
    with database.reading() as db:
        assert db.scalars(select(Reply.state)).one() is ReplyState.UNCLEAR
        assert db.scalars(select(Offer.state)).one() is OfferState.OPEN


@one_database
def test_answers_are_kept_for_ninety_days_and_cannot_be_read_in_the_database(
    database: Database, client: FlaskClient, message: Message
) -> None:
    client.post(ANSWERS, data=sms("Jag heter Amina"))
    with database.transaction() as db:
        row = db.connection().exec_driver_sql("SELECT * FROM replies").one()
        assert not any(word in str(row) for word in ("Amina", AMINAS))
        replies.forget(db, now=NOW + timedelta(days=89))
        assert db.scalars(select(Reply.text)).one() == "Jag heter Amina"
        replies.forget(db, now=NOW + timedelta(days=90))
        assert db.scalars(select(Reply)).all() == []
