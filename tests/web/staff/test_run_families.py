"""A run family by family: filtered in the address, own families alone, one held back."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import runs
from booking.places.offers import Offer
from booking.places.runs import DecisionState, RunDecision
from tests.cast import Cast
from tests.db import rounds
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite


def offered(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count(Offer.id))) or 0


@pytest.fixture
def one_place(database: Database, cast: Cast) -> str:
    """A proposal in which Farsta alone has a group, with one place: Amina gets it, Ben waits."""
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).capacity = 1
        db.get_one(Group, cast.abc_skarpnack.id).capacity = 1
        db.get_one(Group, cast.abc_skarpnack.id).first_day = cast.abc_farsta.first_day.replace(year=2026)
    return rounds.run(database, rounds.propose(database)).code


@on_sqlite
def test_every_family_stands_with_its_reason(client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{proposal}/familjer").text
    assert "Amina Demo" in page
    assert "Bosatt där ABC i Farsta" in page


def test_those_who_stay_without_are_found_by_their_reason(
    client: FlaskClient, cast: Cast, sign_in: SignIn, one_place: str
) -> None:
    sign_in(cast.greta)
    address = f"/samordnare/forslag/{one_place}/familjer?show=waiting&why="
    assert "Ben Demo" in client.get(f"{address}full_residents").text
    assert "Ben Demo" not in client.get(f"{address}too_few").text


def test_those_who_get_a_place_in_another_district_are_a_list_of_their_own(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).first_day = cast.abc_farsta.first_day.replace(year=2026)
    run = rounds.run(database, rounds.propose(database))
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{run.code}/familjer?show=guests").text
    assert "Ben Demo" in page
    assert "Amina Demo" not in page


@on_sqlite
def test_those_whom_no_plan_could_do_right_by_are_a_list_of_their_own(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    with database.transaction() as db:
        run = runs.get_by_code(db, proposal)
        snapshot = runs.find_snapshot(db, run.id)
        assert snapshot is not None
        snapshot.result = json.dumps(json.loads(snapshot.result) | {"exceptions": [str(cast.ben.id)]})
        run.figures = run.figures | {"exceptions": 1}
    sign_in(cast.greta)
    assert "1 familj får en annan grupp" in client.get(f"/samordnare/forslag/{proposal}").text
    page = client.get(f"/samordnare/forslag/{proposal}/familjer?show=exceptions").text
    assert "Ben Demo" in page
    assert "Amina Demo" not in page


def test_the_line_to_a_group_says_who_gets_the_place_and_who_stands_next(
    client: FlaskClient, cast: Cast, sign_in: SignIn, one_place: str
) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{one_place}/grupp/{cast.abc_farsta.code}").text
    assert page.index("Amina Demo") < page.index("Ben Demo")


@on_sqlite
def test_from_the_group_one_comes_to_its_line_in_the_newest_run(
    client: FlaskClient, cast: Cast, sign_in: SignIn, one_place: str
) -> None:
    sign_in(cast.eva)
    page = client.get(f"/samordnare/grupp/{cast.abc_farsta.code}/ko", follow_redirects=True)
    assert page.request.path == f"/samordnare/forslag/{one_place}/grupp/{cast.abc_farsta.code}"


def test_in_the_line_to_a_group_other_districts_families_are_a_number(
    client: FlaskClient, cast: Cast, sign_in: SignIn, one_place: str
) -> None:
    sign_in(cast.eva)
    page = client.get(f"/samordnare/forslag/{one_place}/grupp/{cast.abc_farsta.code}").text
    assert "Amina Demo" in page
    assert "Ben Demo" not in page
    assert "1 familj i en annan stadsdel" in page


def test_who_is_held_back_gets_no_offer(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.eva)
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.amina.code}"
    assert client.post(held, data={"reason": "Vi ska ringa först"}).status_code == 303
    assert client.post(held, data={"reason": "En gång till"}).status_code == 303
    assert "Amina Demo" in client.get(f"/samordnare/forslag/{proposal}/familjer?show=held").text
    sign_in(cast.greta)
    client.post(f"/samordnare/forslag/{proposal}/publicera")
    assert offered(database) == 1
    with database.reading() as db:
        run = runs.get_by_code(db, proposal)
        decision = runs.find_decision(db, run.id, cast.amina.id)
        assert decision is not None
        assert decision.state is DecisionState.EXCLUDED


def test_who_was_held_back_is_let_through_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.eva)
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.amina.code}"
    client.post(held, data={"reason": "Vi ska ringa först"})
    let_through = held.replace("hall-tillbaka", "slapp-fram")
    assert let_through in client.get(f"/samordnare/forslag/{proposal}/familjer?show=held").text
    assert [client.post(let_through).status_code for _click in range(2)] == [303, 303]
    sign_in(cast.greta)
    client.post(f"/samordnare/forslag/{proposal}/publicera")
    assert offered(database) == 2


@on_sqlite
def test_after_holding_back_one_is_in_the_list_as_it_was_filtered(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.eva)
    page = client.get(f"/samordnare/forslag/{proposal}/familjer?programme=abc").text
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.amina.code}?programme=abc"
    assert f'href="{held}"' in page
    answer = client.post(held, data={"reason": "Vi ska ringa först"})
    assert answer.location == f"/samordnare/forslag/{proposal}/familjer?programme=abc"


@on_sqlite
def test_another_districts_family_cannot_be_held_back(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str, database: Database
) -> None:
    sign_in(cast.eva)
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.ben.code}"
    assert client.post(held, data={"reason": "Vi ska ringa först"}).status_code == 404
    with database.reading() as db:
        assert set(db.scalars(select(RunDecision.state))) == {DecisionState.PROPOSED}
