"""The demo's term of groups and its holidays, on days that are not like the others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from booking.base.clock import today
from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.insight.demo import city, groups, holidays, people
from booking.insight.demo.files import rows
from booking.insight.demo.town import Town


@pytest.fixture
def database(sqlite_url: str) -> Database:
    return Database(sqlite_url)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 7, 8, 8, tzinfo=UTC),
        datetime(2026, 12, 24, 22, 30, tzinfo=UTC),
        datetime(2027, 3, 26, 23, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
    ids=["in July", "late on Christmas Eve", "on Good Friday after midnight", "on a leap day"],
)
def test_on_any_day_of_the_year_some_groups_have_met_and_others_are_to_come(database: Database, now: datetime) -> None:
    town = Town(now)
    with database.transaction() as db:
        city.build(db, town)
        people.build(db, town)
        groups.build(db, town)
        closed = sessions.list_closed(db)
        for row in rows("groups.csv"):
            days = [today(each.starts_at) for each in sessions.list_of(db, town.groups[row["key"]].id)]
            assert [day for day in days if any(off.first_day <= day <= off.last_day for off in closed)] == []
            assert (days[0] > town.day) == bool(row["starts"])
        assert all(each.weekday == each.first_day.weekday() for each in db.scalars(select(Group)))
    database.close()


def test_school_holidays_are_assumed_and_follow_the_calendar() -> None:
    found = {(each.name, each.first_day.year): each for each in holidays.around(2027)}
    assert all(each.assumed for each in found.values())
    assert found["Sportlov", 2027].first_day == date(2027, 3, 1)
    assert found["Påsklov", 2027].last_day == date(2027, 3, 29)
    assert found["Jullov", 2026].last_day == date(2027, 1, 8)


def test_from_farsta_to_skarpnack_it_is_18_minutes(database: Database) -> None:
    town = Town(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with database.transaction() as db:
        city.build(db, town)
        assert town.atlas.minutes(town.districts["farsta"].id, town.districts["skarpnack"].id) == 18
        assert town.atlas.current(town.districts["rinkeby-kista"].id).code == "jarva"
        assert len(town.atlas.standing(town.day)) == 11
    database.close()
