"""Trials: what would happen if groups were larger, or could start with fewer; nothing is sent, nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import publishing, runs
from booking.places.runs import AllocationRun, Move, RunState
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds


def fill(database: Database, cast: Cast, farsta: int, skarpnack: int) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = farsta
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = skarpnack


def changed(database: Database, run_id: int, other_id: int) -> runs.Difference:
    with database.reading() as db:
        return runs.difference(db, db.get_one(AllocationRun, run_id), db.get_one(AllocationRun, other_id))


def test_two_places_more_show_who_would_gain(database: Database, cast: Cast) -> None:
    fill(database, cast, 12, 12)
    base = rounds.propose(database)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 14}}, base)
    found = changed(database, trial, base)
    assert [move.registration_id for move in found.gained] == [cast.amina.id, cast.ben.id]
    assert (found.lost, found.moved, found.seats) == ((), (), 2)


def test_a_lower_minimum_shows_which_group_would_start(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 3
    fill(database, cast, 0, 12)
    base = rounds.propose(database)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"minimum": 2}}, base)
    assert changed(database, trial, base).reached == (cast.abc_farsta.id,)
    assert changed(database, base, trial).short == (cast.abc_farsta.id,)


def test_a_trial_weighs_the_same_families_as_the_run_it_is_compared_with(database: Database, cast: Cast) -> None:
    fill(database, cast, 12, 12)
    base = rounds.propose(database)
    with database.transaction() as db:
        # Dana came after the proposal; that she would take a place is not what the trial is about.
        farsta = db.merge(cast.farsta)
        people.registration(db, "Dana Demo", farsta, db.merge(cast.abc), [farsta], at(2026, 5, 1))
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, base)
    assert [move.registration_id for move in changed(database, trial, base).gained] == [cast.amina.id]


def test_the_hold_for_residents_stays_as_large_when_a_group_grows(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta = db.get_one(Group, cast.abc_farsta.id)
        farsta.resident_places, farsta.hold_until = 12, date(2027, 1, 26)
    fill(database, cast, 0, 12)
    base = rounds.propose(database)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, base)
    assert changed(database, trial, base).gained == (Move(cast.ben.id, None, cast.abc_farsta.id),)
    held = rounds.attempt(database, {cast.abc_farsta.id: {"minimum": 1}}, base)
    assert changed(database, held, base).is_empty


def test_a_trial_on_a_run_that_found_nothing_changed_is_compared_with_what_stands(
    database: Database, cast: Cast
) -> None:
    stands = rounds.propose(database)
    with database.transaction() as db:
        looked = AllocationRun(requested_at=NOW, state=RunState.UNCHANGED, based_on_id=stands)
        db.add(looked)
        db.flush()
        trial = {"groups": {str(cast.abc_farsta.id): {"capacity": 14}}}
        asked = runs.request(db, now=NOW, by=SYSTEM, trial=trial, based_on=looked)
        assert asked.based_on_id == stands


def test_a_trial_without_a_run_to_compare_with_starts_from_the_city_as_it_is(database: Database, cast: Cast) -> None:
    fill(database, cast, 12, 12)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}})
    assert rounds.decision(database, trial, cast.amina).group_id == cast.abc_farsta.id


def test_a_trial_is_never_published_and_leaves_the_proposal_and_the_group_as_they_are(
    database: Database, cast: Cast
) -> None:
    base = rounds.propose(database)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, base)
    assert rounds.run(database, trial).state is RunState.TRIED
    assert rounds.run(database, base).state is RunState.PROPOSED
    with pytest.raises(runs.Refused), database.transaction() as db:
        publishing.publish(db, db.get_one(AllocationRun, trial), now=NOW, by=SYSTEM)
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).capacity == 12


def test_a_trial_does_not_put_the_hourly_run_off(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, now=NOW + timedelta(minutes=61))
    with database.transaction() as db:
        assert runs.request_due(db, now=NOW + timedelta(minutes=62)) is not None


def test_a_trial_is_asked_for_beside_a_run_that_waits(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        trial = {"groups": {str(cast.abc_farsta.id): {"capacity": 13}}}
        waiting = runs.request(db, now=NOW, by=SYSTEM)
        tried = runs.request(db, now=NOW, by=SYSTEM, trial=trial)
        assert tried.id != waiting.id
        assert runs.request(db, now=NOW, by=SYSTEM).id == waiting.id


@pytest.mark.parametrize(
    ("numbers", "code"),
    [({"capacity": 7}, "capacity"), ({"minimum": 13}, "minimum"), ({"minimum": 0}, "minimum")],
)
def test_what_no_group_could_be_is_refused(database: Database, cast: Cast, numbers: dict[str, int], code: str) -> None:
    fill(database, cast, 8, 0)
    with pytest.raises(runs.Refused) as refusal:
        rounds.attempt(database, {cast.abc_farsta.id: numbers})
    assert refusal.value.code == code


def test_a_trial_of_nothing_is_refused(database: Database, cast: Cast) -> None:
    with pytest.raises(runs.Refused) as refusal:
        rounds.attempt(database, {})
    assert refusal.value.code == "nothing"
