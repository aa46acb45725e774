"""An offer is opened by a link and answered by a button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from booking.base.db import Database
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.records.audit import SYSTEM, AuditEntry
from booking.web.site import Site
from tests.cast import NOW, Cast


def state(database: Database) -> tuple[OfferState, RegistrationState]:
    with database.reading() as db:
        offer = db.scalars(select(Offer)).one()
        return offer.state, db.get_one(Registration, offer.registration_id).state


def run_out(database: Database) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(reply_by=NOW - timedelta(hours=1)))


def test_the_offer_page_holds_what_is_needed_to_decide(client: FlaskClient, amina: str, offer: str) -> None:
    page = client.get(f"/sv/min/{amina}/erbjudande/{offer}").text
    for text in (
        "Svara senast onsdag 6 januari kl. 10.00.",
        "Farsta familjecentral, Demogatan 1",
        "i er stadsdel",
        "tisdag 16 februari kl. 17.30",
        "Carla",
        "svenska",
        "det var er tur",
        "Säger ni nej behåller ni er plats i kön.",
    ):
        assert text in page


def test_opening_the_offer_changes_nothing(client: FlaskClient, database: Database, amina: str, offer: str) -> None:
    with database.reading() as db:
        before = db.scalar(select(func.count(AuditEntry.id)))
    for path in ("", "/ja", "/nej"):
        client.get(f"/sv/min/{amina}/erbjudande/{offer}{path}")
    with database.reading() as db:
        assert db.scalar(select(func.count(AuditEntry.id))) == before
    assert state(database) == (OfferState.OPEN, RegistrationState.WAITING)


def test_yes_takes_the_place_and_shows_it(client: FlaskClient, database: Database, amina: str, offer: str) -> None:
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja")
    assert answer.status_code == 303
    assert "Ni har en plats." in client.get(answer.location).text
    assert state(database) == (OfferState.ACCEPTED, RegistrationState.PLACED)


def test_no_keeps_the_place_in_the_queue_and_says_so(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/nej")
    page = client.get(answer.location).text
    assert "Ni har tackat nej. Er plats i kön är kvar: ni har väntat sedan 2 oktober 2026." in page
    assert "Plats 1 i kön bland familjer i Farsta." in page
    assert state(database) == (OfferState.DECLINED, RegistrationState.WAITING)


@pytest.mark.parametrize("path", ["ja", "nej"])
def test_a_double_click_is_harmless(client: FlaskClient, amina: str, offer: str, path: str) -> None:
    first, second = (client.post(f"/sv/min/{amina}/erbjudande/{offer}/{path}") for _ in range(2))
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)


def test_a_no_after_a_yes_is_told_that_the_yes_stands(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja")
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/nej")
    assert answer.status_code == 409
    assert "Ni har redan tackat ja" in answer.text
    assert state(database) == (OfferState.ACCEPTED, RegistrationState.PLACED)


def test_an_answer_that_comes_too_late_is_told_so_and_what_holds_now(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    run_out(database)
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja")
    assert answer.status_code == 409
    assert "Svarstiden har gått ut" in answer.text
    assert "Ni står i kön." in answer.text


def test_an_offer_that_has_run_out_is_gone_and_leads_on(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    run_out(database)
    with database.transaction() as db:
        offers.expire(db, db.scalars(select(Offer)).one(), now=NOW)
    answer = client.get(f"/sv/min/{amina}/erbjudande/{offer}")
    assert answer.status_code == 410
    assert "Vi vill fortfarande ha en plats" in answer.text


def test_an_offer_that_was_taken_back_is_told_so(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    with database.transaction() as db:
        offers.withdraw(db, db.scalars(select(Offer)).one(), now=NOW, by=SYSTEM, reason="")
    for answer in (
        client.get(f"/sv/min/{amina}/erbjudande/{offer}"),
        client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja"),
    ):
        assert answer.status_code in (409, 410)
        assert "Erbjudandet gäller inte längre" in answer.text


def test_an_old_offer_tells_a_family_that_has_left_the_queue_that_it_has(
    client: FlaskClient, cast: Cast, amina: str, offer: str
) -> None:
    client.post(f"/sv/min/{amina}/anmalan/{cast.amina.code}/lamna")
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja")
    assert answer.status_code == 409
    assert "Er anmälan är borttagen." in answer.text
    assert client.get(f"/sv/min/{amina}/erbjudande/{offer}").status_code == 410


@pytest.mark.parametrize("path", ["", "/ja", "/nej"])
def test_another_familys_offer_does_not_exist(
    client: FlaskClient, database: Database, ben: str, offer: str, path: str
) -> None:
    address = f"/sv/min/{ben}/erbjudande/{offer}{path}"
    answer = client.post(address) if path else client.get(address)
    assert answer.status_code == 404
    assert state(database)[0] is OfferState.OPEN


def test_an_answer_without_the_forms_token_is_refused(
    site: Site, client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    assert client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja").status_code == 400
    assert state(database)[0] is OfferState.OPEN


def test_accepting_asks_about_what_else_the_family_waits_for(
    client: FlaskClient, database: Database, cast: Cast, amina: str, offer: str
) -> None:
    with database.transaction() as db:
        mine = db.get_one(Registration, cast.amina.id)
        other = Registration(family=mine.family, programme_id=cast.komet.id, waiting_since=NOW)
        other.state, other.carers, other.children = RegistrationState.WAITING, list(mine.carers), list(mine.children)
        db.add(other)
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/ja", follow_redirects=True)
    assert "Ni står också i kön till Komet 3–11. Vill ni stå kvar?" in answer.text


def wishes(database: Database, cast: Cast) -> tuple[list[int], list[int]]:
    """Amina's weekdays, and her districts."""
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        return list(amina.weekdays), amina.district_ids


