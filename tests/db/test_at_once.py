"""A free place is taken at once, but never before a stronger claim nor in a group that may not start."""

from datetime import datetime

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, placements
from booking.places.placements import Placement, PlacementState
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at


def take(database: Database, registration: Registration, group: Group, *, now: datetime = NOW) -> int:
    with database.transaction() as db:
        wanted, where = db.get_one(Registration, registration.id), db.get_one(Group, group.id)
        return at_once.take(db, wanted, where, now=now, by=SYSTEM).id


def free_to(database: Database, registration: Registration) -> list[int]:
    with database.reading() as db:
        wanted = db.get_one(Registration, registration.id)
        return [group.id for group in at_once.list_free(db, wanted, now=NOW)]


def test_a_place_taken_at_once_is_taken_and_ends_the_wait(database: Database, cast: Cast) -> None:
    made = take(database, cast.amina, cast.abc_farsta)
    with database.reading() as db:
        assert db.get_one(Placement, made).state is PlacementState.TAKEN
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED


def test_a_free_place_is_shown_to_whoever_has_the_strongest_claim_alone(database: Database, cast: Cast) -> None:
    assert free_to(database, cast.amina) == [cast.abc_farsta.id]
    assert free_to(database, cast.ben) == [cast.abc_skarpnack.id]


def test_nobody_takes_a_place_that_someone_stronger_waits_for(database: Database, cast: Cast) -> None:
    with pytest.raises(placements.Refused) as refusal:
        take(database, cast.ben, cast.abc_farsta)
    assert refusal.value.code == "longer_wait"


def test_nobody_takes_a_place_in_a_group_that_is_too_small_to_start(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 2
    assert free_to(database, cast.amina) == []
    with pytest.raises(at_once.Refused) as refusal:
        take(database, cast.amina, cast.abc_farsta)
    assert refusal.value.code == "too_few"


def test_nobody_takes_a_place_in_a_group_that_has_begun(database: Database, cast: Cast) -> None:
    with pytest.raises(at_once.Refused) as refusal:
        take(database, cast.amina, cast.abc_farsta, now=at(2027, 1, 26))
    assert refusal.value.code == "begun"
