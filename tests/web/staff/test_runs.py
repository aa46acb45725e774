"""A run at the desk: asked for, looked at, somebody held back, published once by the centre."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.places import runs
from booking.places.offers import Offer
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunState
from tests.cast import Cast
from tests.web.conftest import SignIn


def offered(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count(Offer.id))) or 0


def state(database: Database) -> RunState:
    with database.reading() as db:
        return db.scalars(select(AllocationRun.state)).one()


def test_a_run_is_asked_for_and_a_worker_computes_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.eva)
    answer = client.post("/samordnare/forslag/nytt", follow_redirects=True)
    assert "Förslaget beräknas" in answer.text
    assert state(database) is RunState.REQUESTED


def test_a_proposal_says_what_would_happen_and_why(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{proposal}").text
    assert "familjer skulle få ett erbjudande" in page
    assert "Bosatt där ABC i Farsta" in page
    assert "Erbjudanden</h1>" not in page


def test_the_centre_publishes_and_a_second_click_is_harmless(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    answers = [client.post(f"/samordnare/forslag/{proposal}/publicera").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert offered(database) == 2
    assert "Erbjudanden</h1>" in client.get(f"/samordnare/forslag/{proposal}").text


def test_a_districts_coordinator_reads_why_not_and_cannot_publish(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.eva)
    assert "Det görs centralt" in client.get(f"/samordnare/forslag/{proposal}/publicera").text
    assert client.post(f"/samordnare/forslag/{proposal}/publicera").status_code == 404
    assert client.post(f"/samordnare/forslag/{proposal}/kasta").status_code == 404
    assert offered(database) == 0


def test_who_is_held_back_gets_no_offer(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.eva)
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.amina.code}"
    assert client.post(held, data={"reason": "Vi ska ringa först"}).status_code == 303
    assert client.post(held, data={"reason": "En gång till"}).status_code == 303
    sign_in(cast.greta)
    client.post(f"/samordnare/forslag/{proposal}/publicera")
    assert offered(database) == 1
    with database.reading() as db:
        run = runs.get_by_code(db, proposal)
        decision = runs.find_decision(db, run.id, cast.amina.id)
        assert decision is not None
        assert decision.state is DecisionState.EXCLUDED


def test_another_districts_family_cannot_be_held_back(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str, database: Database
) -> None:
    sign_in(cast.eva)
    held = f"/samordnare/forslag/{proposal}/hall-tillbaka/{cast.ben.code}"
    assert client.post(held, data={"reason": "Vi ska ringa först"}).status_code == 404
    with database.reading() as db:
        assert set(db.scalars(select(RunDecision.state))) == {DecisionState.PROPOSED}


def test_a_proposal_is_thrown_away_and_nothing_is_sent(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    assert client.post(f"/samordnare/forslag/{proposal}/kasta").status_code == 303
    assert (state(database), offered(database)) == (RunState.DISCARDED, 0)
