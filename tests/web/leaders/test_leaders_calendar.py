"""A leader's meetings in their own calendar: their groups', and nobody who comes to them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from booking.base.db import Database
from booking.records.accounts import Account
from tests.cast import Cast
from tests.db.calendar_files import readable, snapshot
from tests.web.conftest import SignIn

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADDRESS = re.compile(r"http://localhost(/kalender/\w{24}\.ics)")


def address(client: FlaskClient) -> str:
    found = ADDRESS.search(client.post("/ledare/kalender").text)
    assert found is not None
    return found[1]


def test_a_leaders_address_shows_the_meetings_of_their_own_groups(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(cast.carla)
    assert readable(client.get(address(client)).data) == snapshot("leader.ics")


def test_the_first_page_leads_there(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.carla)
    assert 'href="/ledare/kalender"' in client.get("/ledare/").text


def test_a_new_or_closed_address_ends_the_one_before(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.carla)
    first, second = address(client), address(client)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client.post("/ledare/kalender/stang")
    assert client.get(second).status_code == 404


def test_a_closed_account_shows_nothing_more(
    client: FlaskClient, database: Database, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(cast.carla)
    made = address(client)
    with database.transaction() as db:
        db.get_one(Account, cast.carla.id).active = False
    assert Calendar.from_ical(client.get(made).data).walk("VEVENT") == []
