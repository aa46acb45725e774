"""What coordinators do at the desk: places by hand, moving, taking back, removing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState, Reason
from booking.records.audit import SYSTEM, AuditEntry
from booking.web.site import Site
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import Place

WHY = "Har sagt ja på telefon"


def hand(cast: Cast, family: str, group: Group) -> str:
    return f"/samordnare/anmalan/{getattr(cast, family).code}/grupp/{group.code}"


def live_group(database: Database, registration: Registration) -> int | None:
    with database.reading() as db:
        found = placements.find_live(db, registration.id)
        return found.group_id if found else None


def overridden(database: Database) -> bool:
    with database.reading() as db:
        return db.scalars(select(AuditEntry.id).where(AuditEntry.override)).first() is not None


def test_a_family_is_placed_by_hand(client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database) -> None:
    sign_in(cast.eva)
    answer = client.post(hand(cast, "amina", cast.abc_farsta), data={"reason": WHY, "how": "place"})
    assert answer.status_code == 303
    assert live_group(database, cast.amina) == cast.abc_farsta.id
    assert not overridden(database)


def test_a_family_is_offered_a_place_by_hand(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    client.post(hand(cast, "amina", cast.abc_farsta), data={"reason": WHY, "how": "offer"})
    with database.reading() as db:
        assert db.scalars(select(Offer.reason_code)).all() == ["by_hand"]


def test_nothing_is_done_without_a_reason(client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database) -> None:
    sign_in(cast.eva)
    answer = client.post(hand(cast, "amina", cast.abc_farsta), data={"reason": "  ", "how": "place"})
    assert answer.status_code == 422
    assert "Skriv varför" in answer.text
    assert live_group(database, cast.amina) is None


def test_a_longer_wait_is_said_before_it_can_be_passed(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    page = client.get(hand(cast, "ben", cast.abc_farsta)).text
    assert "Någon som har väntat längre står först på tur till platsen." in page
    assert 'value="longer_wait"' in page


def test_a_longer_wait_that_was_said_may_be_passed_and_is_recorded(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    data = {"reason": WHY, "how": "place", "seen": "longer_wait"}
    assert client.post(hand(cast, "ben", cast.abc_farsta), data=data).status_code == 303
    assert live_group(database, cast.ben) == cast.abc_farsta.id
    assert overridden(database)


def test_a_longer_wait_that_came_up_since_is_said_first(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    answer = client.post(hand(cast, "ben", cast.abc_farsta), data={"reason": WHY, "how": "place", "seen": ""})
    assert answer.status_code == 409
    assert "Någon som har väntat längre står först på tur till platsen." in answer.text
    assert live_group(database, cast.ben) is None


def test_only_who_runs_the_group_passes_a_longer_wait_to_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.filip)
    data = {"reason": WHY, "how": "place", "seen": "longer_wait"}
    assert client.post(hand(cast, "ben", cast.abc_farsta), data=data).status_code == 409
    assert live_group(database, cast.ben) is None


def test_a_placed_family_is_moved(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, place: Place
) -> None:
    place(cast.amina, cast.abc_farsta)
    sign_in(cast.eva)
    assert client.post(hand(cast, "amina", cast.abc_skarpnack), data={"reason": WHY}).status_code == 409
    seen = {"reason": WHY, "seen": "longer_wait"}
    sign_in(cast.greta)
    assert client.post(hand(cast, "amina", cast.abc_skarpnack), data=seen).status_code == 303
    assert live_group(database, cast.amina) == cast.abc_skarpnack.id


@pytest.fixture
def offer(database: Database, cast: Cast) -> str:
    """An offer of Farsta to Amina: its code."""
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        by = NOW + timedelta(hours=8)
        return offers.make(db, amina, group, reason=Reason("by_hand"), reply_by=by, now=NOW, by=SYSTEM).code


def test_an_offer_that_runs_out_today_is_on_todays_list(
    client: FlaskClient, cast: Cast, sign_in: SignIn, offer: str
) -> None:
    sign_in(cast.eva)
    assert "Amina Demo" in client.get("/samordnare/erbjudanden?due=today").text


@pytest.mark.parametrize(("who", "status"), [("eva", 303), ("filip", 404), ("greta", 303)])
def test_an_offer_is_taken_back_by_who_runs_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, offer: str, who: str, status: int
) -> None:
    sign_in(getattr(cast, who))
    answer = client.post(f"/samordnare/erbjudande/{offer}/ta-tillbaka", data={"reason": "Fel grupp"})
    assert answer.status_code == status
    with database.reading() as db:
        state = OfferState.WITHDRAWN if status == 303 else OfferState.OPEN
        assert db.scalars(select(Offer.state)).one() is state


def test_an_offer_already_taken_back_is_not_offered_to_be_taken_back_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, offer: str
) -> None:
    sign_in(cast.greta)
    here = f"/samordnare/erbjudande/{offer}/ta-tillbaka"
    assert client.get(here).status_code == 200
    assert [client.post(here, data={"reason": "Fel grupp"}).status_code for _ in range(2)] == [303, 303]
    assert "väntar inte längre på svar" in client.get(here, follow_redirects=True).text


def test_a_family_that_asked_is_removed(client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database) -> None:
    sign_in(cast.eva)
    assert client.post(f"/samordnare/anmalan/{cast.amina.code}/ta-bort", data={"reason": "Ringde"}).status_code == 303
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WITHDRAWN
    assert "Ringde" in client.get(f"/samordnare/anmalan/{cast.amina.code}").text


def test_no_post_passes_without_its_token(site: Site, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    site.config["WTF_CSRF_ENABLED"] = True
    rules = [each for each in site.url_map.iter_rules() if each.endpoint.startswith("staff.")]
    posts = [each for each in rules if "POST" in (each.methods or ())]
    assert len(posts) >= 12
    with site.test_request_context():
        built = [each.build(dict.fromkeys(each.arguments, "1")) for each in posts]
    addresses = [pair[1] for pair in built if pair]
    assert {address: client.post(address).status_code for address in addresses} == dict.fromkeys(addresses, 400)
