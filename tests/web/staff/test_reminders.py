"""Plans of reminders at the desk: everybody reads them, the centre changes them, and sees what it comes to."""

import re

import pytest
from flask.testing import FlaskClient

from booking.base.db import Database
from booking.course import reminders
from tests.cast import Cast
from tests.web.conftest import SignIn

GOOD = {
    "first_days": "7, 1", "later_days": "2", "later_morning": "y", "day_at": "13.00", "morning_at": "08.30",
    "bring_sv": "inneskor", "reason": "Fler hinner planera", "seen": "0",
}  # fmt: skip
PLAN = "/samordnare/paminnelser/abc"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_coordinator_reads_each_programmes_plan(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(cast.eva)
    page = client.get("/samordnare/paminnelser").text
    assert "7 dagar före, 1 dag före, kl 12.00" in page
    assert "1 dag före, kl 12.00; samma dag kl 08.00" in page


def test_the_page_shows_when_a_family_in_the_next_group_is_reminded(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(cast.greta)
    page = client.get(PLAN).text
    assert "Första träffen, tis 26/1 kl 17.30" in page
    assert re.findall(r"<li>(\w+ \d+/\d+ kl \d+.\d+)</li>", page) == [
        "tis 19/1 kl 12.00", "mån 25/1 kl 12.00", "mån 1/2 kl 12.00", "tis 2/2 kl 08.00",
    ]  # fmt: skip


def test_a_changed_plan_holds_and_stands_in_the_history(
    database: Database, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(cast.greta)
    assert client.post(PLAN, data=GOOD).status_code == 303
    with database.reading() as db:
        plan = reminders.of(db, cast.abc.id)
    assert (plan.later_days, plan.bring) == ((2,), {"sv": "inneskor"})
    page = client.get(PLAN).text
    assert "Påminnelserna ändrades" in page
    assert "Fler hinner planera" in page
    assert "sön 31/1 kl 13.00" in page
    assert "Vi ses i morgon tis 26/1 kl 17.30, Demogatan 1. Ta med: inneskor. Leder: Carla." in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_days", "sju", "Skriv hela dagar med komma emellan, till exempel 7, 1."),
        ("first_days", "31", "Skriv dagar från 1 till 30."),
        ("later_days", "0", "Skriv dagar från 1 till 30."),
        ("later_days", "1 2 3 4 5", "Välj högst 4 påminnelser."),
        ("day_at", "noon", "Skriv klockslaget så här: 17.30."),
        ("day_at", "21.00", "Skriv en tid från 08.00 till före 20.00."),
        ("day_at", "", "Skriv ett klockslag."),
        ("morning_at", "07.59", "Skriv en tid från 08.00 till före 20.00."),
        ("morning_at", "14.00", "Morgonen ska komma före"),
        ("bring_sv", "en bild på barnet", "Skriv inget om barn"),
        ("bring_en", "your ABC book", "Skriv inget om barn"),
        ("bring_sv", "inneskor \N{HIKING BOOT}", "Skriv utan emojier"),
        ("bring_so", "x" * 61, "Skriv högst 60 tecken"),
        ("reason", "", "Skriv varför."),
        ("seen", "3", "Någon annan har ändrat planen"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_changes(
    database: Database, cast: Cast, client: FlaskClient, sign_in: SignIn, field: str, value: str, said: str
) -> None:
    sign_in(cast.greta)
    page = client.post(PLAN, data=GOOD | {field: value})
    assert page.status_code == 422
    assert said in page.text
    with database.reading() as db:
        assert reminders.find(db, cast.abc.id) is None


def test_everything_that_is_wrong_is_said_at_once(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(cast.greta)
    wrong = {"first_days": "31", "day_at": "22.00", "bring_sv": "barnets mössa"}
    page = client.post(PLAN, data=GOOD | wrong).text
    said = ("Skriv dagar från 1 till 30.", "Skriv en tid från 08.00", "Skriv inget om barn")
    assert [each in page for each in said] == [True, True, True]