def test_a_no_may_say_which_weekday_and_place_never_suit(
    client: FlaskClient, database: Database, cast: Cast, amina: str, offer: str
) -> None:
    data = {"not_weekday": "y", "not_place": "y"}
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/nej", data=data)
    page = client.get(answer.location).text
    assert "Vi har skrivit upp det: Tisdag passar oss inte." in page
    assert wishes(database, cast) == ([0, 2, 3, 4, 5, 6], [cast.skarpnack.id])
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).waiting_since == cast.amina.waiting_since


def test_saying_it_twice_changes_nothing_more(
    client: FlaskClient, database: Database, cast: Cast, amina: str, offer: str
) -> None:
    for _click in range(2):
        client.post(f"/sv/min/{amina}/erbjudande/{offer}/nej", data={"not_weekday": "y"})
    with database.reading() as db:
        changed = select(func.count(AuditEntry.id)).where(AuditEntry.action == "answers changed")
        assert db.scalar(changed) == 1


def test_the_last_weekday_is_kept_and_it_is_said(
    client: FlaskClient, database: Database, cast: Cast, amina: str, offer: str
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).weekdays = [1]
    page = client.get(f"/sv/min/{amina}/erbjudande/{offer}").text
    assert "Det är den enda veckodag ni har valt." in page
    answer = client.post(f"/sv/min/{amina}/erbjudande/{offer}/nej", data={"not_weekday": "y"})
    assert "Vi har inte ändrat era svar" in client.get(answer.location).text
    assert wishes(database, cast)[0] == [1]
    assert state(database)[0] is OfferState.DECLINED


def test_an_offer_that_may_not_be_told_yet_does_not_exist(
    client: FlaskClient, database: Database, amina: str, offer: str
) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(told_from=NOW + timedelta(minutes=5)))
    assert client.get(f"/sv/min/{amina}/erbjudande/{offer}").status_code == 404
    assert "Ni står i kön." in client.get(f"/sv/min/{amina}/").text
