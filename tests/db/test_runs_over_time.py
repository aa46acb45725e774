"""A city lives on: whatever families and staff do between the runs, every plan holds and every offer is fair."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group
from booking.insight import fairness
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, publishing, runs, steering
from booking.places.offers import Offer, OfferState
from booking.places.run_engine import compute_waiting
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, at

FAMILIES, GROUPS = 24, 6
_numbers = itertools.count(1)

Act = Callable[[Session, int, datetime], object]


def build(database: Database) -> None:
    """Two districts, six small groups that struggle to fill, and as many families as there are places."""
    with database.transaction() as db:
        cast = people.build(db)
        homes = [cast.farsta, cast.skarpnack]
        for number in range(GROUPS - 2):
            first = date(2027, 3, 1 + 7 * number)
            people.group(db, cast.abc, homes[number % 2], first_day=first, capacity=5, minimum=3)
        for number in range(FAMILIES):
            home, since = homes[number % 2], at(2026, 1 + number % 9, 1 + number)
            made = people.registration(
                db, f"Familj{number} Demo", home, cast.abc, homes, since, adults=1 + number % 4 // 3
            )
            made.flexible, made.weekdays = number % 3 == 0, [number % 5, 0, 1]


def pause(db: Session, number: int, now: datetime) -> None:
    each = registration(db, number)
    each.paused_at = None if each.paused_at else now


def say_no(db: Session, number: int, now: datetime) -> None:
    still = db.scalars(select(Offer).where(Offer.state == OfferState.OPEN).order_by(Offer.id)).all()
    if still:
        offers.decline(db, still[number % len(still)], now=now, by=SYSTEM)


def publish(db: Session, number: int, now: datetime) -> None:
    last = runs.find_last(db)
    assert last is not None
    publishing.publish(db, last, now=now, by=SYSTEM, most=number if number % 2 else None)


def registration(db: Session, number: int) -> Registration:
    return db.scalars(select(Registration).order_by(Registration.id).offset(number % FAMILIES).limit(1)).one()


def group(db: Session, number: int) -> Group:
    return db.get_one(Group, 1 + number % GROUPS)


ACTS: list[Act] = [
    pause,
    say_no,
    publish,
    lambda db, number, _: setattr(registration(db, number), "flexible", number % 2 == 0),
    lambda db, number, _: setattr(registration(db, number), "weekdays", [number % 7, 0]),
    lambda db, number, _: setattr(registration(db, number), "state", RegistrationState.WITHDRAWN),
    lambda db, number, _: setattr(registration(db, number), "city_cancelled", True),
    lambda db, number, _: setattr(group(db, number), "capacity", 12 + number % 3),
    lambda db, number, now: steering.exclude(db, registration(db, number), reason="x", now=now, by=SYSTEM),
    lambda db, number, now: steering.pin(
        db, registration(db, number), group(db, number // FAMILIES), reason="x", now=now, by=SYSTEM
    ),
]


@pytest.mark.sweep
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 999), st.booleans()), min_size=3, max_size=12))
def test_every_plan_holds_and_every_offer_is_fair_whatever_happens_between_the_runs(
    sqlite_template: Path, tmp_path: Path, days: list[tuple[Act, int, bool]]
) -> None:
    file = tmp_path / f"{next(_numbers)}.db"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    build(database)
    for hour, (act, number, answered) in enumerate(days):
        now = NOW + timedelta(hours=hour)
        with database.transaction() as db:
            slot = f"{runs.ANSWERED if answered else runs.HOURLY} {hour}"
            run_id = runs.request(db, now=now, by=SYSTEM, slot=slot).id
        compute_waiting(database, lambda now=now: now)  # type: ignore[misc]
        with database.reading() as db:
            run = db.get_one(AllocationRun, run_id)
            assert (run.state, run.failure) in ((RunState.PROPOSED, None), (RunState.UNCHANGED, None))
        with suppress(Refused), database.transaction() as db:
            act(db, number, now)
    assert fairness.audit(database).is_clean
    database.close()
