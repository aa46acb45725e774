"""The autopilot publishes within its limits, stops when something looks wrong, and goes on when staff say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.outbox.messages import Message, MessageState
from booking.places import autopilot, publishing, runs
from booking.places.autopilot import Autopilot, Limits, Seen, Trouble
from booking.places.offers import Offer
from booking.places.run_engine import compute_waiting
from booking.places.runs import AllocationRun, RunState
from booking.records import alarms
from booking.records.audit import SYSTEM, Actor, AuditEntry, AuditValue
from tests.cast import NOW, Cast, at
from tests.db import rounds

LIMITS = Limits(most_a_day=20, from_hour=8, until_hour=18, most_refused=50, most_failed=20, answers=2)
SOON = NOW + timedelta(minutes=1)


def switch(database: Database, cast: Cast, limits: Limits = LIMITS, *, on: bool = True, now: datetime = NOW) -> None:
    with database.transaction() as db:
        programme = db.get_one(Programme, cast.abc.id)
        programme.minimum = 1
        by = Actor("account", cast.greta.id)
        autopilot.change(db, programme, limits, on=on, reason="Vi provar", now=now, by=by)


def fly(database: Database, cast: Cast, now: datetime = SOON) -> int:
    """One round; how many offers it made."""
    with database.transaction() as db:
        done = autopilot.publish_due(db, cast.abc.id, now=now)
    return done.offered if done else 0


def setting(database: Database) -> Autopilot:
    with database.reading() as db:
        return db.scalars(select(Autopilot)).one()


def stopped(database: Database) -> list[str]:
    """Why autopilots stopped, as the open alarms have it."""
    with database.reading() as db:
        return [alarm.values["why"] for alarm in alarms.list_open(db, None) if alarm.kind == "autopilot_stopped"]


def test_nothing_is_published_by_itself_unless_somebody_switched_it_on(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    assert fly(database, cast) == 0
    switch(database, cast, on=False)
    assert fly(database, cast) == 0


def test_the_newest_proposal_is_published_once(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    assert [fly(database, cast), fly(database, cast)] == [2, 0]


def test_a_proposal_holds_as_long_as_runs_find_nothing_changed(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    later = NOW + timedelta(hours=3)
    assert fly(database, cast, later) == 0
    with database.transaction() as db:
        runs.request_due(db, now=later)
    compute_waiting(database, lambda: later)
    assert fly(database, cast, later + timedelta(minutes=1)) == 2


def test_its_acts_are_the_systems_with_the_settings_version(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    fly(database, cast)
    with database.reading() as db:
        act = db.scalars(select(AuditEntry).where(AuditEntry.action == "autopilot published")).one()
        values = dict(db.execute(select(AuditValue.field, AuditValue.after).where(AuditValue.entry_id == act.id)).all())
    assert (act.actor, values["offered"], values["version"]) == ("system", "2", str(setting(database).version))


@pytest.mark.parametrize(
    "now", [at(2027, 1, 5, 6), at(2027, 1, 5, 17), at(2027, 1, 6, 10)], ids=["dawn", "dusk", "red"]
)
def test_outside_its_hours_and_on_red_days_it_rests(database: Database, cast: Cast, now: datetime) -> None:
    switch(database, cast)
    rounds.propose(database, now - timedelta(minutes=1))
    assert fly(database, cast, now) == 0


def test_it_makes_no_more_offers_a_day_than_it_may(database: Database, cast: Cast) -> None:
    switch(database, cast, replace(LIMITS, most_a_day=1))
    rounds.propose(database)
    assert [fly(database, cast), fly(database, cast)] == [1, 0]


def test_a_plan_older_than_what_has_happened_since_is_left(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).touched_at = NOW + timedelta(seconds=30)
    assert fly(database, cast) == 0


def test_an_old_plan_is_left(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    assert fly(database, cast, NOW + timedelta(hours=3)) == 0


def test_a_proposal_that_staff_work_in_is_left(database: Database, cast: Cast) -> None:
    switch(database, cast)
    run_id = rounds.propose(database)
    with database.transaction() as db:
        decision = runs.find_decision(db, run_id, cast.amina.id)
        assert decision is not None
        runs.exclude(db, decision, now=NOW, by=SYSTEM, reason="Vi ringer först")
    assert fly(database, cast) == 0


def test_a_plan_that_failed_stops_it_with_an_alarm(database: Database, cast: Cast) -> None:
    switch(database, cast)
    with database.transaction() as db:
        db.add(AllocationRun(state=RunState.FAILED, requested_at=NOW, computed_at=SOON))
    assert fly(database, cast, SOON + timedelta(minutes=1)) == 0
    assert (setting(database).stopped_why, stopped(database)) == ("plan_failed", ["plan_failed"])


def test_an_undo_stops_it_so_that_it_does_not_publish_the_same_again(database: Database, cast: Cast) -> None:
    switch(database, cast)
    run_id = rounds.propose(database)
    fly(database, cast)
    with database.transaction() as db:
        publishing.undo(db, db.get_one(AllocationRun, run_id), now=SOON, by=SYSTEM, reason="Fel")
    later = NOW + timedelta(minutes=10)
    rounds.propose(database, later)
    assert fly(database, cast, later + timedelta(minutes=1)) == 0
    assert stopped(database) == ["undone"]


def test_messages_that_do_not_arrive_stop_it(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    fly(database, cast)
    with database.transaction() as db:
        db.execute(update(Message).where(Message.kind == "offer").values(state=MessageState.FAILED))
    fly(database, cast)
    assert setting(database).why == "2 av de 2 senaste meddelandena om erbjudanden kom inte fram."


def test_too_many_who_say_no_stop_it(database: Database, cast: Cast) -> None:
    switch(database, cast)
    rounds.propose(database)
    fly(database, cast)
    later = NOW + timedelta(hours=1)
    for family in (cast.amina, cast.ben):
        rounds.say_no(database, family, later)
    fly(database, cast, later)
    assert stopped(database) == ["refusals"]


def test_it_goes_on_when_staff_say_why_and_judges_only_what_comes(database: Database, cast: Cast) -> None:
    test_too_many_who_say_no_stop_it(database, cast)
    later = NOW + timedelta(hours=2)
    with database.transaction() as db:
        found = autopilot.find_for(db, cast.abc.id)
        assert found is not None
        autopilot.restart(db, found, reason="Grupperna låg på jullovet", now=later, by=SYSTEM)
    fly(database, cast, later)
    assert (setting(database).runs, stopped(database)) == (True, [])


def test_while_it_is_stopped_nothing_is_published(database: Database, cast: Cast) -> None:
    test_a_plan_that_failed_stops_it_with_an_alarm(database, cast)
    later = SOON + timedelta(minutes=5)
    rounds.propose(database, later)
    assert fly(database, cast, later + timedelta(minutes=1)) == 0
    with database.reading() as db:
        assert db.scalars(select(Offer)).first() is None


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (replace(LIMITS, from_hour=18, until_hour=8), "hours"),
        (replace(LIMITS, most_refused=101), "share"),
        (replace(LIMITS, most_a_day=0), "too_few"),
        (replace(LIMITS, answers=0), "answers"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_limits_that_make_no_sense_are_refused(database: Database, cast: Cast, limits: Limits, code: str) -> None:
    with pytest.raises(autopilot.Refused) as refusal:
        switch(database, cast, limits)
    assert refusal.value.code == code


CALM = Seen(ended=10, refused=5, sent=10, failed=2, undone=0, plan_failed=False)


@pytest.mark.parametrize(
    ("seen", "wrong"),
    [
        (CALM, None),
        (replace(CALM, refused=6), Trouble.REFUSALS),
        (replace(CALM, failed=3), Trouble.DELIVERY),
        (replace(CALM, ended=9, refused=9, sent=9, failed=9), None),
        (replace(CALM, undone=1), Trouble.UNDONE),
        (replace(CALM, plan_failed=True), Trouble.PLAN_FAILED),
    ],
)
def test_what_looks_wrong(seen: Seen, wrong: Trouble | None) -> None:
    limits = Autopilot(most_refused=50, most_failed=20, answers=10)
    found = autopilot.trouble(limits, seen)
    assert (found and found[0]) == wrong
