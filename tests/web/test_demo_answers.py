"""In the demo an SMS is answered beside it in the post box, with what then happens for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast as as_type

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import create_app
from booking.base.db import Database
from booking.outbox.delivery import deliver
from booking.outbox.messages import DemoMessage, Message
from booking.places.offers import Offer, OfferState
from booking.web.site import Site
from config import Settings
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, give_phone, offer_place

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def demo(settings: Settings, database: Database, cast: Cast) -> Iterator[Site]:
    """The demo's site. Amina has been offered a place by SMS."""
    made = as_type(Site, create_app(replace(settings, demo=True), clock=lambda: NOW))
    made.config["WTF_CSRF_ENABLED"] = False
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        offer_place(db, cast.amina, cast.abc_farsta)
    work(made)
    yield made
    made.services.database.close()


def work(site: Site) -> None:
    services = site.services
    deliver(services.database, services.senders, services.composers, services.clock)


def answer(client: FlaskClient, site: Site, said: str) -> str:
    """The page after answering the newest SMS."""
    with site.services.database.reading() as db:
        newest = db.scalars(select(DemoMessage).where(DemoMessage.channel == "sms").order_by(DemoMessage.id.desc()))
        number = newest.first()
    assert number is not None
    sent = {"message": str(number.id), "answer": said}
    return client.post("/dev/outbox/svar", data=sent, follow_redirects=True).text


def test_a_visitor_answers_an_offer_and_sees_what_happens(demo: Site) -> None:
    client = demo.test_client()
    with demo.services.database.reading() as db:
        code = db.scalars(select(Message.answer_code).where(Message.answer_code.is_not(None))).one()
    assert f"JA {code}" in client.get("/dev/outbox").text
    assert "Ett ja: platsen är tagen." in answer(client, demo, f"Ja {code}!")
    work(demo)
    assert "Ni har en plats." in client.get("/dev/outbox").text
    with demo.services.database.reading() as db:
        assert db.scalars(select(Offer.state)).one() is OfferState.ACCEPTED


def test_what_is_not_sure_is_said_so_and_stands_on_the_call_list(demo: Site) -> None:
    assert "familjen står på ringlistan" in answer(demo.test_client(), demo, "Kanske")


def test_only_an_sms_that_is_there_can_be_answered(demo: Site) -> None:
    client = demo.test_client()
    for number in ("", "x", "0", "٣", "9" * 400):
        sent = {"message": number, "answer": "stopp"}
        assert "finns inte längre" in client.post("/dev/outbox/svar", data=sent, follow_redirects=True).text


def test_what_is_written_in_arabic_is_read_from_the_right(demo: Site) -> None:
    assert '<p class="pre" dir="auto">Hej!' in demo.test_client().get("/dev/outbox").text
