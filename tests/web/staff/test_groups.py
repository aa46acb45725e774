"""Groups at the desk: set up, changed, cancelled."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import SessionState
from booking.outbox.messages import Message
from booking.people.registrations import Registration, RegistrationState
from tests.cast import Cast, group
from tests.web.conftest import SignIn
from tests.web.staff.conftest import Place

WHY = "För få anmälda"


def answers(cast: Cast, **changes: object) -> dict[str, object]:
    usual = {
        "programme": cast.abc.id, "districts": cast.farsta.id, "venue": cast.abc_farsta.venue_id, "organiser": 0,
        "first_day": "2027-02-09", "starts_at": "17.30", "languages": "sv", "leaders": cast.carla.id,
    }  # fmt: skip
    return {**usual, **changes}


def latest(database: Database) -> Group:
    with database.reading() as db:
        return db.scalars(select(Group).order_by(Group.id.desc())).first() or pytest.fail("no group")


def test_a_coordinator_sets_up_a_group_with_the_programmes_sizes(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    answer = client.post("/samordnare/grupp/ny", data=answers(cast), follow_redirects=True)
    assert "Första träffen är tisdag 9 februari." in answer.text
    made = latest(database)
    assert (made.capacity, made.minimum, made.weekday, made.state) == (12, 7, 1, GroupState.OPEN)


def test_a_hidden_group_is_opened_from_its_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    client.post("/samordnare/grupp/ny", data=answers(cast, hidden="y"))
    made = latest(database)
    assert made.state is GroupState.HIDDEN
    for _twice in range(2):
        assert client.post(f"/samordnare/grupp/{made.code}/oppna").status_code == 303
    assert latest(database).state is GroupState.OPEN


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_day": ""}, "Välj dag för första träffen."),
        ({"first_day": "nästa tisdag"}, "Skriv dagen som år-månad-dag"),
        ({"first_day": "2026-12-01"}, "Första dagen måste ligga framåt i tiden."),
        ({"starts_at": "halv sex"}, "Skriv klockslaget så här"),
        ({"capacity": "många"}, "Skriv ett heltal"),
        ({"capacity": "5", "minimum": "6"}, "högst så många som platserna"),
        ({"venue": 0}, "Välj en lokal, eller träffar på nätet."),
        ({"resident_places": "2"}, "Skriv till vilken dag platserna sparas."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, changes: dict[str, object], sentence: str
) -> None:
    sign_in(cast.eva)
    answer = client.post("/samordnare/grupp/ny", data=answers(cast, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_coordinator_sets_up_no_group_for_another_district(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    assert client.post("/samordnare/grupp/ny", data=answers(cast, districts=cast.skarpnack.id)).status_code == 422
    assert client.post("/samordnare/grupp/ny", data=answers(cast, districts="", whole_city="y")).status_code == 422
    assert latest(database).id == cast.abc_skarpnack.id


def test_a_change_from_an_old_page_is_politely_refused(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    page, data = f"/samordnare/grupp/{cast.abc_farsta.code}/andra", {"minimum": "1", "version": "1", "reason": WHY}
    assert client.post(page, data={**data, "capacity": "14"}).status_code == 303
    answer = client.post(page, data={**data, "capacity": "10"})
    assert answer.status_code == 422
    assert "Någon annan hann ändra gruppen." in answer.text
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).capacity == 14


def said(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_cancelling_says_first_what_it_means_and_then_does_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, place: Place
) -> None:
    place(cast.amina, cast.abc_farsta)
    sign_in(cast.eva)
    address = f"/samordnare/grupp/{cast.abc_farsta.code}/stall-in"
    page = client.get(address).text
    assert "1 familj förlorar sin plats och går först i kön." in page
    data = {"reason": WHY, "seen": said(page)}
    assert [client.post(address, data=data).status_code for _ in range(2)] == [303, 303]
    assert "Ingen har plats här än" not in client.get(f"/samordnare/grupp/{cast.abc_farsta.code}").text
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.city_cancelled) == (RegistrationState.WAITING, True)
        told = db.scalars(select(Message.kind).where(Message.kind == "group_cancelled")).all()
        assert told == ["group_cancelled"]


def test_what_changed_since_is_said_before_a_group_is_cancelled(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, place: Place
) -> None:
    sign_in(cast.eva)
    address = f"/samordnare/grupp/{cast.abc_farsta.code}/stall-in"
    before = said(client.get(address).text)
    place(cast.amina, cast.abc_farsta)
    answer = client.post(address, data={"reason": WHY, "seen": before})
    assert answer.status_code == 422
    assert "Något har ändrats sedan du öppnade sidan." in answer.text
    assert said(answer.text) != before
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).state is GroupState.OPEN


@pytest.mark.parametrize(("who", "status"), [("eva", 303), ("filip", 404), ("greta", 303)])
def test_a_meeting_is_cancelled_by_who_runs_its_group(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, status: int
) -> None:
    with database.reading() as db:
        first = sessions.list_of(db, cast.abc_farsta.id)[0]
    sign_in(getattr(cast, who))
    answer = client.post(f"/samordnare/traff/{first.code}/stall-in", data={"reason": "Ledaren är sjuk"})
    assert answer.status_code == status
    with database.reading() as db:
        state = sessions.list_of(db, cast.abc_farsta.id)[0].state
        assert (state is SessionState.CANCELLED) == (status == 303)


@pytest.mark.parametrize(("who", "listed"), [("eva", True), ("filip", False), ("greta", True)])
def test_an_own_group_at_risk_is_on_the_overview(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: str, listed: bool
) -> None:
    with database.transaction() as db:
        risky = group(db, db.merge(cast.abc), db.merge(cast.farsta), minimum=7)
    sign_in(getattr(cast, who))
    assert (f"/samordnare/grupp/{risky.code}" in client.get("/samordnare/").text) == listed
