"""One family's whole way, in a browser: registered, waiting, offered, accepted, reminded, ticked off, counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time

import pytest
from playwright.sync_api import Browser

from booking.base.db import Database
from booking.catalogue.districts import District
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.programmes import Programme
from booking.people.registrations import Registration, RegistrationState
from booking.records.accounts import Account
from tests.browser.conftest import Stage
from tests.browser.visitor import Visitor
from tests.cast import PASSWORD, Cast, group

MOBILE = "070-174 06 05"
Somebody = Callable[..., Visitor]


@pytest.fixture
def full_at_home(database: Database, cast: Cast) -> None:
    """Farsta has no group of Komet; Skarpnäck's begins on Wednesday 20 January and needs one family to start."""
    with database.transaction() as db:
        komet, there = db.get_one(Programme, cast.komet.id), db.get_one(District, cast.skarpnack.id)
        leader = db.get_one(Account, cast.deniz.id)
        group(db, komet, there, leader=leader, first_day=date(2027, 1, 20), hour=time(17, 30), capacity=6)
        db.get_one(Group, cast.abc_farsta.id).state = GroupState.HIDDEN
        db.get_one(Registration, cast.amina.id).state = RegistrationState.WITHDRAWN


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def somebody(browser: Browser, stage: Stage, request: pytest.FixtureRequest) -> Iterator[Somebody]:
    """Makes visitors, and puts their devices away afterwards."""
    visitors: list[Visitor] = []

    def make(name: str, *, desk: bool = False) -> Visitor:
        name = f"{name}-{'script' if request.param else 'plain'}"
        visitors.append(Visitor(browser, stage.address, script=request.param, desk=desk, name=name))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()


def test_the_whole_story(full_at_home: None, stage: Stage, somebody: Somebody) -> None:
    parent, greta, deniz = somebody("parent"), somebody("greta", desk=True), somebody("deniz")
    register(parent, stage)
    assert parent.reads("Ni står i kön")
    an_offer_is_proposed_and_published(greta, stage)
    accept(parent, stage)
    reminded(parent, stage)
    ticked_off(deniz)
    counted(greta)


def register(parent: Visitor, stage: Stage) -> None:
    parent.go("/")
    parent.follow("Hitta en grupp som passar")
    parent.tick("2021")
    parent.press("Visa vad som passar")
    parent.follow("Komet 3–11")
    parent.follow("Anmäl er")
    parent.press("Börja")
    answer_the_questions(parent)
    parent.press("Skicka anmälan")
    stage.work()
    parent.write("Kod", code_sent(parent))
    parent.press("Bekräfta")
    assert parent.reads("Tack!")
    stage.work()
    parent.follow("Till er sida")


def answer_the_questions(parent: Visitor) -> None:
    for known in ("Vilka år är barnen födda?", "Vad vill ni gå?"):
        assert parent.reads(known)
        parent.press("Fortsätt")
    parent.tick("Farsta")
    parent.press("Fortsätt")
    parent.tick("Alla stadsdelar inom 30 minuter")
    parent.press("Fortsätt")
    parent.tick("Alla dagar fungerar")
    parent.press("Fortsätt")
    while not parent.reads("Hur når vi dig?"):
        parent.press("Fortsätt")
    parent.write("Namn", "Ida Demo")
    parent.write("Mobil", MOBILE)
    parent.press("Fortsätt")
    parent.press("Fortsätt")
    assert parent.reads("Stämmer det här?")


def code_sent(parent: Visitor) -> str:
    found = re.search(r"\b\d{6}\b", newest_message(parent))
    assert found is not None
    return found[0]


def newest_message(parent: Visitor) -> str:
    """The newest message in the demo's post box, read in a second tab."""
    tab = parent.page.context.new_page()
    tab.goto("/dev/outbox?to=%2B46701740605")
    text = tab.locator("main article, main .ds-card").first.inner_text()
    tab.close()
    return text


def an_offer_is_proposed_and_published(greta: Visitor, stage: Stage) -> None:
    sign_in(greta, "greta@example.org")
    greta.follow("Förslag")
    greta.press("Räkna fram ett nytt förslag")
    stage.work()
    greta.follow("Se om det är klart")
    assert greta.reads("Komet 3–11")
    greta.follow("Publicera …")
    greta.press("Publicera och skicka")
    stage.work()
    # So long it can be undone, nobody is told.
    assert greta.reads("Ångra det som inte är skickat")
    greta.go("/dev/clock")
    greta.press("En timme framåt")
    stage.work()


def accept(parent: Visitor, stage: Stage) -> None:
    link = re.search(r"http://\S+/e/\w+", newest_message(parent))
    assert link is not None
    parent.go(link[0])
    assert parent.reads("Skarpnäck")
    assert parent.reads("Varför får vi det här?")
    parent.press("Ja, vi tar platsen")
    assert parent.reads("Ni har en plats")
    stage.work()


def reminded(parent: Visitor, stage: Stage) -> None:
    parent.go("/dev/clock")
    for _week in range(2):
        parent.press("En vecka framåt")
    parent.press("Ett dygn framåt")
    for _hour in range(2):
        parent.press("En timme framåt")
    stage.work()
    assert "Vi ses i morgon" in newest_message(parent)
    parent.press("Ett dygn framåt")
    stage.work()


def ticked_off(deniz: Visitor) -> None:
    sign_in(deniz, "deniz@example.org")
    assert deniz.reads("Komet 3–11")
    deniz.follow("Fyll i närvaron")
    assert deniz.reads("Ida Demo")
    deniz.tick("Här")
    deniz.press("Spara")
    assert deniz.reads("Sparat")


def counted(greta: Visitor) -> None:
    """One registered, was offered a place, took it and came: the row of Komet says so."""
    greta.go("/samordnare/")
    row = greta.page.get_by_role("table").last.get_by_role("row").filter(has_text="Komet 3–11")
    assert row.locator("td").all_inner_texts() == ["1", "1", "1", "1"]


def sign_in(visitor: Visitor, email: str) -> None:
    visitor.go("/logga-in")
    visitor.write("E-post", email)
    visitor.write("Lösenord", PASSWORD)
    visitor.press("Logga in")
