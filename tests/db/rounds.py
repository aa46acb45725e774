"""One round of the queue, as the scheduler and a coordinator do it: ask, compute, publish; and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.people.registrations import Registration
from booking.places import offers, publishing, runs
from booking.places.offers import Offer
from booking.places.publishing import Published
from booking.places.run_engine import compute_waiting
from booking.places.runs import AllocationRun, RunDecision
from booking.records.audit import SYSTEM
from tests.cast import NOW

# What is published now is told when it can no longer be undone.
TOLD = NOW + timedelta(minutes=5)


def propose(database: Database, now: datetime = NOW) -> int:
    """Ask for a run and compute it; the run's id."""
    with database.transaction() as db:
        run_id = runs.request(db, now=now, by=SYSTEM).id
    compute_waiting(database, lambda: now)
    return run_id


def attempt(
    database: Database, sizes: dict[int, dict[str, int]], based_on: int | None = None, now: datetime = NOW
) -> int:
    """Try other capacities and minimums, by group id; the trial's id."""
    with database.transaction() as db:
        trial = {"groups": {str(group): numbers for group, numbers in sizes.items()}}
        base = db.get_one(AllocationRun, based_on) if based_on else None
        run_id = runs.request(db, now=now, by=SYSTEM, trial=trial, based_on=base).id
    compute_waiting(database, lambda: now)
    return run_id


def publish(database: Database, run_id: int, now: datetime = NOW) -> Published:
    """Turn a proposal into offers."""
    with database.transaction() as db:
        return publishing.publish(db, db.get_one(AllocationRun, run_id), now=now, by=SYSTEM)


def play(database: Database, now: datetime = NOW) -> Published:
    """A whole round."""
    return publish(database, propose(database, now), now)


def decision(database: Database, run_id: int, registration: Registration) -> RunDecision:
    """What the run decided for a registration."""
    with database.reading() as db:
        found = runs.find_decision(db, run_id, registration.id)
    assert found is not None
    return found


def run(database: Database, run_id: int) -> AllocationRun:
    """The run as it is now."""
    with database.reading() as db:
        return db.get_one(AllocationRun, run_id)


def open_offer(database: Database, registration: Registration) -> Offer | None:
    """The registration's open offer."""
    with database.reading() as db:
        return offers.find_open(db, registration.id)


def offered(database: Database, registration: Registration) -> int | None:
    """The id of the group the registration has an open offer in."""
    found = open_offer(database, registration)
    return found.group_id if found else None


def say_no(database: Database, registration: Registration, now: datetime = TOLD) -> None:
    """Decline the open offer."""
    with database.transaction() as db:
        found = offers.find_open(db, registration.id)
        assert found is not None
        offers.decline(db, found, now=now, by=SYSTEM)


def all_offers(database: Database) -> list[Offer]:
    """Every offer ever made, oldest first."""
    with database.reading() as db:
        return list(db.scalars(select(Offer).order_by(Offer.id)))


def change(database: Database, registration: Registration, **values: object) -> None:
    """Change a registration."""
    with database.transaction() as db:
        found = db.get_one(Registration, registration.id)
        for name, value in values.items():
            setattr(found, name, value)
