"""What to do with a group that does not fill: the page says what it comes to, then a reason, then it is done once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.course.interest import InterestAsk
from booking.people.registrations import Registration
from booking.places import placements
from tests.cast import NOW, Cast, group
from tests.web.conftest import SignIn
from tests.web.staff.conftest import Place

HIDDEN = re.compile(r'name="(seen|choice)"[^>]*\bvalue="([^"]*)"')
WHY = {"reason": "För få anmälda"}


@dataclass
class Desk:
    """Eva's desk, and a way to weigh and to do."""

    client: FlaskClient
    code: str

    def look(self, way: str, val: str = "") -> str:
        answer = self.client.get(f"/samordnare/grupp/{self.code}/{way}", query_string={"val": val} if val else {})
        assert answer.status_code == 200
        return answer.text

    def press(self, way: str, page: str) -> tuple[int, str]:
        """Send the page's form with a reason; the answer's status and text, or the next page's."""
        address = f"/samordnare/grupp/{self.code}/{way}"
        answer = self.client.post(address, data=dict(HIDDEN.findall(page)) | WHY)
        status = answer.status_code
        return status, self.client.get(answer.location).text if status == 303 else answer.text


@pytest.fixture
def desk(client: FlaskClient, cast: Cast, sign_in: SignIn, place: Place, database: Database) -> Desk:
    """Amina has a place in the group in Farsta, which needs seven."""
    place(cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 7
    sign_in(cast.eva)
    return Desk(client, cast.abc_farsta.code)


def test_a_group_at_risk_says_what_can_be_done(desk: Desk, cast: Cast) -> None:
    page = desk.client.get(f"/samordnare/grupp/{cast.abc_farsta.code}").text
    assert "Den behöver minst 7. Nu har 1 plats, 0 är erbjudna och 0 finns i förslaget." in page
    assert "Det saknas 6." in page
    for way in ("fraga", "mer-tid", "skjut-upp", "sla-ihop", "farre", "stall-in"):
        assert f"/samordnare/grupp/{cast.abc_farsta.code}/{way}" in page


def test_the_decision_is_moved(desk: Desk, database: Database, cast: Cast) -> None:
    page = desk.look("mer-tid", "2027-01-22")
    assert "Beslutet flyttas från lördag 16 januari till fredag 22 januari." in page
    assert desk.press("mer-tid", page)[0] == 303
    with database.reading() as db:
        assert str(db.get_one(Group, cast.abc_farsta.id).decide_on) == "2027-01-22"


def test_a_later_start_is_weighed_and_then_told(desk: Desk, database: Database, cast: Cast) -> None:
    page = desk.look("skjut-upp", "2027-02-17")
    assert "Träffar: onsdag 17 februari, onsdag 24 februari, onsdag 3 mars, onsdag 10 mars." in page
    assert "1 familj har kvar sin plats." in page
    status, after = desk.press("skjut-upp", page)
    assert (status, "Gruppen börjar onsdag 17 februari. 1 meddelande skickas." in after) == (303, True)


def test_a_merger_is_weighed_and_then_done(desk: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.ben.id).paused_at = NOW
    page = desk.look("sla-ihop", cast.abc_skarpnack.code)
    assert "1 familj flyttar till ABC i Skarpnäck" in page
    assert desk.press("sla-ihop", page)[0] == 303
    with database.reading() as db:
        live = placements.find_live(db, cast.amina.id)
        assert live is not None
        assert live.group_id == cast.abc_skarpnack.id
        assert db.get_one(Group, cast.abc_farsta.id).state is GroupState.CANCELLED


def test_pressed_twice_it_is_done_once(desk: Desk, cast: Cast) -> None:
    page = desk.look("sla-ihop", cast.abc_skarpnack.code)
    assert [desk.press("sla-ihop", page)[0] for _ in range(2)] == [303, 303]


def test_who_may_not_pass_a_longer_wait_in_the_other_group_moves_nobody_past_it(
    desk: Desk, cast: Cast, client: FlaskClient, sign_in: SignIn, database: Database
) -> None:
    # Ben lives in Skarpnäck and waits for the group there; Eva does not run it, Greta does.
    page = desk.look("sla-ihop", cast.abc_skarpnack.code)
    assert "0 familjer flyttar" in page
    assert "1 av dem står efter någon som har väntat längre." in page
    sign_in(cast.greta)
    assert "1 av dem går före någon som har väntat längre" in desk.look("sla-ihop", cast.abc_skarpnack.code)


def test_a_lower_minimum_says_whether_the_group_starts(desk: Desk, database: Database, cast: Cast) -> None:
    page = desk.look("farre", "4")
    assert "Gruppen startar med 4 i stället för 7." in page
    assert "Det saknas fortfarande 3." in page
    assert desk.press("farre", page)[0] == 303
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).minimum == 4


