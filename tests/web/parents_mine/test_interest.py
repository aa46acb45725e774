"""A family is asked whether a group in another programme is something for it: plainly, once, and by nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.course import interest
from booking.course.interest import AskState, InterestAsk
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration, RegistrationState
from booking.records import links
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at, group


@pytest.fixture
def tokens(database: Database, cast: Cast) -> dict[str, str]:
    """Amina's and Ben's links."""
    with database.transaction() as db:
        people = {"amina": cast.amina, "ben": cast.ben}
        return {name: links.make(db, who.carers[0].id, now=NOW, days=90) for name, who in people.items()}


@pytest.fixture
def question(database: Database, cast: Cast) -> str:
    """Both are asked about a Komet group in Farsta; the code of Amina's question."""
    with database.transaction() as db:
        komet = group(
            db, db.merge(cast.komet), db.merge(cast.farsta), first_day=date(2027, 1, 19), minimum=4, capacity=6
        )
        interest.ask(db, komet, now=NOW, by=SYSTEM, reason="test")
        return db.scalars(select(InterestAsk.code).where(InterestAsk.registration_id == cast.amina.id)).one()


def state(database: Database, code: str) -> AskState:
    with database.reading() as db:
        return db.scalars(select(InterestAsk.state).where(InterestAsk.code == code)).one()


def komet(database: Database, cast: Cast) -> list[Registration]:
    with database.reading() as db:
        return list(db.scalars(select(Registration).where(Registration.programme_id == cast.komet.id)))


def test_my_page_says_that_there_is_a_question_and_the_page_says_what_it_is(
    client: FlaskClient, tokens: dict[str, str], question: str
) -> None:
    page = client.get(f"/sv/min/{tokens['amina']}/").text
    assert "En grupp i Komet 3–11 har platser kvar" in page
    page = client.get(f"/sv/min/{tokens['amina']}/fraga/{question}").text
    assert "Är den här gruppen något för er?" in page
    assert "Ni står kvar i kö till ABC med samma kötid, vad ni än svarar." in page


def test_looking_answers_nothing(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database
) -> None:
    for _ in range(2):
        client.get(f"/sv/min/{tokens['amina']}/fraga/{question}")
    assert client.get(f"/sv/min/{tokens['amina']}/fraga/{question}/ja").status_code == 405
    assert state(database, question) is AskState.ASKED


def test_a_yes_puts_the_family_in_the_other_queue_too(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, cast: Cast
) -> None:
    address = f"/sv/min/{tokens['amina']}/fraga/{question}"
    assert [client.post(f"{address}/ja").status_code for _ in range(2)] == [303, 303]
    made = komet(database, cast)
    assert [(each.state, each.waiting_since) for each in made] == [(RegistrationState.WAITING, NOW)]
    page = client.get(f"/sv/min/{tokens['amina']}/").text
    assert "Ni står nu i kö till Komet 3–11." in page
    assert "En fråga till er" not in page
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).waiting_since == at(2026, 10, 2)


def test_a_no_is_kept_and_asked_no_more(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, cast: Cast
) -> None:
    address = f"/sv/min/{tokens['amina']}/fraga/{question}"
    assert [client.post(f"{address}/nej").status_code for _ in range(2)] == [303, 303]
    assert client.post(f"{address}/ja").status_code == 409
    assert client.get(address).status_code == 410
    assert komet(database, cast) == []


@pytest.mark.parametrize("answer", ["", "/ja", "/nej"])
def test_somebody_elses_question_does_not_exist(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, answer: str
) -> None:
    address = f"/sv/min/{tokens['ben']}/fraga/{question}{answer}"
    assert (client.post(address) if answer else client.get(address)).status_code == 404
    assert state(database, question) is AskState.ASKED


@pytest.mark.parametrize("code", ["finns-inte", "1", "%00", "../../"])
def test_a_guessed_question_does_not_exist(
    client: FlaskClient, tokens: dict[str, str], question: str, code: str
) -> None:
    assert client.post(f"/sv/min/{tokens['amina']}/fraga/{code}/ja").status_code == 404


def test_a_carer_who_has_left_the_family_answers_nothing(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).state = CarerState.LEFT
    assert client.post(f"/sv/min/{tokens['amina']}/fraga/{question}/ja").status_code == 404
    assert komet(database, cast) == []


def test_a_link_that_was_cut_off_answers_nothing(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        links.revoke_all(db, cast.amina.carers[0].id, now=NOW)
    assert client.post(f"/sv/min/{tokens['amina']}/fraga/{question}/ja").status_code == 410
    assert komet(database, cast) == []


def test_when_the_group_is_gone_the_page_says_so(
    client: FlaskClient, tokens: dict[str, str], question: str, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        asked = db.scalars(select(InterestAsk).where(InterestAsk.code == question)).one()
        db.get_one(Group, asked.group_id).state = GroupState.CANCELLED
    answer = client.get(f"/sv/min/{tokens['amina']}/fraga/{question}")
    assert (answer.status_code, "Frågan gäller inte längre" in answer.text) == (410, True)
    assert "En fråga till er" not in client.get(f"/sv/min/{tokens['amina']}/").text
    assert client.post(f"/sv/min/{tokens['amina']}/fraga/{question}/ja").status_code == 409
