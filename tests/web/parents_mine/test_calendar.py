"""My page's calendar: a file of the family's meetings, and a private address that a calendar programme fetches."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.course import group_changes, leaving
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.places import at_once, placements
from booking.records.audit import SYSTEM
from booking.web.site import Site
from tests.cast import NOW, Cast
from tests.db.calendar_files import readable, snapshot

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADDRESS = re.compile(r"http://localhost(/kalender/\w{24}\.ics)")


@pytest.fixture
def placed(database: Database, cast: Cast) -> int:
    """Amina has a place in Carla's group; the id of her placement."""
    with database.transaction() as db:
        registration, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        return at_once.take(db, registration, there, now=NOW, by=SYSTEM).id


def address(client: FlaskClient, token: str) -> str:
    """A new private address, as the page shows it."""
    found = ADDRESS.search(client.post(f"/sv/min/{token}/kalender").text)
    assert found is not None
    return found[1]


def events(client: FlaskClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_the_file_holds_every_meeting(client: FlaskClient, amina: str, placed: int) -> None:
    answer = client.get(f"/sv/min/{amina}/kalender/traffar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert readable(answer.data) == snapshot("download.ics")


def test_a_discreet_familys_calendar_says_neither_what_nor_where(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).family.discreet = True
    assert readable(client.get(f"/sv/min/{amina}/kalender/traffar.ics").data) == snapshot("discreet.ics")
    assert "Bokad tid" in client.get(f"/sv/min/{amina}/kalender").text


def test_my_page_leads_to_the_calendar_once_there_is_a_place(client: FlaskClient, amina: str, placed: int) -> None:
    assert f'href="/sv/min/{amina}/kalender"' in client.get(f"/sv/min/{amina}/").text
    assert f'href="/sv/min/{amina}/kalender/traffar.ics"' in client.get(f"/sv/min/{amina}/kalender").text


def test_without_a_place_the_page_says_what_will_be_there(client: FlaskClient, amina: str) -> None:
    page = client.get(f"/sv/min/{amina}/kalender").text
    assert "När ni har fått en plats finns de här" in page
    assert "traffar.ics" not in page


def test_a_private_address_is_fetched_by_whoever_has_it(client: FlaskClient, amina: str, placed: int) -> None:
    answer = client.get(address(client, amina))
    assert readable(answer.data) == snapshot("feed.ics")


def test_the_address_opens_a_calendar_programme(client: FlaskClient, amina: str) -> None:
    page = client.post(f"/sv/min/{amina}/kalender").text
    assert re.search(r'href="webcal://localhost/kalender/\w{24}\.ics"', page)


def test_the_address_is_shown_once_and_only_its_hash_is_kept(client: FlaskClient, amina: str) -> None:
    made = address(client, amina)
    later = client.get(f"/sv/min/{amina}/kalender").text
    assert made not in later
    assert "Gör en ny adress" in later


def test_a_new_address_closes_the_one_before(client: FlaskClient, amina: str, placed: int) -> None:
    before, after = address(client, amina), address(client, amina)
    assert (client.get(before).status_code, client.get(after).status_code) == (404, 200)


def test_a_closed_address_answers_no_more(client: FlaskClient, amina: str) -> None:
    made = address(client, amina)
    client.post(f"/sv/min/{amina}/kalender/stang")
    assert client.get(made).status_code == 404
    assert client.post(f"/sv/min/{amina}/kalender/stang").status_code == 303


def test_what_has_not_changed_is_not_sent_again(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    made = address(client, amina)
    first = client.get(made)
    assert first.headers["Cache-Control"] == "private, max-age=900"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(made, headers=known).status_code == 304
    call_off_the_first(database, cast)
    assert client.get(made, headers=known).status_code == 200


def call_off_the_first(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        first = sessions.list_of(db, cast.abc_farsta.id)[0]
        group_changes.cancel_session(db, first, now=NOW, by=SYSTEM, reason="Ledaren är sjuk")


def test_a_meeting_that_is_called_off_is_seen_as_such(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    made = address(client, amina)
    call_off_the_first(database, cast)
    first, second, *_others = events(client, made)
    assert (first["status"], first["summary"]) == ("CANCELLED", "Inställt: Träff, Stockholms stad")
    assert second["status"] == "CONFIRMED"


def test_a_place_that_is_given_up_is_seen_as_such_for_a_month(
    client: FlaskClient, site: Site, database: Database, amina: str, placed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = address(client, amina)
    with database.transaction() as db:
        there = db.get_one(placements.Placement, placed)
        leaving.leave_group(db, there, now=NOW, by=SYSTEM, stay_in_queue=True)
    assert {each["summary"] for each in events(client, made)} == {"Avbokat: Träff, Stockholms stad"}
    object.__setattr__(site.services, "clock", lambda: NOW + timedelta(days=31))
    assert events(client, made) == []


def test_what_has_been_stays_for_a_while(client: FlaskClient, site: Site, amina: str, placed: int) -> None:
    made = address(client, amina)
    object.__setattr__(site.services, "clock", lambda: NOW + timedelta(days=60))
    assert [each.start.date() for each in events(client, made)][0] == date(2027, 1, 26)
    object.__setattr__(site.services, "clock", lambda: NOW + timedelta(days=200))
    assert events(client, made) == []


def test_who_has_left_the_family_sees_nothing_more(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    made = address(client, amina)
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).state = CarerState.LEFT
    assert events(client, made) == []


@pytest.mark.parametrize("token", ["", "x", "2" * 24, "a.b", "%00"])
def test_an_address_that_nobody_has_does_not_exist(client: FlaskClient, cast: Cast, token: str) -> None:
    assert client.get(f"/kalender/{token}.ics").status_code == 404


def test_bens_link_makes_no_address_of_aminas(client: FlaskClient, amina: str, ben: str, placed: int) -> None:
    assert events(client, address(client, ben)) == []
