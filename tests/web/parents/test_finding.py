"""Finding: the start page, what suits the children, coming groups."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests import cast as people
from tests.cast import NOW, Cast, at


@pytest.mark.parametrize(
    ("language", "where"), [("en-GB,en;q=0.9", "/en/"), ("sv", "/sv/"), ("ar", "/sv/"), ("fi,en;q=0.5", "/en/")]
)
def test_the_bare_address_leads_to_a_language_the_visitor_reads(
    client: FlaskClient, cast: Cast, language: str, where: str
) -> None:
    assert client.get("/", headers={"Accept-Language": language}).location == where


def test_the_start_page_has_three_ways_in(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/sv/").text
    for way in ("/sv/hitta", "/sv/grupper", "/sv/lank"):
        assert f'href="{way}"' in page


def test_no_records_is_said_only_when_the_city_has_decided_so(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    assert "journal" not in client.get("/sv/").text
    with database.transaction() as db:
        policies.change(db, Policy(no_records=True), now=NOW, by=SYSTEM, reason="Beslut.")
    assert "Ingen journal skrivs." in client.get("/sv/").text


def test_what_suits_the_child_is_shown_and_nothing_else(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/sv/hitta?fodd=2014&hem=farsta").text
    assert "/sv/program/abc?" in page
    assert "/sv/program/komet-3-11?" not in page


def test_an_age_nobody_is_for_says_whom_to_phone(client: FlaskClient, cast: Cast) -> None:
    assert "Vi har inget för de åldrarna just nu" in client.get("/sv/hitta?fodd=2027").text


def test_a_search_without_a_child_asks_for_one(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/sv/hitta?hem=farsta")
    assert page.status_code == 422
    assert "Kryssa för minst ett år." in page.text


def test_a_programme_shows_its_coming_groups_with_places_and_minutes(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/sv/program/abc?hem=farsta").text
    assert "12 platser kvar" in page
    assert "ungefär 18 minuter dit" in page
    assert "tisdag 26 januari kl. 17.30" in page
    assert "4 träffar, 2,5 timmar var" in page


def test_a_programme_that_does_not_exist_is_not_found(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/sv/program/golf").status_code == 404


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("", {"Farsta familjecentral", "Skarpnäck familjecentral"}),
        ("stadsdel=farsta", {"Farsta familjecentral"}),
        ("dag=3", {"Skarpnäck familjecentral"}),
        ("program=komet-3-11", set()),
        ("lediga=1", {"Skarpnäck familjecentral"}),
        ("stadsdel=online", set()),
    ],
)
def test_the_filters_of_the_address_decide_what_is_shown(
    client: FlaskClient, database: Database, cast: Cast, filters: str, shown: set[str]
) -> None:
    with database.transaction() as db:
        full = db.get_one(Group, cast.abc_farsta.id)
        full.places_taken = full.capacity
    page = client.get(f"/sv/grupper?{filters}").text
    assert {name for name in ("Farsta familjecentral", "Skarpnäck familjecentral") if name in page} == shown


@pytest.mark.parametrize(("families", "text"), [(3, "Kö</span>"), (4, "Kö: 5 väntar</span>")])
def test_how_many_wait_is_told_only_when_it_points_at_nobody(
    client: FlaskClient, database: Database, cast: Cast, families: int, text: str
) -> None:
    with database.transaction() as db:
        full = db.get_one(Group, cast.abc_farsta.id)
        full.places_taken = full.capacity
    with database.transaction() as db:
        for number in range(families):  # Amina waits too.
            people.registration(db, f"Familj {number}", cast.farsta, cast.abc, [cast.farsta], at(2026, 12, 1))
    assert text in client.get("/sv/grupper?stadsdel=farsta").text
