"""What is kept for a while only is gone when the while is over, and nothing else is."""

from datetime import timedelta

from sqlalchemy import func, select

from booking import jobs, services
from booking.base.db import Base, Database
from booking.people import drafts
from booking.people.registrations import Draft
from booking.places import runs
from booking.places.runs import AllocationRun, RunDecision, RunState
from booking.records.audit import SYSTEM
from booking.records.rate_counts import RateCount
from config import Settings
from tests.cast import NOW, Cast
from tests.db import rounds


def tidy(settings: Settings, after: timedelta) -> None:
    made = services.build(settings, clock=lambda: NOW + after, senders={})
    jobs.tidy(made)
    made.database.close()


def count(database: Database, kind: type[Base]) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(kind)) or 0


def test_a_count_of_tries_goes_when_its_window_ends(database: Database, settings: Settings) -> None:
    with database.transaction() as db:
        db.add(RateCount(key="somebody", count=3, ends_at=NOW + timedelta(minutes=5)))
    tidy(settings, timedelta(minutes=4))
    assert count(database, RateCount) == 1
    tidy(settings, timedelta(minutes=5))
    assert count(database, RateCount) == 0


def test_answers_that_were_never_sent_go_after_a_day(database: Database, settings: Settings) -> None:
    with database.transaction() as db:
        drafts.start(db, {"name": "Amina Demo"}, now=NOW)
    tidy(settings, timedelta(hours=23))
    assert count(database, Draft) == 1
    tidy(settings, timedelta(hours=24))
    assert count(database, Draft) == 0


def test_a_proposal_thrown_away_keeps_its_figures_and_what_staff_held_back(
    database: Database, cast: Cast, settings: Settings
) -> None:
    run_id = rounds.propose(database)
    with database.transaction() as db:
        decision = runs.find_decision(db, run_id, cast.amina.id)
        assert decision is not None
        runs.exclude(db, decision, now=NOW, by=SYSTEM, reason="test")
        runs.discard(db, db.get_one(AllocationRun, run_id), now=NOW, by=SYSTEM)
    tidy(settings, timedelta(days=1))
    assert count(database, RunDecision) == 2
    tidy(settings, timedelta(days=2))
    with database.reading() as db:
        assert [each.registration_id for each in runs.list_decisions(db, run_id)] == [cast.amina.id]
        assert db.get_one(AllocationRun, run_id).figures["families"] == 2


def test_a_proposal_and_what_was_published_keep_every_reason(
    database: Database, cast: Cast, settings: Settings
) -> None:
    rounds.play(database)
    rounds.propose(database, NOW + timedelta(hours=1))
    before = count(database, RunDecision)
    tidy(settings, timedelta(days=900))
    assert count(database, RunDecision) == before
    with database.reading() as db:
        assert set(db.scalars(select(AllocationRun.state))) == {RunState.PUBLISHED, RunState.PROPOSED}
