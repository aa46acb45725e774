"""What a run leaves behind: what it was made from, an alarm when its plan is wrong, nothing when nothing changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from booking.allocation.engine import allocate
from booking.allocation.files import parse_problem, parse_result
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.verify import verify
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import publishing, runs
from booking.places.run_engine import compute, compute_waiting, computing
from booking.places.run_engine.warm import News, news_since
from booking.places.runs import AllocationRun, RunSnapshot, RunState
from booking.records import alarms
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds

HOUR = timedelta(hours=1)


def snapshot(database: Database, run_id: int) -> RunSnapshot | None:
    with database.reading() as db:
        return runs.find_snapshot(db, run_id)


def broken(problem: Problem, **_: object) -> Plan:
    """An engine that leaves everyone without, though there is room."""
    plan = allocate(problem)
    return replace(plan, placements={}, seats=0)


def unproven(problem: Problem, **_: object) -> Plan:
    """An engine that does not know whether there is a better plan."""
    return replace(allocate(problem), proven=False)


def hourly(database: Database, hours: int) -> AllocationRun:
    """The run that its hour asks for, computed."""
    now = NOW + hours * HOUR
    with database.transaction() as db:
        asked = runs.request_due(db, now=now)
        assert asked is not None
        run_id = asked.id
    compute_waiting(database, lambda: now)
    return rounds.run(database, run_id)


def test_a_run_keeps_what_it_was_made_from_so_that_anyone_can_check_it_again(database: Database, cast: Cast) -> None:
    kept = snapshot(database, rounds.propose(database))
    assert kept is not None
    plan = parse_result(kept.result)
    assert plan.placements == {
        str(cast.amina.id): str(cast.abc_farsta.id),
        str(cast.ben.id): str(cast.abc_skarpnack.id),
    }
    assert verify(parse_problem(kept.problem), plan) == []


def test_what_is_kept_cannot_be_read_without_the_key(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    with database.reading() as db:
        raw = db.execute(text("SELECT problem FROM run_snapshots")).scalar_one()
    assert b"waiting_since" not in bytes(raw)


def test_a_wrong_plan_is_kept_with_what_is_wrong_and_an_alarm_sounds(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "allocate", broken)
    run_id = rounds.propose(database)
    kept = snapshot(database, run_id)
    assert rounds.run(database, run_id).state is RunState.FAILED
    assert kept is not None
    assert kept.breaches is not None
    assert {"H2", "sums"} & {breach["rule"] for breach in json.loads(kept.breaches)}
    with database.reading() as db:
        assert [(alarm.kind, alarm.thing_id) for alarm in alarms.list_open(db, None)] == [("plan_failed", run_id)]


def test_a_fault_sounds_the_same_alarm(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "verify", None)
    rounds.propose(database)
    with database.reading() as db:
        assert [alarm.kind for alarm in alarms.list_open(db, None)] == ["plan_failed"]


def test_a_fault_in_a_run_that_another_worker_has_taken_over_changes_nothing(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(problem: Problem, **_: object) -> Plan:
        with database.transaction() as db:
            db.execute(update(AllocationRun).values(claimed_at=NOW + HOUR))
        raise MemoryError

    monkeypatch.setattr(computing, "allocate", slow)
    assert rounds.run(database, rounds.propose(database)).state is RunState.COMPUTING


def test_the_alarm_ends_with_the_next_plan_that_holds(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(computing, "allocate", broken)
        rounds.propose(database)
    rounds.propose(database)
    with database.reading() as db:
        assert alarms.list_open(db, None) == []


def test_the_hour_makes_no_new_proposal_when_nothing_has_changed(database: Database, cast: Cast) -> None:
    first = rounds.propose(database)
    run = hourly(database, 1)
    assert (run.state, run.based_on_id) == (RunState.UNCHANGED, first)
    assert rounds.run(database, first).state is RunState.PROPOSED
    with database.reading() as db:
        assert [each.id for each in runs.list_recent(db)] == [first]


def test_the_hour_proposes_anew_what_was_published_and_undone(database: Database, cast: Cast) -> None:
    first = rounds.propose(database)
    rounds.publish(database, first)
    with database.transaction() as db:
        published = db.get_one(AllocationRun, first)
        publishing.undo(db, published, now=NOW + timedelta(minutes=1), by=SYSTEM, reason="Fel dag")
    assert hourly(database, 1).state is RunState.PROPOSED


def test_the_hour_searches_all_again_when_the_last_run_only_mended_what_an_answer_had_touched(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "allocate", unproven)
    with database.transaction() as db:
        runs.request(db, now=NOW, by=SYSTEM, slot="group test")
    compute_waiting(database, lambda: NOW)
    assert hourly(database, 1).state is RunState.PROPOSED


def test_the_hour_makes_a_new_proposal_when_somebody_has_come(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    with database.transaction() as db:
        people.registration(db, "Dana Demo", db.merge(cast.farsta), db.merge(cast.abc), [], at(2026, 5, 1))
    assert hourly(database, 1).state is RunState.PROPOSED


def test_whoever_asks_gets_a_new_proposal_though_nothing_has_changed(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    assert rounds.run(database, rounds.propose(database, NOW + HOUR)).state is RunState.PROPOSED


def test_whoever_asks_while_the_hours_run_waits_gets_a_new_proposal_too(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    with database.transaction() as db:
        due = runs.request_due(db, now=NOW + HOUR)
        assert due is not None
        assert runs.request(db, now=NOW + HOUR, by=cast.greta.actor).id == due.id
    compute_waiting(database, lambda: NOW + HOUR)
    assert rounds.run(database, due.id).state is RunState.PROPOSED


def test_a_worker_that_is_told_to_end_leaves_the_run_to_the_next(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        run_id = runs.request(db, now=NOW, by=SYSTEM).id
    compute(database, run_id, clock=lambda: NOW, stopping=lambda: True)
    assert rounds.run(database, run_id).state is RunState.REQUESTED
    assert compute_waiting(database, lambda: NOW, lambda: True) == 0
    assert compute_waiting(database, lambda: NOW) == 1
    assert rounds.run(database, run_id).state is RunState.PROPOSED


def handed_over(database: Database, monkeypatch: pytest.MonkeyPatch, *, answered: bool) -> Before:
    """What the engine is given to start from, in the run of the next hour, or after an answer."""
    seen: list[Before] = []

    def note(problem: Problem, *, before: Before, **_: object) -> Plan:
        seen.append(before)
        return allocate(problem)

    monkeypatch.setattr(computing, "allocate", note)
    with database.transaction() as db:
        slot = f"{'group' if answered else 'time'} test"
        runs.request(db, now=NOW + HOUR, by=SYSTEM, slot=slot)
    compute_waiting(database, lambda: NOW + HOUR)
    return seen[0]


def test_a_run_starts_from_the_last_plan_without_what_has_been_offered(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = rounds.propose(database)
    with database.transaction() as db:
        held = runs.find_decision(db, run_id, cast.ben.id)
        assert held is not None
        runs.exclude(db, held, now=NOW, by=SYSTEM, reason="Vi ringer först.")
    rounds.publish(database, run_id)
    before = handed_over(database, monkeypatch, answered=False)
    assert before.placements == {str(cast.ben.id): str(cast.abc_skarpnack.id)}
    assert before.started == {str(cast.abc_farsta.id), str(cast.abc_skarpnack.id)}
    assert before.touched is None


def test_a_newcomer_is_offered_the_group_at_home_though_nobody_had_wanted_it_before(
    database: Database, cast: Cast
) -> None:
    rounds.change(database, cast.amina, paused_at=NOW)
    rounds.propose(database)
    rounds.change(database, cast.amina, paused_at=None)
    run_id = rounds.propose(database, NOW + HOUR)
    assert rounds.decision(database, run_id, cast.amina).group_id == cast.abc_farsta.id


def test_after_an_answer_only_what_it_touches_is_planned_anew(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.propose(database)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 2
    assert handed_over(database, monkeypatch, answered=True).touched == frozenset({str(cast.abc_farsta.id)})


def test_what_a_family_chose_is_touched_when_it_comes_goes_or_changes_its_mind() -> None:
    def told(*families: dict[str, object]) -> str:
        return json.dumps({"groups": [], "families": families})

    stays: dict[str, object] = {"id": "f1", "choices": ["g1"]}
    comes: dict[str, object] = {"id": "f2", "choices": ["g2"]}
    changes: dict[str, object] = {"id": "f2", "choices": ["g3", "g2"]}
    assert news_since(told(stays), told(stays)) == News(frozenset(), {})
    assert news_since(told(stays), told(stays, comes)) == News(frozenset({"g2"}), {"f2": ["g2"]})
    assert news_since(told(stays, comes), told(stays)) == News(frozenset({"g2"}), {})
    assert news_since(told(stays, comes), told(stays, changes)).groups == {"g2", "g3"}
