"""Trying other sizes at the desk: what would change, without changing anything; and making it so."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places.offers import Offer
from booking.places.run_engine import compute_waiting
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast
from tests.db import rounds
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite


def sizes(database: Database, group: Group) -> tuple[int, int]:
    with database.reading() as db:
        now = db.get_one(Group, group.id)
        return now.capacity, now.minimum


def trials(database: Database) -> list[AllocationRun]:
    with database.reading() as db:
        return list(db.scalars(select(AllocationRun).where(AllocationRun.trial.is_not(None))))


@pytest.fixture
def seven(database: Database, cast: Cast) -> str:
    """A proposal in which Farsta's group needs seven, so that it does not start."""
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 7
        db.get_one(Group, cast.abc_skarpnack.id).minimum = 7
    return rounds.run(database, rounds.propose(database)).code


@pytest.fixture
def trial(client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, seven: str) -> str:
    """Eva has asked what happens if Farsta's group starts with one; a worker has answered."""
    sign_in(cast.eva)
    form = {"sizes-0-group": cast.abc_farsta.code, "sizes-0-capacity": "12", "sizes-0-minimum": "1"}
    assert client.post(f"/samordnare/prov/nytt?base={seven}", data=form).status_code == 303
    compute_waiting(database, lambda: NOW)
    (run,) = trials(database)
    assert run.state is RunState.TRIED
    return run.code


def test_a_lower_minimum_is_tried_and_the_difference_is_shown(client: FlaskClient, trial: str) -> None:
    page = client.get(f"/samordnare/forslag/{trial}").text
    assert "Ett prov: ingenting är ändrat" in page
    assert "2 familjer till får plats. 1 grupp till startar." in " ".join(page.split())
    compared = client.get(f"/samordnare/forslag/{trial}/skillnad").text
    assert "Startar nu, men inte då" in compared
    assert "Amina Demo" in compared
    assert "Ben Demo" not in compared
    assert "Dessutom 1 familj i andra stadsdelar." in compared


def test_a_trial_changes_nothing_and_can_never_be_published(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, trial: str
) -> None:
    assert sizes(database, cast.abc_farsta) == (12, 7)
    sign_in(cast.greta)
    assert client.post(f"/samordnare/forslag/{trial}/publicera").status_code == 409
    with database.reading() as db:
        assert db.scalar(select(func.count(Offer.id))) == 0


def test_the_group_is_changed_as_it_was_tried_with_a_reason_and_once(
    client: FlaskClient, cast: Cast, database: Database, trial: str
) -> None:
    address = f"/samordnare/prov/{trial}/andra/{cast.abc_farsta.code}"
    page = client.get(address).text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert client.post(address, data={"version": version}).status_code == 422
    form = {"version": version, "reason": "Ledarna klarar en mindre grupp"}
    assert [client.post(address, data=form).status_code for _ in range(2)] == [303, 303]
    assert sizes(database, cast.abc_farsta) == (12, 1)
    with database.reading() as db:
        assert db.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "group changed")) == 1


def test_a_group_that_somebody_else_has_changed_meanwhile_is_not_changed_unseen(
    client: FlaskClient, cast: Cast, database: Database, trial: str
) -> None:
    address = f"/samordnare/prov/{trial}/andra/{cast.abc_farsta.code}"
    answer = client.post(address, data={"version": "99", "reason": "Ledarna klarar en mindre grupp"})
    assert answer.status_code == 422
    assert "Någon annan hann ändra gruppen" in answer.text
    assert sizes(database, cast.abc_farsta) == (12, 7)


@on_sqlite
def test_another_districts_group_is_neither_tried_nor_changed(
    client: FlaskClient, cast: Cast, sign_in: SignIn, trial: str
) -> None:
    form = {"sizes-0-group": cast.abc_skarpnack.code, "sizes-0-capacity": "12", "sizes-0-minimum": "1"}
    assert client.post("/samordnare/prov/nytt", data=form).status_code == 404
    sign_in(cast.filip)
    assert client.get(f"/samordnare/prov/{trial}/andra/{cast.abc_farsta.code}").status_code == 404


@pytest.mark.parametrize(
    ("capacity", "minimum", "sentence"),
    [
        ("12", "13", "Minsta antalet kan inte vara större än antalet platser."),
        ("tolv", "1", "Skriv ett heltal"),
        ("99", "1", "Skriv ett tal från 1 till 60."),
        ("", "1", "Skriv hur många platser."),
    ],
)
@on_sqlite
def test_sizes_that_no_group_can_have_are_said_at_the_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, capacity: str, minimum: str, sentence: str
) -> None:
    sign_in(cast.eva)
    form = {"sizes-0-group": cast.abc_farsta.code, "sizes-0-capacity": capacity, "sizes-0-minimum": minimum}
    answer = client.post("/samordnare/prov/nytt", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{capacity}"' in answer.text
    assert "minimum</a>" not in answer.text
    assert trials(database) == []


@on_sqlite
def test_fewer_places_than_are_taken_cannot_be_tried(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 5
    sign_in(cast.eva)
    form = {"sizes-0-group": cast.abc_farsta.code, "sizes-0-capacity": "4", "sizes-0-minimum": "1"}
    answer = client.post("/samordnare/prov/nytt", data=form)
    assert "5 platser är redan tagna eller erbjudna." in answer.text


@on_sqlite
def test_another_group_is_added_and_what_was_typed_is_kept(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    form = {"sizes-0-group": cast.abc_farsta.code, "sizes-0-capacity": "9", "sizes-0-minimum": "3"}
    page = client.post("/samordnare/prov/nytt", data=form | {"act": "add", "more": cast.abc_skarpnack.code})
    assert page.status_code == 200
    assert 'name="sizes-1-capacity" value="12"' in page.text
    assert 'name="sizes-0-capacity" value="9"' in page.text


@on_sqlite
def test_who_chooses_no_group_is_asked_to(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    answer = client.post("/samordnare/prov/nytt")
    assert answer.status_code == 422
    assert "Välj minst en grupp att pröva med." in answer.text
