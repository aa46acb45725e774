"""Every page of the desk opens for those who may, and does not exist for the others."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import Place

PAGES = [
    "/samordnare/", "/samordnare/ko", "/samordnare/ko?programme=abc&district=farsta", "/samordnare/erbjudanden",
    "/samordnare/erbjudanden?due=today", "/samordnare/forslag", "/samordnare/grupper", "/samordnare/grupper?show=risk",
    "/samordnare/grupper?show=hidden", "/samordnare/grupper?show=running&programme=abc&district=skarpnack",
    "/samordnare/grupp/ny", "/samordnare/meddelanden", "/samordnare/meddelanden?state=queued",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_a_coordinator(client: FlaskClient, cast: Cast, sign_in: SignIn, page: str) -> None:
    sign_in(cast.eva)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_not_exist_for_a_leader(client: FlaskClient, cast: Cast, sign_in: SignIn, page: str) -> None:
    sign_in(cast.carla)
    assert client.get(page).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/samordnare/ko").location == "/logga-in?next=/samordnare/ko"


def test_the_pages_of_a_family_a_group_and_a_run_open(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str, place: Place
) -> None:
    place(cast.ben, cast.abc_skarpnack)
    sign_in(cast.greta)
    group, amina = cast.abc_farsta.code, cast.amina.code
    pages = [
        f"anmalan/{amina}", f"anmalan/{amina}/grupp/{group}", f"anmalan/{amina}/ta-bort", f"grupp/{group}",
        f"grupp/{group}/andra", f"grupp/{group}/stall-in", f"forslag/{proposal}", f"forslag/{proposal}?show=waiting",
        f"forslag/{proposal}/publicera", f"forslag/{proposal}/hall-tillbaka/{amina}", f"anmalan/{cast.ben.code}",
        f"anmalan/{cast.ben.code}/grupp/{group}",
    ]  # fmt: skip
    assert {page: client.get(f"/samordnare/{page}").status_code for page in pages} == dict.fromkeys(pages, 200)
