"""What happens to the place of a family that nobody can write to is told by phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.course import calls, group_changes
from booking.course.calls import Call, CallWhy
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.callers import offer_to_amina, only_phone, watch


@pytest.fixture
def placed(database: Database, cast: Cast) -> None:
    """Amina, who is reached only by phone, has a place in Farsta; Ben, who is written to, in Skarpnäck."""
    only_phone(database, cast)
    with database.transaction() as db:
        for who, where in ((cast.amina, cast.abc_farsta), (cast.ben, cast.abc_skarpnack)):
            wanted, group = db.get_one(Registration, who.id), db.get_one(Group, where.id)
            group_changes.place_by_hand(db, wanted, group, override="test", now=NOW, by=SYSTEM)


def step(database: Database, **delta: float) -> list[tuple[CallWhy, list[str]]]:
    """Take the step so much later; the open calls, with what the family has not been told."""
    now = NOW + timedelta(**delta)
    watch(database, now)
    with database.transaction() as db:
        for each in calls.list_untold(db, now=now):
            calls.tell_by_phone(db, each, now=now)
    with database.reading() as db:
        found = calls.list_open(db, None)
        return [(call.why, [news.kind for news in calls.news_for(db, call, now=now)]) for call in found]


def cancel_both(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for where in (cast.abc_farsta, cast.abc_skarpnack):
            group = db.get_one(Group, where.id)
            group_changes.cancel(db, group, now=NOW + timedelta(hours=1), by=SYSTEM, reason="För få")


def test_that_the_group_is_cancelled_is_told_by_phone_to_the_one_who_cannot_be_written_to(
    database: Database, cast: Cast, placed: None
) -> None:
    assert step(database, minutes=30) == []
    cancel_both(database, cast)
    assert step(database, hours=2) == [(CallWhy.NO_CHANNEL, ["group_cancelled"])]
    assert step(database, hours=3) == [(CallWhy.NO_CHANNEL, ["group_cancelled"])]


def test_once_told_it_is_told(database: Database, cast: Cast, placed: None) -> None:
    cancel_both(database, cast)
    step(database, hours=2)
    with database.transaction() as db:
        calls.stays(db, db.scalars(select(Call)).one(), now=NOW + timedelta(hours=3), by=cast.eva.actor)
    assert step(database, hours=4) == []


def test_so_is_a_meeting_that_is_called_off(database: Database, cast: Cast, placed: None) -> None:
    with database.transaction() as db:
        first = sessions.list_of(db, cast.abc_farsta.id)[0]
        group_changes.cancel_session(db, first, now=NOW + timedelta(hours=1), by=SYSTEM, reason="Sjukdom")
    assert step(database, hours=2) == [(CallWhy.NO_CHANNEL, ["session_cancelled"])]


@pytest.mark.parametrize("knew", [True, False])
def test_an_offer_taken_back_is_told_only_to_who_had_been_told_of_it(
    database: Database, cast: Cast, knew: bool
) -> None:
    only_phone(database, cast)
    made = offer_to_amina(database, cast)
    watch(database)
    with database.transaction() as db:
        if knew:
            calls.thinking(db, db.scalars(select(Call)).one(), now=NOW, by=cast.eva.actor)
        later = NOW + timedelta(hours=1)
        offers.withdraw(db, db.get_one(Offer, made), now=later, by=SYSTEM, reason="A mistake")
    assert step(database, hours=2) == ([(CallWhy.NO_CHANNEL, ["withdrawn"])] if knew else [])
