"""The way in: one question a page, answers kept, sent once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.people.families import Carer, Gender
from booking.people.registrations import Draft, Registration, RegistrationState
from booking.web.site import Site
from tests.cast import NOW, Cast
from tests.web.parents.wizard import ORDER, begin, finish, send, walk


def made(database: Database) -> list[Registration]:
    with database.reading() as db:
        return list(db.scalars(select(Registration).where(Registration.waiting_since == NOW).order_by("id")))


def test_the_first_page_asks_people_with_protected_identity_to_phone(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/sv/anmalan/")
    assert page.status_code == 200
    assert "skyddade personuppgifter" in page.text


@pytest.mark.parametrize("step", ORDER)
def test_every_question_opens_with_its_number_and_a_way_back(client: FlaskClient, cast: Cast, step: str) -> None:
    walk(client, until=step)
    page = client.get(f"/sv/anmalan/{step}")
    assert page.status_code == 200
    assert f"Steg {ORDER.index(step) + 1} av 11" in page.text
    assert "Tillbaka" in page.text


def test_the_whole_way_ends_with_unconfirmed_registrations(client: FlaskClient, database: Database, cast: Cast) -> None:
    walk(client)
    answer = finish(client)
    assert answer.status_code == 303
    assert "/sv/bekrafta/" in answer.location
    assert [each.state for each in made(database)] == [RegistrationState.UNCONFIRMED] * 2


def test_the_answers_become_the_registration(client: FlaskClient, database: Database, cast: Cast) -> None:
    walk(client, vuxna={"adults": "2", "childcare": "y"})
    finish(client)
    with database.reading() as db:
        one = db.scalars(
            select(Registration).where(Registration.waiting_since == NOW).order_by(Registration.id)
        ).first()
        assert one is not None
        assert (one.programme.code, one.adults, one.childcare, one.step_free) == ("abc", 2, True, False)
        assert (one.weekdays, one.languages, one.interpreter) == ([1, 3], ["sv", "so"], None)
        assert one.district_ids == [cast.farsta.id, cast.skarpnack.id]  # Skarpnäck is 18 minutes away: within 30.
        assert (one.flexible, one.short_notice, one.heard_from) == (True, False, "friend")
        carer = one.family.first_carer
        assert (carer.name, carer.mobile, carer.gender) == ("Sara Demo", "+46701740605", Gender.WOMAN)


def test_sending_twice_registers_once_and_leads_to_the_same_page(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    walk(client)
    assert finish(client).location == finish(client).location
    assert len(made(database)) == 2


def test_nothing_of_the_answers_is_left_in_the_draft_once_it_is_sent(
    client: FlaskClient, database: Database, cast: Cast
) -> None:
    walk(client)
    finish(client)
    with database.reading() as db:
        assert [list(draft.answers) for draft in db.scalars(select(Draft))] == [["sent"]]


def test_what_was_answered_is_still_there_when_one_goes_back(client: FlaskClient, cast: Cast) -> None:
    walk(client)
    assert 'value="Sara Demo"' in client.get("/sv/anmalan/kontakt").text
    assert 'value="2021" checked' in client.get("/sv/anmalan/barn").text


def test_the_last_page_reads_every_answer_back_with_a_way_to_change_it(client: FlaskClient, cast: Cast) -> None:
    walk(client)
    page = client.get("/sv/anmalan/stammer").text
    for text in ("2019 och 2021", "ABC och Komet 3–11", "Farsta och Skarpnäck", "tisdag och torsdag", "070-174 06 05"):
        assert text in page
    for step in ORDER:
        assert f"/sv/anmalan/{step}?andra=1" in page


def test_changing_one_line_leads_back_to_the_last_page(client: FlaskClient, cast: Cast) -> None:
    walk(client)
    answer = client.post("/sv/anmalan/dagar?andra=1", data={"any_day": "y"})
    assert answer.location == "/sv/anmalan/stammer"
    assert "alla dagar" in client.get("/sv/anmalan/stammer").text


def test_a_change_that_makes_another_answer_wrong_asks_it_again(client: FlaskClient, cast: Cast) -> None:
    walk(client)
    answer = client.post("/sv/anmalan/barn?andra=1", data={"years": ["2015"]})
    assert answer.location == "/sv/anmalan/stammer"  # 11 or 12 years old: both programmes may still fit.
    answer = client.post("/sv/anmalan/barn?andra=1", data={"years": ["2014"]})
    assert answer.location == "/sv/anmalan/program?andra=1"  # 12 or 13: Komet 3–11 no longer does.


def test_who_moves_is_asked_anew_where_they_can_go_and_only_that(client: FlaskClient, cast: Cast) -> None:
    walk(client)
    answer = client.post("/sv/anmalan/hem?andra=1", data={"home": "skarpnack"})
    assert answer.location == "/sv/anmalan/platser?andra=1"
    page = client.get(answer.location).text
    assert 'value="skarpnack" checked' in page
    assert 'value="farsta" checked' not in page
    assert client.post(answer.location, data={"districts": ["skarpnack"]}).location == "/sv/anmalan/stammer"


def test_nobody_jumps_over_a_question(client: FlaskClient, cast: Cast) -> None:
    walk(client, until="dagar")
    assert client.get("/sv/anmalan/kontakt").location == "/sv/anmalan/dagar"
    assert client.get("/sv/anmalan/stammer").location == "/sv/anmalan/dagar"
    assert finish(client).location == "/sv/anmalan/dagar"


def test_a_programme_chosen_before_is_ticked(client: FlaskClient, cast: Cast) -> None:
    begin(client, program="komet-3-11")
    send(client, "barn")
    page = client.get("/sv/anmalan/program").text
    assert 'value="komet-3-11" checked' in page
    assert 'value="abc" checked' not in page


def test_home_is_ticked_and_travel_minutes_are_shown(client: FlaskClient, cast: Cast) -> None:
    walk(client, until="platser")
    page = client.get("/sv/anmalan/platser").text
    assert 'value="farsta" checked' in page
    assert "ungefär 18 minuter dit" in page


def test_without_a_draft_one_begins_again(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/sv/anmalan/barn").location == "/sv/anmalan/"
    assert client.get("/sv/anmalan/stammer").location == "/sv/anmalan/"
    assert finish(client).location == "/sv/anmalan/"


def test_a_step_that_does_not_exist_is_not_found(client: FlaskClient, cast: Cast) -> None:
    begin(client)
    assert client.get("/sv/anmalan/lon").status_code == 404


def test_another_browser_does_not_see_the_answers(site: Site, client: FlaskClient, cast: Cast) -> None:
    walk(client)
    assert site.test_client().get("/sv/anmalan/kontakt").location == "/sv/anmalan/"


def test_the_way_in_is_the_same_in_english(client: FlaskClient, database: Database, cast: Cast) -> None:
    walk(client)
    answer = client.post("/en/anmalan/stammer")
    assert "/en/bekrafta/" in answer.location
    with database.reading() as db:
        assert db.scalars(select(Carer.language).order_by(Carer.id.desc())).first() == "en"
