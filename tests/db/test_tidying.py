"""What is kept for a while only is gone when the while is over, and nothing else is."""

from datetime import timedelta

from sqlalchemy import func, select

from booking import jobs, services
from booking.base.db import Base, Database
from booking.people import drafts
from booking.people.registrations import Draft
from booking.places import publishing, runs
from booking.places.publishing import Selection
from booking.places.run_engine import compute_waiting
from booking.places.runs import AllocationRun, RunDecision, RunSnapshot, RunState
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


def test_what_a_run_was_made_from_goes_with_a_proposal_thrown_away_and_with_a_trial(
    database: Database, cast: Cast, settings: Settings
) -> None:
    old = rounds.propose(database)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, old)
    new = rounds.propose(database)
    tidy(settings, timedelta(days=1))
    assert kept(database) == [old, trial, new]
    tidy(settings, timedelta(days=2))
    assert kept(database) == [new]


def test_what_a_proposal_was_made_from_stays_when_some_of_it_was_published_before_a_newer_one_came(
    database: Database, cast: Cast, settings: Settings
) -> None:
    old = rounds.propose(database)
    with database.transaction() as db:
        only = Selection(group_ids=frozenset({cast.abc_farsta.id}))
        publishing.publish(db, db.get_one(AllocationRun, old), now=NOW, by=SYSTEM, only=only)
    new = rounds.propose(database)
    tidy(settings, timedelta(days=2))
    assert kept(database) == [old, new]


def test_of_an_hour_in_which_nothing_had_changed_nothing_stays(
    database: Database, cast: Cast, settings: Settings
) -> None:
    run_id = rounds.propose(database)
    with database.transaction() as db:
        runs.request(db, now=NOW, by=SYSTEM, slot="time test")
    compute_waiting(database, lambda: NOW)
    assert count(database, AllocationRun) == 2
    tidy(settings, timedelta(days=2))
    with database.reading() as db:
        assert list(db.scalars(select(AllocationRun.id))) == [run_id]


def kept(database: Database) -> list[int]:
    """The runs of which it is still known what they were made from."""
    with database.reading() as db:
        return list(db.scalars(select(RunSnapshot.run_id).order_by(RunSnapshot.run_id)))
