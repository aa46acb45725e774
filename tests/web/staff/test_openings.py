"""The page of where the next group is needed, the filled-in form it leads to, and the certificates behind it."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import certificates
from booking.catalogue.certificates import Certificate
from booking.insight import openings
from booking.insight.openings import work
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.test_openings import certify, wait_for_komet
from tests.web.conftest import SignIn
from tests.web.staff.test_groups import answers

PAGE = "/samordnare/nya-grupper"


def computed(database: Database) -> None:
    with database.transaction() as db:
        openings.request(db, now=NOW, by=SYSTEM)
    work.compute_waiting(database, lambda: NOW)


def test_before_the_first_list_the_page_says_when_it_comes(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    assert "Listan har inte räknats fram än." in client.get(PAGE).text


def test_the_button_asks_for_a_list_and_says_that_it_is_on_its_way(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(cast.eva)
    assert "En ny lista räknas just nu." in client.post(PAGE, follow_redirects=True).text


def test_a_proposal_leads_to_the_form_filled_in(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    computed(database)
    sign_in(cast.eva)
    page = client.get(PAGE).text
    assert "Komet 3–11 i Farsta" in page
    assert "måndag 4 januari kl. 10.00" in page
    address = html.unescape(re.findall(r'href="(/samordnare/grupp/ny\?[^"]*)"', page)[0])
    form = client.get(address).text
    for chosen in (cast.komet.id, cast.abc_farsta.venue_id):
        assert re.search(rf'<option[^>]*value="{chosen}" selected|<option selected value="{chosen}"', form)
    assert 'value="2027-02-01"' in form
    for ticked in (cast.farsta.id, cast.carla.id, cast.deniz.id):
        assert re.search(rf'<input[^>]*value="{ticked}"[^>]*checked|<input[^>]*checked[^>]*value="{ticked}"', form)


def test_a_coordinator_opens_groups_in_the_own_district_alone(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    computed(database)
    sign_in(cast.filip)
    page = client.get(PAGE).text
    assert "Komet 3–11 i Farsta" in page
    assert "Lägg upp" not in page


def test_nothing_to_propose_is_said_plainly(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    computed(database)
    sign_in(cast.eva)
    assert "Ingen ny grupp skulle ge fler familjer plats just nu." in client.get(PAGE).text


def test_what_fails_for_want_of_leaders_is_said(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla")
    computed(database)
    sign_in(cast.eva)
    page = client.get(PAGE).text
    assert "5 familjer kan komma." in page
    assert "1 av 2 ledare med intyg är lediga." in page


def test_a_group_with_a_leader_without_a_certificate_is_set_up_with_a_warning(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        certificates.give(db, cast.deniz.id, cast.abc.id, date(2026, 1, 1), None, now=NOW, by=SYSTEM)
    sign_in(cast.eva)
    said = client.post("/samordnare/grupp/ny", data=answers(cast), follow_redirects=True).text
    assert "Carla har inget intyg för ABC som gäller till och med" in said
    assert "Gruppen är upplagd." in said


def test_where_no_certificates_are_kept_nobody_is_warned(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    said = client.post("/samordnare/grupp/ny", data=answers(cast), follow_redirects=True).text
    assert "intyg för" not in said


def test_the_centre_gives_and_ends_a_certificate(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    fields = {"leader": cast.carla.id, "programme": cast.komet.id, "first": "2027-01-04"}
    assert "Intyget är inlagt." in client.post("/samordnare/intyg/nytt", data=fields, follow_redirects=True).text
    with database.reading() as db:
        code = db.scalars(select(Certificate.code)).one()
    assert "tills vidare" in client.get("/samordnare/intyg").text
    why = {"reason": "Slutar"}
    said = client.post(f"/samordnare/intyg/{code}/avsluta", data=why, follow_redirects=True).text
    assert "Intyget gäller inte längre." in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last": "2027-01-01"}, "Sista dagen kan inte ligga före den första."),
        ({"first": ""}, "Välj vilken dag intyget börjar gälla."),
    ],
    ids=["backwards", "no first day"],
)
def test_a_certificate_with_odd_days_is_refused_at_the_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    sign_in(cast.greta)
    fields = {"leader": cast.carla.id, "programme": cast.komet.id, "first": "2027-01-04"} | changes
    answer = client.post("/samordnare/intyg/nytt", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
