"""Whoever touches many families at once locks them in order of id, so that two who do never wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.course import ending, group_changes
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import runs
from booking.places.runs import AllocationRun, RunDecision
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at, build
from tests.db import rounds


def place_both(database: Database, cast: Cast) -> None:
    """Ben got his place before Amina, whose family has the lower id."""
    with database.transaction() as db:
        where = db.get_one(Group, cast.abc_farsta.id)
        for number, wanted in enumerate((cast.ben, cast.amina)):
            registration, when = db.get_one(Registration, wanted.id), NOW + timedelta(minutes=number)
            group_changes.place_by_hand(db, registration, where, override="test", now=when, by=SYSTEM)


def cancel(database: Database, cast: Cast) -> Callable[[], object]:
    place_both(database, cast)

    def work() -> None:
        with database.transaction() as db:
            group_changes.cancel(db, db.get_one(Group, cast.abc_farsta.id), now=NOW, by=SYSTEM, reason="test")

    return work


def merge(database: Database, cast: Cast) -> Callable[[], object]:
    place_both(database, cast)

    def work() -> None:
        with database.transaction() as db:
            one, other = db.get_one(Group, cast.abc_farsta.id), db.get_one(Group, cast.abc_skarpnack.id)
            group_changes.merge(db, one, other, now=NOW, by=SYSTEM, reason="test", may_pass=True)

    return work


def postpone(database: Database, cast: Cast) -> Callable[[], object]:
    place_both(database, cast)

    def work() -> None:
        with database.transaction() as db:
            found, day = db.get_one(Group, cast.abc_farsta.id), date(2027, 2, 16)
            group_changes.postpone(db, found, day, version=1, now=NOW, by=SYSTEM, reason="test")

    return work


def end(database: Database, cast: Cast) -> Callable[[], object]:
    place_both(database, cast)

    def work() -> None:
        with database.transaction() as db:
            ending.end(db, db.get_one(Group, cast.abc_farsta.id), now=at(2027, 3, 1))

    return work


def publish(database: Database, cast: Cast) -> Callable[[], object]:
    with database.transaction() as db:
        for meeting in sessions.list_of(db, cast.abc_skarpnack.id):
            # Ben's group begins first, so Ben's offer is made first.
            meeting.starts_at -= timedelta(days=7)
    run_id = rounds.propose(database)
    return lambda: rounds.publish(database, run_id)


@pytest.mark.parametrize("prepare", [cancel, merge, postpone, end, publish])
def test_nobody_holds_ben_while_waiting_for_amina(
    postgres_url: str, prepare: Callable[[Database, Cast], Callable[[], object]]
) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    work = prepare(database, cast)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as db:
            db.execute(select(Family.id).where(Family.id == cast.amina.family_id).with_for_update())
            at_work = pool.submit(work)
            with pytest.raises(TimeoutError):
                at_work.result(timeout=1)
            # Raises when the other one has Ben: then each would wait for the other.
            db.execute(select(Family.id).where(Family.id == cast.ben.family_id).with_for_update(nowait=True))
        at_work.result(timeout=20)
    database.close()


def test_publishing_and_throwing_away_never_wait_for_each_other(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        build(db)
    run_id = rounds.propose(database)
    with database.transaction() as db:
        # Some of it has been published, so that throwing it away marks the rest.
        db.get_one(AllocationRun, run_id).published_at = NOW

    def discard() -> None:
        with database.transaction() as db:
            runs.discard(db, db.get_one(AllocationRun, run_id), now=NOW, by=SYSTEM)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as db:
            db.execute(select(AllocationRun.id).where(AllocationRun.id == run_id).with_for_update())
            at_work = pool.submit(discard)
            with pytest.raises(TimeoutError):
                at_work.result(timeout=1)
            # Raises when the other one has the decisions and waits for the run.
            db.execute(select(RunDecision.id).where(RunDecision.run_id == run_id).with_for_update(nowait=True))
        at_work.result(timeout=20)
    database.close()
