"""My page, what can be done there, and the short links that lead to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.programmes import Programme
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, reminders
from booking.course.reminders import Plan
from booking.people import families
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration, RegistrationState
from booking.places.placements import Placement, PlacementState
from booking.records import links
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast


def aminas(database: Database, cast: Cast) -> Registration:
    with database.reading() as db:
        found = db.get_one(Registration, cast.amina.id)
        assert found.districts
        return found


def test_the_first_line_is_the_answer(client: FlaskClient, amina: str) -> None:
    page = client.get(f"/sv/min/{amina}/")
    assert page.status_code == 200
    assert "Ni står i kön.</h1>" in page.text
    assert "Plats 1 i kön bland familjer i Farsta." in page.text


def test_an_open_offer_comes_first(client: FlaskClient, amina: str, offer: str) -> None:
    page = client.get(f"/sv/min/{amina}/").text
    assert "Ni har ett erbjudande: svara senast onsdag 6 januari kl. 10.00.</h1>" in page
    assert f"/sv/min/{amina}/erbjudande/{offer}" in page


def test_an_unknown_link_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/sv/min/2222222222222222/").status_code == 404


def test_who_has_left_the_family_no_longer_sees_it(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).state = CarerState.LEFT
    assert client.get(f"/sv/min/{amina}/").status_code == 404


def test_a_free_place_is_taken_at_once(client: FlaskClient, database: Database, cast: Cast, amina: str) -> None:
    answer = client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/ta", data={"group": cast.abc_farsta.code})
    assert answer.status_code == 303
    assert aminas(database, cast).state is RegistrationState.PLACED


def test_a_place_someone_stronger_waits_for_is_refused_politely(client: FlaskClient, cast: Cast, ben: str) -> None:
    answer = client.post(f"/sv/min/{ben}/anmalan/{cast.ben.code}/ta", data={"group": cast.abc_farsta.code})
    assert answer.status_code == 409
    assert "Någon som har väntat längre står först på tur till platsen." in answer.text


def test_nobody_touches_another_familys_registration(
    client: FlaskClient, database: Database, cast: Cast, ben: str
) -> None:
    for path in ("ta", "kvar", "lamna", "andra"):
        answer = client.post(f"/sv/min/{ben}/anmalan/{cast.amina.code}/{path}", data={"group": cast.abc_farsta.code})
        assert answer.status_code == 404
    assert aminas(database, cast).state is RegistrationState.WAITING


def test_leaving_is_asked_about_once_and_done_by_a_button(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    address = f"/sv/min/{amina}/anmalan/{cast.amina.code}/lamna"
    assert "Vill ni ta bort er anmälan?" in client.get(address).text
    assert aminas(database, cast).state is RegistrationState.WAITING
    assert "Er anmälan är borttagen." in client.post(address, follow_redirects=True).text
    assert aminas(database, cast).state is RegistrationState.WITHDRAWN
    assert client.get(address).status_code == 302


def test_a_place_is_given_back_and_the_queue_date_kept(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/lamna", data={"stay": "yes"})
    now = aminas(database, cast)
    assert (now.state, now.waiting_since) == (RegistrationState.WAITING, cast.amina.waiting_since)
    with database.reading() as db:
        assert db.get_one(Placement, placed).state is PlacementState.LEFT


def test_who_still_wants_a_place_says_so_with_one_button(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).paused_at = NOW
    assert "Vi vill fortfarande ha en plats" in client.get(f"/sv/min/{amina}/").text
    client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/kvar")
    assert aminas(database, cast).paused_at is None


def test_answers_are_changed_and_the_queue_date_is_not(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    data = {"districts": [str(cast.farsta.id)], "weekdays": ["1", "3"], "flexible": "y"}
    answer = client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/andra", data=data)
    assert answer.status_code == 303
    now = aminas(database, cast)
    assert (now.weekdays, now.flexible, now.waiting_since) == ([1, 3], True, cast.amina.waiting_since)


@pytest.mark.parametrize(
    "data", [{"csrf_token": [""]}, {"weekdays": ["1"]}, {"districts": ["1"]}, {"districts": ["x"], "weekdays": ["9"]}]
)
def test_answers_that_leave_nothing_come_back_with_a_sentence(
    client: FlaskClient, cast: Cast, amina: str, data: dict[str, list[str]]
) -> None:
    answer = client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/andra", data=data)
    assert answer.status_code == 422
    assert "Något behöver rättas" in answer.text or "Några saker behöver rättas" in answer.text


def test_a_family_says_that_it_cannot_come_and_takes_it_back(
    client: FlaskClient, database: Database, cast: Cast, amina: str, placed: int
) -> None:
    with database.reading() as db:
        first = db.scalars(select(GroupSession).where(GroupSession.group_id == cast.abc_farsta.id)).first()
    assert first is not None
    for path, away in (("forhinder", True), ("kommer", False)):
        client.post(f"/sv/min/{amina}/traff/{first.code}/{path}")
        with database.reading() as db:
            assert attendance.says_away(db, first, db.get_one(Placement, placed)) is away


def test_a_second_way_to_reach_the_carer_can_be_confirmed(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    with database.transaction() as db:
        families.set_mobile(db.get_one(Carer, cast.amina.carers[0].id), "+46700000001")
    page = client.get(f"/sv/min/{amina}/").text
    assert "Skicka en kod till mobilen" in page
    assert "Skicka en kod till mejlen" not in page


def test_a_short_link_leads_to_my_page_in_the_carers_language(
    client: FlaskClient, database: Database, cast: Cast, amina: str
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).language = "en"
    assert client.get(f"/m/{amina}").location == f"/en/min/{amina}/"


def test_the_offers_short_link_leads_to_the_open_offer_else_to_my_page(
    client: FlaskClient, amina: str, ben: str, offer: str
) -> None:
    assert client.get(f"/e/{amina}").location == f"/sv/min/{amina}/erbjudande/{offer}"
    assert client.get(f"/e/{ben}").location == f"/sv/min/{ben}/"


@pytest.mark.parametrize("path", ["/m/{}", "/e/{}", "/sv/min/{}/"])
def test_a_link_that_has_run_out_says_so_and_offers_a_new_one(
    client: FlaskClient, database: Database, cast: Cast, path: str
) -> None:
    with database.transaction() as db:
        old = links.make(db, cast.amina.carers[0].id, now=NOW - timedelta(days=91), days=90)
    answer = client.get(path.format(old))
    assert answer.status_code == 410
    assert "Skicka en ny länk" in answer.text


@pytest.mark.parametrize("page", ["sa-fordelas-platserna", "om-dina-uppgifter", "tillganglighet"])
def test_what_parents_may_want_to_know_is_there_for_everyone(client: FlaskClient, page: str) -> None:
    assert client.get(f"/sv/{page}").status_code == 200


def test_what_to_bring_stands_with_the_meetings(
    database: Database, cast: Cast, client: FlaskClient, amina: str, placed: int
) -> None:
    with database.transaction() as db:
        abc, plan = db.get_one(Programme, cast.abc.id), Plan(bring={"sv": "inneskor"})
        reminders.change(db, abc, plan, version=0, now=NOW, by=SYSTEM, reason="test")
    assert "Ta med: inneskor." in client.get(f"/sv/min/{amina}/").text
