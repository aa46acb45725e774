"""What changed from one run to another: who gains, who loses, who moves, and which groups start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import RegistrationState
from booking.places import runs
from booking.places.runs import AllocationRun, Difference, Move
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds

LATER = NOW + timedelta(hours=1)


def compare(database: Database, run_id: int, other_id: int) -> Difference:
    with database.reading() as db:
        return runs.difference(db, db.get_one(AllocationRun, run_id), db.get_one(AllocationRun, other_id))


def take(database: Database, group: Group, places: int) -> None:
    with database.transaction() as db:
        db.get_one(Group, group.id).places_taken = places


def test_a_family_with_a_longer_wait_who_comes_back_moves_another(database: Database, cast: Cast) -> None:
    take(database, cast.abc_farsta, 11)
    before = rounds.propose(database)
    with database.transaction() as db:
        home = db.merge(cast.farsta)
        dana = people.registration(db, "Dana Demo", home, db.merge(cast.abc), [home], at(2026, 9, 1))
    found = compare(database, rounds.propose(database, LATER), before)
    assert found.gained == (Move(dana.id, None, cast.abc_farsta.id),)
    assert found.moved == (Move(cast.amina.id, cast.abc_farsta.id, cast.abc_skarpnack.id),)
    assert (found.lost, found.seats) == ((), 1)


def test_a_family_whose_place_was_taken_by_hand_loses(database: Database, cast: Cast) -> None:
    take(database, cast.abc_skarpnack, 12)
    before = rounds.propose(database)
    take(database, cast.abc_farsta, 11)
    found = compare(database, rounds.propose(database, LATER), before)
    assert found.lost == (Move(cast.ben.id, cast.abc_farsta.id, None),)


def test_whoever_left_the_queue_or_has_an_offer_since_has_not_lost(database: Database, cast: Cast) -> None:
    before = rounds.propose(database)
    rounds.publish(database, before)
    rounds.change(database, cast.ben, state=RegistrationState.WITHDRAWN)
    found = compare(database, rounds.propose(database, LATER), before)
    assert (found.gained, found.lost, found.moved) == ((), (), ())


def test_a_run_follows_the_newest_proposal_before_it(database: Database, cast: Cast) -> None:
    first, second = rounds.propose(database), rounds.propose(database, LATER)
    trial = rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 13}}, first)
    with database.reading() as db:
        previous = [runs.find_previous(db, db.get_one(AllocationRun, each)) for each in (first, second, trial)]
    assert [each and each.id for each in previous] == [None, first, first]


def test_what_is_no_longer_kept_cannot_be_compared(database: Database, cast: Cast) -> None:
    before, after = rounds.propose(database), rounds.propose(database, LATER)
    with database.transaction() as db:
        runs.forget_discarded(db, now=NOW + timedelta(days=2))
    with pytest.raises(runs.Refused) as refusal:
        compare(database, after, before)
    assert refusal.value.code == "forgotten"
