"""The leader's follow-up list: who stayed away without a word stands on it until it is noted that they have spoken."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.sessions import GroupSession
from booking.course import attendance
from booking.course.attendance import AttendanceState
from booking.course.follow_ups import Contact, ContactKind
from booking.places.placements import Placement
from booking.records.audit import SYSTEM
from tests.cast import Cast
from tests.web.leaders.conftest import FIRST_MEETING, Browser, Roster

EVENING = FIRST_MEETING + timedelta(hours=4)
LIST = "/ledare/uppfoljning"
NOTED = {"kind": "called", "day": "2027-01-26"}

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def missed(database: Database, cast: Cast, roster: Roster) -> str:
    """Amina was there and Ben stayed away; the address where a contact with Ben is noted."""
    with database.transaction() as db:
        session = db.get_one(GroupSession, roster.meeting_ids[0])
        for id, state in ((roster.amina, AttendanceState.PRESENT), (roster.ben, AttendanceState.ABSENT)):
            attendance.tick(db, session, db.get_one(Placement, id), 1, state, now=FIRST_MEETING, by=SYSTEM)
        code = db.get_one(Placement, roster.ben).registration.code
    return f"/ledare/traff/{roster.meetings[0]}/familj/{code}/kontakt"


def test_who_stayed_away_stands_on_the_first_page_and_on_the_list(cast: Cast, missed: str, browser: Browser) -> None:
    carla = browser(cast.carla, EVENING)
    for page in (carla.get(LIST).text, carla.get("/ledare/").text):
        assert "Saknades tis 26/1." in page
        assert missed in page
    assert "Amina Demo" not in carla.get(LIST).text


def test_a_noted_contact_takes_the_family_off_and_keeps_the_day_and_the_way_alone(
    database: Database, cast: Cast, missed: str, browser: Browser
) -> None:
    carla = browser(cast.carla, EVENING)
    assert carla.post(missed, data=NOTED).location == LIST
    assert "Ben Demo" not in carla.get(LIST).text
    assert "26 januari 2027: Vi har pratat i telefon" in carla.get(missed).text
    with database.reading() as db:
        assert [(each.kind, each.account_id) for each in db.scalars(select(Contact))] == [
            (ContactKind.CALLED, cast.carla.id)
        ]


def test_noting_it_twice_is_harmless(database: Database, cast: Cast, missed: str, browser: Browser) -> None:
    carla = browser(cast.carla, EVENING)
    assert [carla.post(missed, data=NOTED).status_code for _ in range(2)] == [303, 303]
    with database.reading() as db:
        assert len(db.scalars(select(Contact)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("day", "2027-01-25", "Skriv en dag från tisdag 26 januari till i dag."),
        ("day", "2027-01-27", "Skriv en dag från tisdag 26 januari till i dag."),
        ("day", "i går", "Skriv dagen som år-månad-dag"),
        ("day", "", "Skriv vilken dag."),
        ("kind", "", "Välj hur ni hördes av."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    database: Database, cast: Cast, missed: str, browser: Browser, field: str, value: str, said: str
) -> None:
    page = browser(cast.carla, EVENING).post(missed, data=NOTED | {field: value})
    assert page.status_code == 422
    assert said in page.text


def test_another_leaders_list_and_another_groups_family_do_not_exist(cast: Cast, missed: str, browser: Browser) -> None:
    deniz = browser(cast.deniz, EVENING)
    assert "Ben Demo" not in deniz.get(LIST).text
    assert [deniz.get(missed).status_code, deniz.post(missed, data=NOTED).status_code] == [404, 404]


def test_a_family_with_protected_identity_has_no_number_on_the_list(
    database: Database, cast: Cast, roster: Roster, missed: str, browser: Browser
) -> None:
    with database.transaction() as db:
        db.get_one(Placement, roster.ben).registration.family.protected = True
    page = browser(cast.carla, EVENING).get(LIST).text
    assert "Uppgifterna är skyddade" in page
    assert "Ben Demo" not in page


def test_an_empty_list_says_what_would_stand_there(cast: Cast, roster: Roster, browser: Browser) -> None:
    assert "Ingen står på listan." in browser(cast.carla, EVENING).get(LIST).text


def test_the_coordinator_sees_that_somebody_was_in_touch_and_no_more(cast: Cast, missed: str, browser: Browser) -> None:
    browser(cast.carla, EVENING).post(missed, data=NOTED)
    page = browser(cast.greta, EVENING).get(f"/samordnare/anmalan/{missed.split('/')[5]}").text
    assert "En ledare har haft kontakt efter en frånvaro" in page
    assert "telefon" not in page
