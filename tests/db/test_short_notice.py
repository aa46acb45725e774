"""Who is offered a place in the last three days before a group begins, and which proposals are left in peace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import group_changes
from booking.people.registrations import Registration
from booking.places import runs
from booking.places.runs import RunDecision
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.db import rounds

TWO_DAYS_BEFORE = at(2027, 1, 24, 16)


@pytest.mark.parametrize("ready", [True, False])
def test_a_group_that_begins_within_three_days_goes_by_invitation_and_no_run_offers_it(
    database: Database, cast: Cast, ready: bool
) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        amina.short_notice = ready
        amina.districts = amina.districts[:1]
    rounds.play(database, TWO_DAYS_BEFORE)
    assert rounds.offered(database, cast.amina) is None


def due(database: Database, now: datetime) -> bool:
    with database.transaction() as db:
        return runs.request_due(db, now=now) is not None


def test_a_proposal_that_somebody_works_in_is_not_replaced_for_a_day(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    with database.transaction() as db:
        decision = db.scalars(select(RunDecision).where(RunDecision.run_id == run_id, RunDecision.group_id > 0)).first()
        assert decision is not None
        runs.exclude(db, decision, now=NOW, by=SYSTEM, reason="Vi ringer först")
    assert not due(database, NOW + timedelta(hours=23))
    assert due(database, NOW + timedelta(hours=25))


def test_those_whose_group_is_cancelled_need_not_wait_for_the_hour(database: Database, cast: Cast) -> None:
    rounds.play(database)
    assert not due(database, NOW + timedelta(minutes=1))
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        group_changes.cancel(db, group, now=NOW + timedelta(minutes=2), by=SYSTEM, reason="För få")
    assert due(database, NOW + timedelta(minutes=3))


def test_a_group_whose_first_meeting_is_cancelled_begins_with_the_next(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        query = select(GroupSession).where(GroupSession.group_id == cast.abc_farsta.id).order_by(GroupSession.number)
        first, second = db.scalars(query.limit(2))
        group_changes.cancel_session(db, first, now=NOW, by=SYSTEM, reason="Lokalen är stängd")
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).first_day == second.starts_at.date()
