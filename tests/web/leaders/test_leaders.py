"""The leaders' door: a leader sees the own groups, as long as they are needed, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, ending
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places.placements import Placement
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.web.leaders.conftest import DOORWAY, FIRST_MEETING, Browser, Roster

AFTER_THE_LAST = FIRST_MEETING + timedelta(days=21, hours=3)


def pages(roster: Roster) -> list[str]:
    return [
        f"/ledare/grupp/{roster.group}",
        f"/ledare/grupp/{roster.group}/lista",
        f"/ledare/traff/{roster.meetings[0]}",
    ]


def test_the_next_meeting_comes_first_with_who_comes(cast: Cast, roster: Roster, browser: Browser) -> None:
    page = browser(cast.carla, NOW).get("/ledare/").text
    assert page.index("tisdag 26 januari kl. 17.30") < page.index("Amina Demo") < page.index("tisdag 2 februari")
    assert "Farsta familjecentral, Demogatan 1" in page
    assert "2 kommer" in page


def test_who_has_said_that_they_cannot_come_stands_apart(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        session, ben = db.get_one(GroupSession, roster.meeting_ids[0]), db.get_one(Placement, roster.ben)
        attendance.say_away(db, session, ben, now=NOW, by=SYSTEM)
    page = browser(cast.carla, NOW).get("/ledare/").text
    assert page.index("Har sagt att de inte kan") < page.index("Ben Demo") < page.index("Amina Demo")
    assert "1 kommer" in page


def test_what_a_family_needs_is_seen_before_the_meeting(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        amina.interpreter, amina.step_free = "so", True
    page = browser(cast.carla, NOW).get("/ledare/").text
    assert "Tolk: somaliska" in page
    assert "Utan trappor" in page


def test_of_two_in_a_family_it_is_seen_whose_number_is_whose(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        ben = db.get_one(Placement, roster.ben).registration
        ben.adults = 2
        db.execute(update(Placement).where(Placement.id == roster.ben).values(seats=2))
        other = Carer(name="Bo Demo", family=ben.family)
        families.set_mobile(other, "+46701740699")
        other.mobile_confirmed_at = NOW
        ben.carers = [*ben.carers, other]
    for page in ("/ledare/", f"/ledare/grupp/{roster.group}", f"/ledare/traff/{roster.meetings[0]}"):
        assert '<p class="muted">Bo Demo</p>' in browser(cast.carla, NOW).get(page).text


def test_a_leader_sees_nothing_of_another_leaders_group(cast: Cast, roster: Roster, browser: Browser) -> None:
    page = browser(cast.deniz, NOW).get("/ledare/").text
    assert "Skarpnäck" in page
    assert "Farsta" not in page


def test_a_leader_without_a_group_is_told_what_will_stand_here(
    database: Database, cast: Cast, browser: Browser
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).leaders = []
    assert "Du har ingen träff framför dig." in browser(cast.deniz, NOW).get("/ledare/").text


def test_another_leaders_group_does_not_exist(cast: Cast, roster: Roster, browser: Browser) -> None:
    deniz = browser(cast.deniz, NOW)
    assert [deniz.get(page).status_code for page in pages(roster)] == [404, 404, 404]
    assert deniz.post(f"/ledare/traff/{roster.meetings[0]}").status_code == 404


def test_a_coordinator_who_leads_nothing_has_no_door_here(cast: Cast, roster: Roster, browser: Browser) -> None:
    eva = browser(cast.eva, NOW)
    assert [eva.get(page).status_code for page in ["/ledare/", *pages(roster)]] == [404, 404, 404, 404]


def test_who_is_not_signed_in_is_asked_to(cast: Cast, roster: Roster, browser: Browser) -> None:
    stranger = browser(cast.carla, NOW)
    with stranger.session_transaction() as kept:
        kept.clear()
    assert stranger.get(pages(roster)[0]).location == f"/logga-in?next={pages(roster)[0]}"


def test_a_code_that_nobody_has_does_not_exist(cast: Cast, roster: Roster, browser: Browser) -> None:
    assert browser(cast.carla, NOW).get("/ledare/traff/finnsinte").status_code == 404


def test_the_roster_has_a_call_and_a_text_message_one_tap_away(cast: Cast, roster: Roster, browser: Browser) -> None:
    page = browser(cast.carla, NOW).get(pages(roster)[0]).text
    assert 'href="tel:+46701740605"' in page
    assert 'href="sms:+46701740605"' in page
    assert "070-174 06 05" in page
    assert f'href="mailto:{cast.ben.carers[0].email}"' in page


def test_who_wants_nothing_written_can_only_be_called(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).sms_stopped_at = NOW
        db.get_one(Carer, cast.ben.carers[0].id).email_stopped_at = NOW
    for address in ("/ledare/", *pages(roster)):
        page = browser(cast.carla, NOW).get(address).text
        assert "sms:+46701740605" not in page
        assert f"mailto:{cast.ben.carers[0].email}" not in page
    assert 'href="tel:+46701740605"' in browser(cast.carla, NOW).get(pages(roster)[0]).text


def test_a_number_that_nobody_has_confirmed_is_not_shown(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).mobile_confirmed_at = None
    assert "701740605" not in browser(cast.carla, NOW).get(pages(roster)[0]).text


def test_a_name_is_text_and_never_markup(database: Database, cast: Cast, roster: Roster, browser: Browser) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.amina.carers[0].id).name = "<script>alert(1)</script>"
        db.get_one(Registration, cast.amina.id).adults = 2
    carla = browser(cast.carla, DOORWAY)
    for page in ["/ledare/", *pages(roster)]:
        text = carla.get(page).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "<script>alert" not in text


def test_a_protected_family_has_no_name_and_no_number_here(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).family.protected = True
    carla = browser(cast.carla, DOORWAY)
    for page in ["/ledare/", *pages(roster)]:
        text = carla.get(page).text
        assert "Deltagare 1" in text
        assert "Amina" not in text
        assert "701740605" not in text


def test_after_the_group_has_ended_names_stay_for_the_ticks_and_contacts_are_gone(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.transaction() as db:
        ending.end(db, db.get_one(Group, cast.abc_farsta.id), now=AFTER_THE_LAST)
    carla = browser(cast.carla, AFTER_THE_LAST)
    for page in ["/ledare/", *pages(roster)]:
        text = carla.get(page).text
        assert "701740605" not in text
        assert "@example.org" not in text
    assert "Amina Demo" in carla.get(pages(roster)[2]).text


def test_thirty_days_after_the_last_meeting_only_counts_are_left(cast: Cast, roster: Roster, browser: Browser) -> None:
    browser(cast.carla, DOORWAY).post(pages(roster)[2], data={f"tick-{roster.amina}-1": "present"})
    carla = browser(cast.carla, AFTER_THE_LAST + timedelta(days=30))
    group, paper, meeting = (carla.get(page) for page in pages(roster))
    assert "Amina" not in group.text + meeting.text
    assert "1 här, 0 borta" in group.text
    assert paper.status_code == 404
    assert carla.post(pages(roster)[2]).status_code == 404


def test_the_paper_has_a_line_for_each_person_and_a_column_for_each_meeting(
    cast: Cast, roster: Roster, browser: Browser
) -> None:
    browser(cast.carla, DOORWAY).post(pages(roster)[2], data={f"tick-{roster.amina}-1": "present"})
    page = browser(cast.carla, DOORWAY).get(pages(roster)[1]).text
    assert [page.count(day) for day in ("tis 26/1", "tis 2/2", "tis 9/2", "tis 16/2")] == [1, 1, 1, 1]
    assert page.index("Amina Demo") < page.index("070-174 06 05") < page.index(">Här<") < page.index("Ben Demo")


def test_a_meeting_that_has_been_and_is_not_ticked_is_asked_for(cast: Cast, roster: Roster, browser: Browser) -> None:
    page = browser(cast.carla, FIRST_MEETING + timedelta(hours=3)).get("/ledare/").text
    assert "Närvaron är inte klar" in page
    assert f'href="/ledare/traff/{roster.meetings[0]}"' in page


@pytest.mark.parametrize("state", [GroupState.CANCELLED, GroupState.HIDDEN])
def test_the_meetings_of_a_group_that_does_not_run_are_not_next(
    database: Database, cast: Cast, roster: Roster, browser: Browser, state: GroupState
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).state = state
    assert "Nästa träff" not in browser(cast.carla, NOW).get("/ledare/").text


def test_a_cancelled_meeting_says_so(database: Database, cast: Cast, roster: Roster, browser: Browser) -> None:
    with database.transaction() as db:
        db.get_one(GroupSession, roster.meeting_ids[0]).state = SessionState.CANCELLED
    assert "Träffen är inställd" in browser(cast.carla, NOW).get(pages(roster)[2]).text
