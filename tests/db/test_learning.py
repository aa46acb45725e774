"""What the scheduler learns and works out: waits, whether they came true, where the next group is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking import jobs, services
from booking.base.db import Database
from booking.catalogue.certificates import Certificate
from booking.catalogue.districts import get_by_code
from booking.catalogue.programmes import Programme
from booking.insight import calibration, openings
from booking.insight.demo import certified, city, earlier, groups, people
from booking.insight.demo.town import Town
from booking.insight.openings import SearchState
from booking.places import waits
from booking.places.waits import Key, WaitCurve
from booking.services import Services
from config import Settings
from tests.cast import NOW, Cast
from tests.db.test_openings import certify, wait_for_komet
from tests.db.test_waits import forty

At = Callable[[datetime], Services]


@pytest.fixture
def at_time(settings: Settings, cast: Cast) -> Iterator[At]:
    """Services at a certain time, on the cast's database."""
    made: list[Services] = []

    def put_together(now: datetime) -> Services:
        made.append(services.build(settings, clock=lambda: now, senders={}))
        return made[-1]

    yield put_together
    for each in made:
        each.database.close()


def test_waits_are_learnt_once_a_day(database: Database, cast: Cast, at_time: At) -> None:
    forty(database, cast.abc.id, cast.farsta.id)
    assert (jobs.learn_waits(at_time(NOW)), jobs.learn_waits(at_time(NOW))) == (2, 0)
    assert jobs.learn_waits(at_time(NOW + timedelta(hours=21))) == 2
    with database.reading() as db:
        assert len(db.scalars(select(WaitCurve)).all()) == 2
        assert calibration.total(calibration.list_checks(db)).registered == 40


def test_openings_are_looked_for_once_a_day_and_whenever_somebody_asks(
    database: Database, cast: Cast, at_time: At
) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    assert (jobs.find_openings(at_time(NOW)), jobs.find_openings(at_time(NOW))) == (1, 0)
    with database.transaction() as db:
        openings.request(db, now=NOW, by=cast.eva.actor)
    assert jobs.find_openings(at_time(NOW)) == 1
    with database.reading() as db:
        latest = openings.find_latest(db)
        assert latest is not None
        assert (latest.state, latest.requested_by_id) == (SearchState.DONE, cast.eva.id)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_demo_has_a_past_that_tells_how_long_one_waits(database: Database) -> None:
    town = Town(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with database.transaction() as db:
        city.build(db, town)
        people.build(db, town)
        groups.build(db, town)
        certified.build(db, town)
        earlier.build(db, town)
    with database.reading() as db:
        said = waits.typical(db)
        codes = {each.code: each.id for each in db.scalars(select(Programme))}
        farsta, sodermalm = (said[Key(codes["abc"], get_by_code(db, code).id)] for code in ("farsta", "sodermalm"))
        assert all(Key(each) in said for each in codes.values())
        assert farsta.low_weeks > sodermalm.low_weeks
        total = calibration.total(calibration.list_checks(db))
        assert total.judged > 300
        assert 70 <= (total.share or 0) <= 90
        held = {(each.account_id, each.programme_id) for each in db.scalars(select(Certificate))}
        for group in town.groups.values():
            assert {(leader.account_id, group.programme_id) for leader in group.leaders} <= held
