"""Attendance in one form: saved, corrected, and never blanked by a page that has lain open."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.base.db import Database
from booking.catalogue import sessions
from booking.course.attendance import Attendance
from booking.records.accounts import Account
from tests.cast import Cast
from tests.web.leaders.conftest import DOORWAY, Browser, Roster


@pytest.fixture
def page(roster: Roster) -> str:
    """The address of the first meeting."""
    return f"/ledare/traff/{roster.meetings[0]}"


def states(database: Database, roster: Roster) -> dict[int, str]:
    """What is noted of Amina and Ben, at any meeting."""
    with database.reading() as db:
        noted = db.scalars(select(Attendance))
        return {row.placement_id: row.state.value for row in noted}


def follow(answer: TestResponse, browser: Browser, account: Account) -> str:
    assert answer.status_code == 303
    return browser(account, DOORWAY).get(answer.location).text


def test_everyone_is_saved_at_once(database: Database, cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    ticks = {f"tick-{roster.amina}-1": "present", f"tick-{roster.ben}-1": "absent"}
    assert browser(cast.carla, DOORWAY).post(page, data=ticks).status_code == 303
    assert states(database, roster) == {roster.amina: "present", roster.ben: "absent"}


def test_what_is_saved_is_seen_with_its_time(cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    answer = browser(cast.carla, DOORWAY).post(page, data={f"tick-{roster.amina}-1": "late"})
    assert "Sparat tis 26/1 kl 17.20: Kom sent" in follow(answer, browser, cast.carla)


def test_the_answer_says_for_how_many_it_was_saved(cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    ticks = {f"tick-{roster.amina}-1": "present", f"tick-{roster.ben}-1": "absent"}
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data=ticks)
    assert "Sparat för 2 personer." in carla.get(page).text


def test_a_tick_is_corrected_days_later(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    browser(cast.carla, DOORWAY).post(page, data={f"tick-{roster.amina}-1": "absent"})
    correction = {f"shown-{roster.amina}-1": "absent", f"tick-{roster.amina}-1": "present"}
    browser(cast.carla, DOORWAY + timedelta(days=3)).post(page, data=correction)
    assert states(database, roster) == {roster.amina: "present"}


def test_a_tick_is_taken_away(database: Database, cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data={f"tick-{roster.amina}-1": "absent"})
    carla.post(page, data={f"shown-{roster.amina}-1": "absent", f"tick-{roster.amina}-1": ""})
    assert states(database, roster) == {}


def test_a_page_that_has_lain_open_blanks_nothing(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data={f"tick-{roster.amina}-1": "late"})
    stale = {f"shown-{roster.amina}-1": "", f"shown-{roster.ben}-1": "", f"tick-{roster.ben}-1": "present"}
    carla.post(page, data=stale)
    assert states(database, roster) == {roster.amina: "late", roster.ben: "present"}


def test_a_page_that_has_lain_open_keeps_anothers_correction_of_what_it_shows(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data={f"tick-{roster.amina}-1": "absent"})
    carla.post(page, data={f"shown-{roster.amina}-1": "absent", f"tick-{roster.amina}-1": "late"})
    carla.post(page, data={f"shown-{roster.amina}-1": "absent", f"tick-{roster.amina}-1": "absent"})
    assert states(database, roster) == {roster.amina: "late"}


def test_when_two_tick_differently_the_last_one_holds_and_is_told(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data={f"shown-{roster.amina}-1": "", f"tick-{roster.amina}-1": "late"})
    carla.post(page, data={f"shown-{roster.amina}-1": "", f"tick-{roster.amina}-1": "present"})
    assert "Någon annan fyllde i 1 person på ett annat sätt" in carla.get(page).text
    assert states(database, roster) == {roster.amina: "present"}


def test_everyone_else_is_here_with_one_tap(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    ticks = {f"tick-{roster.ben}-1": "absent", "everyone_else": "1"}
    browser(cast.carla, DOORWAY).post(page, data=ticks)
    assert states(database, roster) == {roster.amina: "present", roster.ben: "absent"}


def test_a_complete_sheet_says_so(cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    carla = browser(cast.carla, DOORWAY)
    carla.post(page, data={"everyone_else": "1"})
    assert "Närvaron är klar" in carla.get(page).text


def test_before_the_day_there_is_nothing_to_tick(cast: Cast, roster: Roster, browser: Browser, page: str) -> None:
    early = browser(cast.carla, DOORWAY - timedelta(days=1))
    assert "Du kan fylla i närvaron från tisdag 26 januari kl. 05.30." in early.get(page).text
    assert early.post(page, data={"everyone_else": "1"}).status_code == 409


def test_an_answer_that_does_not_exist_is_refused(
    database: Database, cast: Cast, roster: Roster, browser: Browser, page: str
) -> None:
    answer = browser(cast.carla, DOORWAY).post(page, data={f"tick-{roster.amina}-1": "expected_away"})
    assert answer.status_code == 400
    assert states(database, roster) == {}


def test_a_person_of_another_group_is_not_ticked_here(
    database: Database, cast: Cast, roster: Roster, browser: Browser
) -> None:
    with database.reading() as db:
        elsewhere = sessions.list_of(db, cast.abc_skarpnack.id)[0].code
    day_of = DOORWAY + timedelta(days=2)
    answer = browser(cast.deniz, day_of).post(f"/ledare/traff/{elsewhere}", data={f"tick-{roster.amina}-1": "present"})
    assert answer.status_code == 303
    assert states(database, roster) == {}
