"""While messages are stopped nobody waits for a code or a link that does not come: the page says so."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.outbox import holding
from booking.people import codes
from booking.people.families import Carer
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def stop(database: Database, channel: str | None) -> None:
    with database.transaction() as db:
        holding.hold(db, channel, reason="Fel text", now=NOW, by=SYSTEM)


@pytest.mark.parametrize(("channel", "said"), [(None, True), ("email", True), ("sms", False)])
@pytest.mark.parametrize("asked", [True, False])
def test_the_page_for_the_code_says_that_none_comes(
    client: FlaskClient, cast: Cast, database: Database, asked: bool, channel: str | None, said: bool
) -> None:
    carer = cast.amina.carers[0]
    with database.transaction() as db:
        found = db.get_one(Carer, carer.id)
        found.email_confirmed_at = None
        if asked:
            codes.ask(db, found, "email", now=NOW)
    stop(database, channel)
    page = client.get(f"/sv/bekrafta/{carer.code}/").text
    assert ("Just nu går det inte att skicka koder" in page) == said
    assert ("Vi har skickat ett mejl" in page) == (asked and not said)
    assert "Fel text" not in page


def test_the_page_for_the_link_says_that_none_comes(client: FlaskClient, cast: Cast, database: Database) -> None:
    address = "/sv/lank/skickad"
    page = client.get(address).text
    assert ("Just nu går det inte att skicka länkar" in page, "inom någon minut" in page) == (False, True)
    stop(database, "sms")
    page = client.get(address).text
    assert ("Just nu går det inte att skicka länkar" in page, "inom någon minut" in page) == (True, False)
