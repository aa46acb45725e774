"""Offers that rest go on when somebody has spoken with the family."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.people.registrations import Registration
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn


@pytest.fixture(autouse=True)
def resting(database: Database, cast: Cast) -> None:
    """Amina did not answer her last offer."""
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).paused_at = NOW


def test_a_family_whose_offers_rest_gets_them_again_with_the_reason_kept(
    client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast
) -> None:
    sign_in(cast.eva)
    assert "Vi har pratat med familjen" in client.get(f"/samordnare/anmalan/{cast.amina.code}").text
    for _click in range(2):
        answer = client.post(f"/samordnare/anmalan/{cast.amina.code}/pratat", data={"reason": "De vill gärna komma"})
        assert answer.status_code == 303
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.paused_at, amina.waiting_since) == (None, cast.amina.waiting_since)
        assert db.scalars(select(AuditEntry.action).where(AuditEntry.action == "spoken with")).all() == ["spoken with"]


def test_it_takes_a_reason(client: FlaskClient, sign_in: SignIn, database: Database, cast: Cast) -> None:
    sign_in(cast.eva)
    assert client.post(f"/samordnare/anmalan/{cast.amina.code}/pratat", data={}).status_code == 422
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).paused_at == NOW
