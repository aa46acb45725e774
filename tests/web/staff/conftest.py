"""The desk with somebody at it, and a run, an offer and a place to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.people.registrations import Registration
from booking.places import runs
from booking.places.placements import Placement
from booking.places.run_engine import compute
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast

Place = Callable[[Registration, Group], int]
# What a page says, or refuses before it has asked anything of the database, is tried on one of the two.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def place(database: Database) -> Place:
    """Give somebody a place; returns its id."""

    def placed(registration: Registration, group: Group) -> int:
        with database.transaction() as db:
            wanted, where = db.get_one(Registration, registration.id), db.get_one(Group, group.id)
            made: Placement = group_changes.place_by_hand(db, wanted, where, override="På telefon", now=NOW, by=SYSTEM)
            return made.id

    return placed


@pytest.fixture
def proposal(database: Database, cast: Cast) -> str:
    """A computed proposal's code: Amina is offered Farsta, Ben Skarpnäck."""
    with database.transaction() as db:
        run = runs.request(db, now=NOW, by=SYSTEM)
    compute(database, run.id, clock=lambda: NOW)
    return run.code
