"""A run at the desk: asked for, waited for, looked at, thrown away."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import runs
from booking.places.offers import Offer
from booking.places.runs import AllocationRun, RunState
from tests.cast import NOW, Cast
from tests.db import rounds
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite


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


@on_sqlite
def test_who_waits_for_a_run_may_let_the_page_look_again_by_itself(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(cast.eva)
    waiting = client.post("/samordnare/forslag/nytt").location or ""
    assert "Refresh" not in client.get(waiting).headers
    assert client.get(f"{waiting}?following=1").headers["Refresh"] == "5"


@on_sqlite
def test_a_proposal_says_what_would_happen_in_figures(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{proposal}").text
    assert "familjer skulle få ett erbjudande" in page
    assert "Erbjudanden</h1>" not in page
    assert "1 av 1 på ABC i Farsta" in page


@on_sqlite
def test_a_proposal_is_held_against_each_district_for_itself(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).minimum = 7
    run = rounds.run(database, rounds.propose(database))
    sign_in(cast.greta)
    page = " ".join(client.get(f"/samordnare/forslag/{run.code}").text.split())
    assert "Varje stadsdel för sig" in page
    assert (
        '<th scope="row">Familjer som får plats</th> <td class="num"><strong>2</strong></td> <td class="num">1</td>'
        in page
    )


@on_sqlite
def test_nothing_is_said_of_pairs_when_there_are_none(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    page = client.get(f"/samordnare/forslag/{proposal}").text
    assert "Av 2 som kommer ensamma får 2 plats" in page
    assert "som är två" not in page


def test_who_stays_without_is_counted_by_reason_and_by_how_long_they_have_waited(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    rounds.change(database, cast.amina, weekdays=[6])
    run = rounds.run(database, rounds.propose(database))
    sign_in(cast.eva)
    page = client.get(f"/samordnare/forslag/{run.code}").text
    assert "Ingen grupp passar det de har svarat" in page
    assert "94 dagar" in page


def test_a_plan_that_failed_is_said_to_be_of_no_use_and_cannot_be_published(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    with database.transaction() as db:
        runs.get_by_code(db, proposal).state = RunState.FAILED
    sign_in(cast.greta)
    assert "Förslaget kan inte användas" in client.get(f"/samordnare/forslag/{proposal}").text
    assert "kan inte användas" in client.get("/samordnare/forslag").text
    assert client.post(f"/samordnare/forslag/{proposal}/publicera").status_code == 409


@on_sqlite
def test_a_run_in_which_nothing_had_changed_leads_to_the_proposal_that_stands(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    with database.transaction() as db:
        standing = runs.get_by_code(db, proposal)
        later = AllocationRun(requested_at=NOW, state=RunState.UNCHANGED, based_on_id=standing.id)
        db.add(later)
    sign_in(cast.eva)
    page = client.get(f"/samordnare/forslag/{later.code}", follow_redirects=True)
    assert page.request.path == f"/samordnare/forslag/{proposal}"
    assert "Ingenting har ändrats" in page.text


def test_a_proposal_is_thrown_away_and_nothing_is_sent(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database, proposal: str
) -> None:
    sign_in(cast.greta)
    assert client.post(f"/samordnare/forslag/{proposal}/kasta").status_code == 303
    assert (state(database), offered(database)) == (RunState.DISCARDED, 0)


def test_the_run_keeps_who_asked_for_it_and_who_threw_it_away(
    client: FlaskClient, cast: Cast, sign_in: SignIn, proposal: str
) -> None:
    sign_in(cast.greta)
    client.post(f"/samordnare/forslag/{proposal}/kasta")
    page = client.get(f"/samordnare/forslag/{proposal}").text
    assert "Vad som har hänt" in page
    assert "Greta" in page.split("Vad som har hänt")[-1]
