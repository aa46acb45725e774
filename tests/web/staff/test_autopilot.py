"""The autopilot's page: the centre sets limits with a reason, reads why it stopped, and lets it go on."""

from __future__ import annotations

from flask.testing import FlaskClient

from booking.base.db import Database
from booking.catalogue.programmes import Programme
from booking.places import autopilot
from booking.places.autopilot import Autopilot, Trouble
from tests.cast import NOW, Cast
from tests.web.conftest import SignIn
from tests.web.staff.conftest import on_sqlite

FORM = {
    "on": "on", "most_a_day": "20", "from_hour": "9", "until_hour": "17", "most_refused": "50", "most_failed": "20",
    "answers": "10", "reason": "Vi provar med ABC",
}  # fmt: skip


def setting(database: Database, cast: Cast) -> Autopilot | None:
    with database.reading() as db:
        return autopilot.find_for(db, cast.abc.id)


def test_it_is_off_until_the_centre_switches_it_on_within_limits(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    assert "Av" in client.get("/samordnare/autopilot").text
    assert client.post("/samordnare/autopilot/abc", data=FORM).status_code == 303
    made = setting(database, cast)
    assert made is not None
    assert (made.runs, autopilot.limits(made).most_a_day) == (True, 20)
    assert "Vi provar med ABC" in client.get("/samordnare/autopilot/abc").text


@on_sqlite
def test_a_districts_coordinator_finds_no_autopilot(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    assert client.get("/samordnare/autopilot").status_code == 404
    assert client.post("/samordnare/autopilot/abc", data=FORM).status_code == 404


@on_sqlite
def test_limits_that_make_no_sense_are_said_at_the_field_and_kept(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    wrong = {
        "hours": (FORM | {"from_hour": "17", "until_hour": "9"}, "Välj två klockslag, det tidigare först."),
        "few": (FORM | {"most_a_day": "2"}, "räcker inte till en grupp"),
        "share": (FORM | {"most_refused": "101"}, "Skriv ett tal från 0 till 100."),
        "reason": (FORM | {"reason": ""}, "Skriv varför."),
        "on": (FORM | {"on": ""}, "Välj på eller av."),
    }
    for form, sentence in wrong.values():
        answer = client.post("/samordnare/autopilot/abc", data=form)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'name="most_a_day" value="{form["most_a_day"]}"' in answer.text
    assert setting(database, cast) is None


def test_one_that_has_stopped_says_why_and_goes_on_with_a_reason(
    client: FlaskClient, cast: Cast, sign_in: SignIn, database: Database
) -> None:
    sign_in(cast.greta)
    client.post("/samordnare/autopilot/abc", data=FORM)
    with database.transaction() as db:
        made = autopilot.find_for(db, db.get_one(Programme, cast.abc.id).id)
        assert made is not None
        autopilot.stop(db, made, Trouble.PLAN_FAILED, now=NOW)
    page = client.get("/samordnare/autopilot").text
    assert "Har stannat" in page
    assert "klarade inte kontrollen" in page
    done = client.get("/samordnare/autopilot/abc").text
    assert "klarade inte kontrollen" in done
    assert "plan_failed" not in done
    again = "/samordnare/autopilot/abc/fortsatt"
    assert client.post(again).status_code == 422
    assert [client.post(again, data={"reason": "Felet är rättat"}).status_code for _ in range(2)] == [303, 303]
    going = setting(database, cast)
    assert going is not None
    assert going.runs
    assert client.get(again).status_code == 303
