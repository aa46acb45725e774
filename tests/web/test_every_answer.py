"""What holds for every answer: headers, languages, and pages that help when something is wrong."""

from __future__ import annotations

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import text

from booking.base.errors import Refused
from booking.people.registrations import Registration
from booking.records.accounts import Account
from tests.cast import Cast
from tests.web.conftest import SignIn


def test_every_answer_carries_the_security_headers(cast: Cast, client: FlaskClient) -> None:
    headers = client.get("/sv/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_page_that_does_not_exist_says_so_in_the_language_of_its_address(cast: Cast, client: FlaskClient) -> None:
    page = client.get("/sv/finns-inte")
    assert (page.status_code, page.headers["Content-Language"]) == (404, "sv")
    assert client.get("/en/finns-inte").headers["Content-Language"] == "en"


def test_pages_without_a_language_of_their_own_are_in_the_one_that_was_read_last(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    assert client.get("/logga-in").headers["Content-Language"] == "sv"
    client.get("/en/")
    sign_in(cast.eva)
    assert client.get("/samordnare/").headers["Content-Language"] == "en"
    client.get("/sv/")
    assert client.get("/samordnare/").headers["Content-Language"] == "sv"


def test_reading_a_page_cannot_change_anything(cast: Cast, site: Flask, client: FlaskClient) -> None:
    def sly() -> str:
        g.db.get_one(Account, cast.eva.id).name = "Någon annan"
        g.db.flush()
        return "changed"

    site.add_url_rule("/sly", view_func=sly)
    assert client.get("/sly").status_code == 500


def test_a_fault_of_ours_is_owned_and_tells_nothing_inside(cast: Cast, site: Flask, client: FlaskClient) -> None:
    def broken() -> str:
        raise RuntimeError("amina@example.org")

    site.add_url_rule("/broken", view_func=broken)
    page = client.get("/broken")
    assert page.status_code == 500
    assert "Det är inte ditt fel" in page.text
    assert "amina@example.org" not in page.text


def test_who_changes_what_somebody_else_just_changed_is_told_so(cast: Cast, site: Flask, client: FlaskClient) -> None:
    def late() -> str:
        mine = g.db.get_one(Registration, cast.amina.id)
        g.db.connection().execute(text("UPDATE registrations SET version = version + 1"))
        mine.flexible = True
        g.db.flush()
        return "changed"

    site.add_url_rule("/late", view_func=late, methods=["POST"])
    assert client.post("/late").status_code == 409


def test_what_a_refused_request_had_changed_is_undone(cast: Cast, site: Flask, client: FlaskClient) -> None:
    def halfway() -> str:
        g.db.get_one(Account, cast.eva.id).active = False
        g.db.flush()
        raise Refused("Det går inte i dag.")

    def look() -> str:
        return str(g.db.get_one(Account, cast.eva.id).active)

    site.add_url_rule("/halfway", view_func=halfway, methods=["POST"])
    site.add_url_rule("/look", view_func=look)
    page = client.post("/halfway")
    assert page.status_code == 409
    assert "Det går inte i dag." in page.text
    assert client.get("/look").text == "True"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_process_and_its_database_are_well(cast: Cast, client: FlaskClient, path: str) -> None:
    assert client.get(path).text == "ok\n"
