"""The whole way round over real HTTP: an SMS goes to the gateway, a receipt and an answer come back to the site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast as as_type

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from booking import create_app
from booking.outbox import gateway as addresses
from booking.outbox.delivery import deliver
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import KeptReceipt
from booking.places.offers import Offer, OfferState
from booking.web.site import Site
from config import Settings
from tests import gateway
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, give_phone, offer_place
from tests.gateway import Fault, Gateway

OURS = "+46766861234"


@dataclass
class Running:
    """The site and its gateway, both at addresses of their own."""

    site: Site
    address: str
    elks: Gateway

    def work(self) -> None:
        """Send what is due, by SMS."""
        services = self.site.services
        deliver(services.database, services.senders, services.composers, services.clock)

    @property
    def answers(self) -> str:
        return addresses.answer_address(self.address, self.site.services.settings.secret_key)


@pytest.fixture
def running(settings: Settings, cast: Cast) -> Iterator[Running]:
    """Amina has been offered a place; nothing is sent yet."""
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    with gateway.running() as elks:
        given = replace(settings, base_url=address, sms_urls=(elks.setting,), sms_from=OURS)
        site = as_type(Site, create_app(given, clock=lambda: NOW))
        server.app = site
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with site.services.database.transaction() as db:
            give_phone(db, cast.amina, AMINAS)
            offer_place(db, cast.amina, cast.abc_farsta)
        yield Running(site, address, elks)
        server.shutdown()
        thread.join(10)
        server.server_close()
        site.services.database.close()


def message(running: Running) -> Message:
    with running.site.services.database.reading() as db:
        return db.scalars(select(Message).where(Message.channel == "sms").order_by(Message.id)).first()  # type: ignore[return-value]


def test_an_offer_is_sent_arrives_and_is_answered_over_http(running: Running) -> None:
    running.work()
    taken = running.elks.taken[0]
    assert (taken.sender, taken.to) == (OURS, AMINAS)
    assert [running.elks.report(taken, status) for status in ("delivered", "sent", "delivered")] == [204] * 3
    assert message(running).state is MessageState.DELIVERED
    said = [running.elks.incoming(running.answers, AMINAS, f"ja {message(running).answer_code}", name="s1")] * 2
    assert [(came.status, came.reply) for came in said] == [(204, "")] * 2
    running.work()
    assert "Ni har en plats" in running.elks.taken[1].message
    with running.site.services.database.reading() as db:
        assert db.scalars(select(Offer.state)).one() is OfferState.ACCEPTED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_receipt_settles_what_nobody_could_tell_after_the_gateway_hung_up(running: Running) -> None:
    running.elks.next(Fault.CUT_AFTER)
    running.work()
    assert message(running).state is MessageState.UNKNOWN
    assert running.elks.report(running.elks.taken[0], "delivered") == 204
    assert (message(running).state, message(running).provider_id) == (
        MessageState.DELIVERED,
        running.elks.taken[0].id,
    )
    running.work()
    assert len(running.elks.taken) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_gateway_that_is_told_a_wrong_address_gets_nowhere(running: Running) -> None:
    running.work()
    forged = f"{running.address}{addresses.ANSWERS}/{'0' * 32}"
    assert running.elks.incoming(forged, AMINAS, f"nej {message(running).answer_code}").status == 404
    with running.site.services.database.reading() as db:
        assert db.scalars(select(Offer.state)).one() is OfferState.OPEN
        assert db.scalars(select(KeptReceipt)).all() == []
