"""A site on the test's own database, where it is Monday 4 January 2027, 10.00 in Stockholm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import create_app
from booking.base import texts
from booking.records.accounts import Account
from booking.web.site import Site
from config import Settings
from tests.cast import NOW, PASSWORD

SignIn = Callable[[Account], TestResponse]


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """The whole application, with nobody who sends. Forms need no token; a test that is about tokens turns them on."""
    made = cast(Site, create_app(settings, clock=lambda: NOW, senders={}))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.services.database.close()
    texts.speak(texts.DEFAULT)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """A visitor."""
    return site.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> SignIn:
    """Sign somebody of the cast in with their password."""
    return lambda account: client.post("/logga-in", data={"email": account.email, "password": PASSWORD})