@pytest.mark.parametrize(
    ("way", "val", "sentence"),
    [
        ("mer-tid", "2027-01-26", "Välj en senare dag"),
        ("skjut-upp", "snart", "Skriv dagen som år-månad-dag"),
        ("skjut-upp", "2027-01-01", "Välj en senare dag"),
        ("farre", "2", "Minsta antalet kan sänkas till mellan 4 och 6."),
        ("farre", "många", "Minsta antalet kan sänkas"),
        ("sla-ihop", "finns-inte", "Det går inte att välja."),
    ],
)
def test_what_cannot_be_chosen_is_said_and_no_button_is_shown(desk: Desk, way: str, val: str, sentence: str) -> None:
    page = desk.look(way, val)
    assert sentence in page
    assert 'name="reason"' not in page


def test_a_group_is_not_merged_with_itself(desk: Desk, cast: Cast) -> None:
    assert "Välj en annan grupp i samma program." in desk.look("sla-ihop", cast.abc_farsta.code)


def test_what_changed_since_the_page_was_read_is_said_once_more_first(
    desk: Desk, database: Database, cast: Cast, place: Place
) -> None:
    page = desk.look("skjut-upp", "2027-02-16")
    place(cast.ben, cast.abc_farsta)
    status, again = desk.press("skjut-upp", page)
    assert (status, "Något har ändrats sedan du öppnade sidan." in again) == (422, True)
    with database.reading() as db:
        assert str(db.get_one(Group, cast.abc_farsta.id).first_day) == "2027-01-26"


def test_nothing_is_done_without_a_reason(desk: Desk, cast: Cast) -> None:
    page = desk.look("sla-ihop", cast.abc_skarpnack.code)
    sent = dict(HIDDEN.findall(page)) | {"reason": " "}
    answer = desk.client.post(f"/samordnare/grupp/{desk.code}/sla-ihop", data=sent)
    assert (answer.status_code, "Skriv varför" in answer.text) == (422, True)


def test_families_who_wait_for_something_else_are_asked_by_numbers_alone(
    desk: Desk, database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        komet = group(db, db.merge(cast.komet), db.merge(cast.farsta), minimum=4, capacity=6)
    desk.code = komet.code
    page = desk.look("fraga")
    assert "1 familj får frågan." in page
    assert "Ben" not in page
    assert desk.press("fraga", page)[0] == 303
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(InterestAsk)) == 1
    page = desk.client.get(f"/samordnare/grupp/{komet.code}").text
    assert "1 familj som väntar på annat har fått frågan: 0 sa ja, 0 sa nej." in page


def test_when_there_is_nobody_to_ask_there_is_no_button(desk: Desk) -> None:
    page = desk.look("fraga")
    assert "Just nu finns ingen familj att fråga." in page
    assert 'name="reason"' not in page


def test_a_first_day_that_is_red_is_said(desk: Desk) -> None:
    assert "måndag 29 mars är röd eller stängd. Första träffen blir måndag 5 april." in desk.look(
        "skjut-upp", "2027-03-29"
    )


def test_nobody_is_asked_for_a_group_that_is_not_at_risk(desk: Desk, database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 1
    assert "Gruppen är inte i riskzonen" in desk.look("fraga")
