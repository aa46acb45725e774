"""How far registrations came, counted from the ledger."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import attendance
from booking.course.attendance import AttendanceState
from booking.insight import reports
from booking.insight.reports import Way
from booking.people import confirming
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.placements import Placement
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.test_offers import offer_to


def registered(database: Database, cast: Cast) -> None:
    """Amina and Ben are in the ledger, as they are when they come by the web."""
    with database.transaction() as db:
        for who in (cast.amina, cast.ben):
            confirming.record(db, reports.REGISTERED, db.get_one(Registration, who.id), now=NOW, by=SYSTEM)


def accepted(database: Database, cast: Cast) -> None:
    offer_id = offer_to(database, cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        offers.accept(db, db.get_one(offers.Offer, offer_id), now=NOW, by=SYSTEM)


def ticked(database: Database, group: Group, state: AttendanceState | None) -> None:
    with database.transaction() as db:
        meeting = db.scalars(select(GroupSession).where(GroupSession.group_id == group.id)).first()
        assert meeting is not None
        placement = db.scalars(select(Placement)).one()
        later = meeting.starts_at + timedelta(hours=3)
        attendance.tick(db, meeting, placement, 1, state, now=later, by=SYSTEM)


def ways(database: Database, cast: Cast, home_ids: list[int] | None = None) -> Way | None:
    with database.reading() as db:
        return reports.ways(db, home_ids=home_ids).get(cast.abc.id)


def test_who_only_waits_counts_as_registered(database: Database, cast: Cast) -> None:
    registered(database, cast)
    assert ways(database, cast) == Way(registered=2)


def test_who_says_yes_and_comes_counts_in_every_step(database: Database, cast: Cast) -> None:
    registered(database, cast)
    accepted(database, cast)
    ticked(database, cast.abc_farsta, AttendanceState.PRESENT)
    assert ways(database, cast) == Way(registered=2, offered=1, placed=1, took_part=1)


def test_a_tick_that_was_a_mistake_does_not_count(database: Database, cast: Cast) -> None:
    registered(database, cast)
    accepted(database, cast)
    ticked(database, cast.abc_farsta, AttendanceState.PRESENT)
    ticked(database, cast.abc_farsta, AttendanceState.ABSENT)
    assert ways(database, cast) == Way(registered=2, offered=1, placed=1, took_part=0)


def test_a_district_counts_its_own_families(database: Database, cast: Cast) -> None:
    registered(database, cast)
    accepted(database, cast)
    assert ways(database, cast, [cast.skarpnack.id]) == Way(registered=1)
