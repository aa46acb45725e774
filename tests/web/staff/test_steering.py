"""Deciding over a family at the desk: a certain group, or left out; by who runs both, with a reason, once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import steering
from booking.places.steering import SteerKind
from tests.cast import Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

WHY = "Har gått halva kursen förut"


def standing(database: Database) -> list[tuple[SteerKind, int, int | None, str]]:
    with database.reading() as db:
        return [(each.kind, each.registration_id, each.group_id, each.reason) for each in steering.list_standing(db)]


def test_a_family_gets_its_group_decided_and_a_second_click_is_harmless(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    address = f"/samordnare/anmalan/{cast.amina.code}/bestam-grupp"
    form = {"group": cast.abc_farsta.code, "reason": WHY}
    assert [client.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert standing(database) == [(SteerKind.PIN, cast.amina.id, cast.abc_farsta.id, WHY)]


@on_sqlite
def test_without_a_group_or_a_reason_the_page_says_which_and_keeps_what_was_typed(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    address = f"/samordnare/anmalan/{cast.amina.code}/bestam-grupp"
    no_group = client.post(address, data={"reason": WHY})
    no_reason = client.post(address, data={"group": cast.abc_farsta.code})
    assert (no_group.status_code, no_reason.status_code) == (422, 422)
    assert "Välj en grupp." in no_group.text
    assert WHY in no_group.text
    assert "Skriv varför." in no_reason.text
    assert f'value="{cast.abc_farsta.code}" checked' in no_reason.text
    assert standing(database) == []


@on_sqlite
def test_a_group_of_another_district_cannot_be_decided(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    address = f"/samordnare/anmalan/{cast.amina.code}/bestam-grupp"
    assert "ABC i Skarpnäck" not in client.get(address).text
    assert client.post(address, data={"group": cast.abc_skarpnack.code, "reason": WHY}).status_code == 422
    assert standing(database) == []


@pytest.mark.parametrize("act", ["styr", "bestam-grupp", "hall-utanfor"])
@on_sqlite
def test_a_family_of_another_district_cannot_be_steered(
    client: FlaskClient, cast: Cast, sign_in: SignIn, act: str
) -> None:
    sign_in(cast.eva)
    assert client.get(f"/samordnare/anmalan/{cast.ben.code}/{act}").status_code == 404


@on_sqlite
def test_a_full_group_is_not_there_to_be_chosen(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        group.places_taken = group.capacity
    sign_in(cast.eva)
    page = client.get(f"/samordnare/anmalan/{cast.amina.code}/bestam-grupp").text
    assert "Ingen av dina kommande grupper i programmet har plats." in page


def test_a_family_is_left_out_until_somebody_lifts_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    address = f"/samordnare/anmalan/{cast.amina.code}/hall-utanfor"
    assert [client.post(address, data={"reason": WHY}).status_code for _ in range(2)] == [303, 303]
    assert standing(database) == [(SteerKind.EXCLUDE, cast.amina.id, None, WHY)]
    page = client.get("/samordnare/bestamt").text
    assert "Amina Demo" in page
    assert WHY in page
    with database.reading() as db:
        lift = f"/samordnare/bestamt/{steering.list_standing(db)[0].code}/ta-bort"
    assert [client.post(lift).status_code for _ in range(2)] == [303, 303]
    assert standing(database) == []
    assert "Borttaget" in client.get("/samordnare/bestamt").text


def test_what_was_decided_for_others_families_is_neither_seen_nor_lifted(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.filip)
    client.post(f"/samordnare/anmalan/{cast.ben.code}/hall-utanfor", data={"reason": WHY})
    with database.reading() as db:
        lift = f"/samordnare/bestamt/{steering.list_standing(db)[0].code}/ta-bort"
    sign_in(cast.eva)
    assert "Ben Demo" not in client.get("/samordnare/bestamt").text
    assert client.post(lift).status_code == 404
    assert len(standing(database)) == 1


def test_the_familys_history_says_who_decided_and_why(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    client.post(f"/samordnare/anmalan/{cast.amina.code}/hall-utanfor", data={"reason": WHY})
    page = client.get(f"/samordnare/anmalan/{cast.amina.code}").text
    assert "Utanför kommande förslag" in page
    assert WHY in page.split("Vad som har hänt")[-1]
