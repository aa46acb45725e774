"""Once a year a page asks whether the family still wants to wait: two answers, and opening it says nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.base.db import Database
from booking.course import waiting_news
from booking.course.waiting_news import Question
from booking.people.registrations import Registration, RegistrationState
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import Cast

ASKED = datetime(2026, 12, 29, 10, tzinfo=UTC)  # A Tuesday; the city asks those who have waited six weeks.

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def asked(database: Database, cast: Cast, ben: str) -> str:
    """Ben has been asked; the address of the page with the question."""
    with database.transaction() as db:
        policies.change(db, Policy(reconfirm_weeks=6), now=ASKED - timedelta(days=1), by=SYSTEM, reason="test")
        assert waiting_news.follow(db, cast.ben.family_id, now=ASKED) == 1
    return f"/sv/min/{ben}/kvar"


def to_answer(database: Database, cast: Cast) -> int:
    with database.reading() as db:
        return len(waiting_news.list_to_answer(db, db.get_one(Registration, cast.ben.id).carers[0]))


def test_the_short_link_leads_to_the_question_and_opening_it_answers_nothing(
    database: Database, cast: Cast, client: FlaskClient, ben: str, asked: str
) -> None:
    assert client.get(f"/k/{ben}").location == asked
    page = client.get(asked).text
    assert "Ni har stått i kön sedan 16 november 2026. Kötiden ändras inte." in page
    assert "Ja, vi vill stå kvar" in page
    assert "Nej, ta bort anmälan" in page
    assert "Vill ni stå kvar i kön?" in client.get(f"/sv/min/{ben}/").text
    assert to_answer(database, cast) == 1


def test_a_yes_is_kept_and_pressed_twice_it_is_harmless(
    database: Database, cast: Cast, client: FlaskClient, asked: str
) -> None:
    assert [client.post(asked).status_code for _ in range(2)] == [303, 303]
    assert to_answer(database, cast) == 0
    assert "Ni behöver inte svara på något nu" in client.get(asked).text
    with database.reading() as db:
        ben = db.get_one(Registration, cast.ben.id)
    assert (ben.state, ben.waiting_since) == (RegistrationState.WAITING, cast.ben.waiting_since)


def test_a_no_goes_by_the_page_that_asks_whether_one_is_sure(
    database: Database, cast: Cast, client: FlaskClient, ben: str, asked: str
) -> None:
    leave = f"/sv/min/{ben}/anmalan/{cast.ben.code}/lamna"
    assert leave in client.get(asked).text
    client.post(leave, data={"stay": "no"})
    with database.reading() as db:
        assert db.get_one(Registration, cast.ben.id).state is RegistrationState.WITHDRAWN
    assert to_answer(database, cast) == 0


def test_another_familys_link_shows_no_question(
    database: Database, cast: Cast, client: FlaskClient, amina: str, asked: str
) -> None:
    assert "Ni behöver inte svara på något nu" in client.get(f"/sv/min/{amina}/kvar").text
    client.post(f"/sv/min/{amina}/kvar")
    with database.reading() as db:
        assert db.scalars(select(Question.ended_at)).all() == [None]
    assert to_answer(database, cast) == 1
