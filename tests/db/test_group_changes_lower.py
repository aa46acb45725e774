"""A lower minimum: the group starts with fewer, within what the programme bears."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.course.group_changes import Lowered
from booking.people.registrations import Registration
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast, at, group

WHY = "Hellre fyra än ingen grupp"


@pytest.fixture
def risky(database: Database, cast: Cast) -> int:
    """A group of ABC in Farsta that needs seven; Amina has a place."""
    with database.transaction() as db:
        made = group(db, db.merge(cast.abc), db.merge(cast.farsta), minimum=7)
        amina = db.get_one(Registration, cast.amina.id)
        group_changes.place_by_hand(db, amina, made, override=None, now=NOW, by=SYSTEM)
    return made.id


def lower(database: Database, group_id: int, minimum: int, *, version: int | None = None) -> Lowered:
    with database.transaction() as db:
        found = db.get_one(Group, group_id)
        seen = found.version if version is None else version
        return group_changes.lower(db, found, minimum, version=seen, now=NOW, by=SYSTEM, reason=WHY)


def test_the_group_starts_with_fewer_and_the_next_allocation_looks_at_it(database: Database, risky: int) -> None:
    assert not lower(database, risky, 4).enough
    with database.reading() as db:
        found = db.get_one(Group, risky)
        assert (found.minimum, found.touched_at, found.places_taken) == (4, NOW, 1)


def test_it_is_written_down_with_what_it_was(database: Database, risky: int) -> None:
    lower(database, risky, 4)
    with database.reading() as db:
        assert "minimum lowered" in set(db.scalars(select(AuditEntry.action)))


@pytest.mark.parametrize("minimum", [0, 3, 7, 8])
def test_no_lower_than_half_of_what_the_programme_needs_and_never_higher(
    database: Database, risky: int, minimum: int
) -> None:
    with pytest.raises(group_changes.Refused) as refusal:
        lower(database, risky, minimum)
    assert refusal.value.sentence == "Minsta antalet kan sänkas till mellan 4 och 6."


def test_a_group_that_has_begun_keeps_its_minimum(database: Database, risky: int) -> None:
    with database.reading() as db, pytest.raises(group_changes.Refused):
        group_changes.what_if_lowered(db, db.get_one(Group, risky), 4, now=at(2027, 1, 27))


def test_what_was_looked_at_before_somebody_changed_the_group_is_refused(database: Database, risky: int) -> None:
    lower(database, risky, 5)
    with pytest.raises(group_changes.Refused) as refusal:
        lower(database, risky, 4, version=1)
    assert refusal.value.code == "stale"
