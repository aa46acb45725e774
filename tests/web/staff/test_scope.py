"""Eva sees Farsta, Filip Skarpnäck, Greta the whole city; what is not theirs does not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import Place

Who = Literal["eva", "filip", "greta"]
CASES = [
    ("eva", "amina", 200), ("eva", "ben", 404), ("filip", "amina", 404), ("filip", "ben", 200),
    ("greta", "amina", 200), ("greta", "ben", 200),
]  # fmt: skip


@pytest.mark.parametrize(("who", "family", "status"), CASES)
@pytest.mark.parametrize("page", ["", "/ta-bort", "/grupp/{group}"])
def test_a_family_of_another_district_does_not_exist(
    client: FlaskClient, cast: Cast, sign_in: SignIn, who: Who, family: str, status: int, page: str
) -> None:
    sign_in(getattr(cast, who))
    address = f"/samordnare/anmalan/{getattr(cast, family).code}" + page.format(group=cast.abc_farsta.code)
    assert client.get(address).status_code == status


@pytest.mark.parametrize(("who", "status"), [("eva", 200), ("filip", 404), ("greta", 200)])
@pytest.mark.parametrize("page", ["andra", "stall-in"])
def test_only_its_own_district_changes_a_group(
    client: FlaskClient, cast: Cast, sign_in: SignIn, who: Who, status: int, page: str
) -> None:
    sign_in(getattr(cast, who))
    assert client.get(f"/samordnare/grupp/{cast.abc_farsta.code}/{page}").status_code == status


@pytest.mark.parametrize(("who", "names"), [("eva", (True, False)), ("filip", (False, True)), ("greta", (True, True))])
def test_the_queue_names_own_families_alone(
    client: FlaskClient, cast: Cast, sign_in: SignIn, who: Who, names: tuple[bool, bool]
) -> None:
    sign_in(getattr(cast, who))
    page = client.get("/samordnare/ko").text
    assert ("Amina Demo" in page, "Ben Demo" in page) == names


def test_of_another_district_there_is_only_a_count(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    page = client.get("/samordnare/ko?district=skarpnack").text
    assert "1 familj väntar." in page
    assert "Ben Demo" not in page


def test_a_family_is_seen_while_it_has_a_place_in_an_own_group(
    client: FlaskClient, cast: Cast, sign_in: SignIn, place: Place
) -> None:
    place(cast.ben, cast.abc_farsta)
    sign_in(cast.eva)
    page = client.get(f"/samordnare/anmalan/{cast.ben.code}")
    assert page.status_code == 200
    assert "Vad som har hänt" not in page.text
    assert client.get(f"/samordnare/anmalan/{cast.ben.code}/ta-bort").status_code == 404


def test_the_roster_of_another_districts_group_names_own_families_alone(
    client: FlaskClient, cast: Cast, sign_in: SignIn, place: Place
) -> None:
    place(cast.ben, cast.abc_skarpnack)
    sign_in(cast.eva)
    page = client.get(f"/samordnare/grupp/{cast.abc_skarpnack.code}").text
    assert "Ben Demo" not in page
    assert "En familj" in page


def test_a_run_names_own_families_alone(client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str) -> None:
    sign_in(cast.eva)
    page = client.get(f"/samordnare/forslag/{proposal}/familjer").text
    assert "Amina Demo" in page
    assert "Ben Demo" not in page


def test_a_protected_identity_is_never_named_nor_reached(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).protected = True
    sign_in(cast.greta)
    for address in ("/samordnare/ko", f"/samordnare/anmalan/{cast.amina.code}"):
        page = client.get(address).text
        assert "Skyddade personuppgifter" in page
        assert "Amina" not in page.replace("Amina Demo</title>", "")
        assert "amina" not in page


def test_a_name_with_markup_is_shown_as_it_is_written(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        db.merge(cast.amina.carers[0]).name = "<script>alert(1)</script>"
    sign_in(cast.eva)
    for address in ("/samordnare/ko", f"/samordnare/anmalan/{cast.amina.code}"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(("who", "names"), [("eva", (True, False)), ("filip", (False, True)), ("greta", (True, True))])
def test_offers_in_a_group_of_the_whole_city_name_own_families_alone(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, who: Who, names: tuple[bool, bool]
) -> None:
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        group.whole_city = True
        for each in (cast.amina, cast.ben):
            family, reply_by = db.get_one(Registration, each.id), NOW + timedelta(hours=48)
            offers.make(db, family, group, reason=Reason("by_hand"), reply_by=reply_by, now=NOW, by=SYSTEM)
    sign_in(getattr(cast, who))
    page = client.get("/samordnare/erbjudanden").text
    assert ("Amina Demo" in page, "Ben Demo" in page) == names
