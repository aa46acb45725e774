"""What is asked often asks little: the number of queries does not grow with the families or the groups there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import reminders
from booking.people.registrations import Registration
from booking.places import placements, standing
from booking.places.placements import Source, Way
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, group, registration

DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Everything that is asked of the database inside the block."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def seat(database: Database, cast: Cast, families: int) -> None:
    with database.transaction() as db:
        where = db.get_one(Group, cast.abc_farsta.id)
        home, abc = db.merge(cast.farsta, load=False), where.programme
        for number in range(families):
            since = NOW - timedelta(days=100 + number)
            made = registration(db, f"Plats{number} Demo", home, abc, [], since)
            placements.take(db, made, where, Way(Source.STAFF, override="test"), now=NOW, by=SYSTEM)


def remind(database: Database) -> int:
    """How much is asked when everything has been written down already."""
    with database.transaction() as db:
        reminders.queue_due(db, now=DAY_BEFORE)
    with statements(database) as asked, database.transaction() as db:
        assert reminders.queue_due(db, now=DAY_BEFORE) == 0
    return len(asked)


def test_a_round_of_reminders_asks_as_much_for_six_families_as_for_one(database: Database, cast: Cast) -> None:
    seat(database, cast, 1)
    for_one = remind(database)
    seat(database, cast, 5)
    assert remind(database) == for_one


def look(database: Database, cast: Cast) -> int:
    """How much is asked for Ben's page."""
    with statements(database) as asked, database.reading() as db:
        standing.of(db, db.get_one(Registration, cast.ben.id), now=NOW)
    return len(asked)


def test_my_page_asks_nothing_about_groups_that_do_not_fit(database: Database, cast: Cast) -> None:
    before = look(database, cast)
    with database.transaction() as db:
        for number in range(5):
            made = group(db, db.merge(cast.abc), db.merge(cast.farsta), first_day=date(2027, 2, 2 + number))
            made.languages = ["ar"]
    assert look(database, cast) == before
