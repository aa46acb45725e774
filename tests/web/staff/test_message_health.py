"""How the providers fare, as the centre reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast as typed

import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from booking import create_app
from booking.base.db import Database
from booking.outbox import health, messages
from booking.outbox.health import Noted, Result
from booking.web.site import Site
from config import Settings
from tests.cast import NOW, PASSWORD, Cast
from tests.db.post_office import Box
from tests.web.staff.conftest import on_sqlite

PAGE = "/samordnare/meddelanden/leverantorer"
pytestmark = on_sqlite


@pytest.fixture
def site(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Site:
    """A site with two providers of SMS, and nobody who sends e-mail."""
    senders = {"sms": (Box(name="46elks"), Box(name="other")), "email": (Box(name="console"),)}
    made = typed(Site, create_app(settings, clock=lambda: NOW, senders=senders))
    made.config["WTF_CSRF_ENABLED"] = False
    made.jinja_env.bytecode_cache = compiled_templates
    return made


@pytest.fixture
def greta(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The centre, signed in."""
    client.post("/logga-in", data={"email": cast.greta.email, "password": PASSWORD})
    return client


def test_each_provider_says_how_it_fares_in_the_order_of_preference(database: Database, greta: FlaskClient) -> None:
    before = NOW - timedelta(minutes=20)
    with database.transaction() as db:
        health.note(db, [Noted("46elks", Result.FAULT, "elks credits")] * 3, now=before)
        health.note(db, [Noted("other", Result.OK), Noted("other", Result.REFUSED)], now=before)
    page = greta.get(PAGE).text
    assert page.index("46elks") < page.index("other")
    assert "Nere sedan mån 4/1 kl 09.40" in page
    assert "Pengarna hos sms-leverantören är slut." in page
    assert "Fungerar" in page


def test_a_channel_that_nobody_carries_says_so(greta: FlaskClient) -> None:
    page = greta.get(PAGE).text
    assert "Ingen: står bara i loggen" in page
    assert "Skickar inget" in page


def test_what_waits_for_its_turn_is_counted_with_the_oldest(database: Database, cast: Cast, greta: FlaskClient) -> None:
    with database.transaction() as db:
        messages.queue(db, "offer", 1, cast.amina.carers[0].id, "sms", now=NOW - timedelta(minutes=5))
        messages.queue(db, "offer", 2, cast.amina.carers[0].id, "sms", now=NOW)
    page = greta.get(PAGE).text
    assert "2 skickas strax" in page
    assert "Det äldsta har väntat sedan mån 4/1 kl 09.55." in page
