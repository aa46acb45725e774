"""Signing in: leaders and staff, each to their own door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.base.db import Database
from booking.records.accounts import TRIES, Account, Role
from booking.web.site import Site
from tests.cast import NOW, PASSWORD, Cast, account
from tests.web.conftest import SignIn

Post = Callable[..., TestResponse]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Send a form."""
    return lambda url, **fields: client.post(url, data=fields)


def test_a_coordinator_comes_to_the_desk(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.eva).location == "/samordnare/"


def test_a_leader_comes_to_the_next_meeting(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.carla).location == "/ledare/"


def test_an_account_without_pages_of_its_own_is_told_so(
    cast: Cast, database: Database, client: FlaskClient, sign_in: SignIn
) -> None:
    with database.transaction() as db:
        hanna = account(db, "Hanna", Role.ADMINISTRATOR, None)
    assert sign_in(hanna).location == "/"
    assert "kontot har inga egna sidor än" in client.get("/sv/").text


def test_a_wrong_password_is_told_at_the_field_and_the_address_is_kept(cast: Cast, post: Post) -> None:
    page = post("/logga-in", email="eva@example.org", password="fel")
    assert page.status_code == 422
    assert "Adressen eller lösenordet stämmer inte." in page.text
    assert 'value="eva@example.org"' in page.text


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(cast: Cast, post: Post) -> None:
    known = post("/logga-in", email="eva@example.org", password="fel").text
    unknown = post("/logga-in", email="ida@example.org", password="fel").text
    assert known.count("stämmer inte") == unknown.count("stämmer inte") > 0


def test_many_wrong_tries_let_the_account_rest(database: Database, cast: Cast, post: Post, sign_in: SignIn) -> None:
    for _try in range(TRIES):
        post("/logga-in", email="eva@example.org", password="fel")
    assert sign_in(cast.eva).status_code == 422
    with database.reading() as db:
        assert db.get_one(Account, cast.eva.id).paused_until == NOW + timedelta(minutes=15)


def test_one_is_led_on_to_the_page_one_came_for_but_never_to_another_site(cast: Cast, post: Post) -> None:
    def next_after(wanted: str) -> str:
        return str(post(f"/logga-in?next={wanted}", email="eva@example.org", password=PASSWORD).location)

    assert next_after("/samordnare/kö") != "/samordnare/"
    for foreign in ("https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"):
        assert next_after(foreign) == "/samordnare/"


def test_signing_out_closes_the_desk(cast: Cast, client: FlaskClient, post: Post, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    post("/logga-ut")
    assert client.get("/samordnare/").location == "/logga-in?next=/samordnare/"


def test_a_form_without_its_token_is_refused(cast: Cast, site: Site, client: FlaskClient) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    page = client.post("/logga-in", data={"email": "eva@example.org", "password": PASSWORD})
    assert page.status_code == 400
    assert "öppen för länge" in page.text


def test_too_many_posts_from_one_address_are_asked_to_wait(cast: Cast, post: Post) -> None:
    answers = [post("/logga-in", email="ida@example.org", password="fel").status_code for _try in range(61)]
    assert answers == [422] * 60 + [429]
