"""Publishing at the desk: all of a proposal or a part of it, by the centre alone, once; and undoing it in time."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.places.offers import Offer, OfferState
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import AuditEntry
from tests.cast import Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite


def offered(database: Database, *states: OfferState) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count(Offer.id)).where(Offer.state.in_(states or tuple(OfferState)))) or 0


def state(database: Database) -> RunState:
    with database.reading() as db:
        return db.scalars(select(AllocationRun.state)).one()


def test_the_centre_publishes_and_a_second_click_is_harmless(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    answers = [client.post(f"/samordnare/forslag/{proposal}/publicera").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert offered(database) == 2
    assert "Erbjudanden</h1>" in client.get(f"/samordnare/forslag/{proposal}").text


@on_sqlite
def test_a_districts_coordinator_reads_why_not_and_cannot_publish(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.eva)
    assert "Det görs centralt" in client.get(f"/samordnare/forslag/{proposal}/publicera").text
    for act in ("publicera", "kasta", "angra"):
        assert client.post(f"/samordnare/forslag/{proposal}/{act}").status_code == 404
    assert offered(database) == 0


def test_one_group_is_published_and_the_rest_stays_proposed(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    part = {"part": "1", "group": cast.abc_farsta.code}
    page = client.get(f"/samordnare/forslag/{proposal}/publicera", query_string=part).text
    assert "1 familj får ett erbjudande" in page
    answers = [client.post(f"/samordnare/forslag/{proposal}/publicera", data=part).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert (offered(database), state(database)) == (1, RunState.PROPOSED)
    assert "1 erbjudande är kvar att publicera" in client.get(f"/samordnare/forslag/{proposal}").text


@on_sqlite
def test_a_part_that_was_undone_is_not_said_to_be_published(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    here = f"/samordnare/forslag/{proposal}"
    client.post(f"{here}/publicera", data={"part": "1", "group": cast.abc_farsta.code})
    assert "Delvis publicerat" in client.get(here).text
    client.post(f"{here}/angra", data={"reason": "Fel grupp"})
    page = client.get(here).text
    assert "Delvis publicerat" not in page
    assert "Inget erbjudande därifrån ligger ute." in page


@on_sqlite
def test_a_whole_programme_is_chosen_by_its_name(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    address = f"/samordnare/forslag/{proposal}/publicera?part=1&programme="
    assert "2 familjer får ett erbjudande" in client.get(f"{address}abc").text


def test_a_part_that_nothing_was_chosen_for_is_never_taken_for_the_whole(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{proposal}/publicera?part=1").text
    assert "Välj minst ett program eller en grupp." in page
    client.post(f"/samordnare/forslag/{proposal}/publicera", data={"part": "1"})
    assert (offered(database), state(database)) == (0, RunState.PROPOSED)


def test_what_nobody_has_been_told_is_undone_with_a_reason(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    client.post(f"/samordnare/forslag/{proposal}/publicera")
    assert "2 erbjudanden har inte lämnat systemet än" in client.get(f"/samordnare/forslag/{proposal}").text
    address = f"/samordnare/forslag/{proposal}/angra"
    assert client.post(address).status_code == 422
    assert [client.post(address, data={"reason": "Fel vecka"}).status_code for _ in range(2)] == [303, 303]
    assert offered(database, OfferState.OPEN) == 0
    page = client.get(f"/samordnare/forslag/{proposal}").text
    assert re.findall(r"<strong>(\d+)</strong>\s*<a[^>]*>familjer fick ett erbjudande", page) == ["0"]
    assert "Ångrades innan någon hade" in client.get(f"/samordnare/forslag/{proposal}/familjer?show=held").text
    with database.reading() as db:
        assert db.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "publishing undone")) == 1
