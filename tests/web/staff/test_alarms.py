"""Alarms at the desk: a plain sentence, a way to the thing, and a button where looking at it is all it takes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places import placements, runs
from booking.places.placements import Source, Way
from booking.records import alarms
from booking.records.alarms import Alarm
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn


def sound(database: Database, kind: str, about: tuple[str, int], home: District | None = None, **values: str) -> int:
    with database.transaction() as db:
        home_id = home.id if home else None
        return alarms.sound(db, kind, thing_kind=about[0], thing_id=about[1], district_id=home_id, now=NOW, **values).id


@pytest.mark.parametrize(("who", "sees"), [("eva", True), ("filip", False), ("greta", True)])
def test_an_alarm_stands_on_the_overview_of_its_district_and_of_the_centre(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, sees: bool
) -> None:
    number = sound(database, "tomorrows_kind", ("groups", cast.abc_farsta.id), cast.farsta)
    sign_in(getattr(cast, who))
    page = client.get("/samordnare/").text
    assert ("Något behöver ses över: tomorrows kind." in page) == sees
    assert client.post(f"/samordnare/larm/{number}/klart").status_code == (303 if sees else 404)


def test_what_failed_is_said_and_leads_to_its_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        run = runs.request(db, now=NOW, by=SYSTEM)
    sound(database, "plan_failed", ("allocation_runs", run.id))
    sign_in(cast.greta)
    page = client.get("/samordnare/").text
    assert "Ett förslag klarade inte kontrollen." in page
    assert f"/samordnare/forslag/{run.code}" in page


def test_a_stopped_autopilot_is_let_go_on_from_its_own_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    number = sound(database, "autopilot_stopped", ("programmes", cast.abc.id), why="plan_failed")
    sign_in(cast.greta)
    page = client.get("/samordnare/").text
    assert "Autopiloten har stannat. Det senaste förslaget klarade inte kontrollen." in page
    assert "/samordnare/autopilot/abc" in page
    assert f"/samordnare/larm/{number}/klart" not in page
    assert client.post(f"/samordnare/larm/{number}/klart").status_code == 404


def test_an_alarm_about_something_that_is_gone_can_still_be_read_and_settled(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    number = sound(database, "plan_failed", ("allocation_runs", 999))
    sign_in(cast.greta)
    assert f"/samordnare/larm/{number}/klart" in client.get("/samordnare/").text


def test_who_has_seen_to_it_is_written_down_once(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    number = sound(database, "plan_failed", ("groups", cast.abc_farsta.id), cast.farsta)
    sign_in(cast.eva)
    assert [client.post(f"/samordnare/larm/{number}/klart").status_code for _ in range(2)] == [303, 303]
    with database.reading() as db:
        assert not db.get_one(Alarm, number).is_open
        who = db.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "alarm settled")).all()
    assert who == [cast.eva.id]


def test_a_group_at_risk_stands_in_its_table_and_not_twice(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sound(database, "group_at_risk", ("groups", cast.abc_farsta.id), cast.farsta)
    sign_in(cast.eva)
    page = client.get("/samordnare/").text
    assert page.count(f"/samordnare/grupp/{cast.abc_farsta.code}") == 1


def test_a_provider_that_is_down_is_told_to_the_centre_and_ends_by_itself(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    number = sound(
        database, "provider_down", ("provider smtp", 0), provider="smtp", since=NOW.isoformat(), fault="greeting 535"
    )
    sign_in(cast.greta)
    page = client.get("/samordnare/").text
    assert "Mejlservern är nere sedan måndag 4 januari kl. 10.00. Leverantören släppte inte in oss" in page
    assert "/samordnare/meddelanden/leverantorer" in page
    assert f"/samordnare/larm/{number}/klart" not in page


def test_messages_that_do_not_get_away_are_told_with_their_number(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        alarms.sound(db, "messages_late", thing_kind="messages", thing_id=0, now=NOW, count=3, since=NOW.isoformat())
    sign_in(cast.greta)
    page = client.get("/samordnare/").text
    assert "3 meddelanden skulle ha gått. Det äldsta har väntat sedan måndag 4 januari kl. 10.00." in page


def test_a_family_that_stayed_away_twice_is_not_named_and_leads_to_its_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        place = placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM).id
    number = sound(database, "stayed_away_twice", ("placements", place), cast.farsta)
    sign_in(cast.eva)
    page = client.get("/samordnare/").text
    assert "En familj har uteblivit två gånger i rad utan att säga till." in page
    assert f"/samordnare/anmalan/{cast.amina.code}" in page
    assert "Amina" not in page
    assert client.post(f"/samordnare/larm/{number}/klart").status_code == 303
