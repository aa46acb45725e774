"""What the schedulers do rarely: learn, look ahead, forget."""

from __future__ import annotations

from booking.base.clock import today
from booking.course import replies
from booking.insight import calibration, openings
from booking.jobs.taking import Stopping, never, on, see_to
from booking.outbox import health, receipts
from booking.people import confirming, drafts, growing
from booking.people.registrations import Registration
from booking.places import runs, waits
from booking.records import answer_codes, rate_counts
from booking.services import Services


def close_unconfirmed(services: Services, stopping: Stopping = never) -> int:
    """Close the registrations that nobody confirmed in time."""
    with services.database.transaction() as db:
        return confirming.close_unconfirmed(db, now=services.clock())


def grow(services: Services, stopping: Stopping = never) -> int:
    """Move on families whose children have become too old for the programme they wait for."""
    return see_to(services, growing.list_outgrown, on(Registration, growing.move_on), stopping)


def find_openings(services: Services, stopping: Stopping = never) -> int:
    """Look for where the next group would do most good: when somebody asks, after a publishing, and once a day."""
    # Loaded by whoever computes, and by nobody else: it brings the engine.
    from booking.insight.openings import work

    now = services.clock()
    with services.database.reading() as db:
        due = openings.is_due(db, now=now)
    if due:
        with services.database.transaction() as db:
            openings.request_due(db, now=now)
    return work.compute_waiting(services.database, services.clock)


def learn_waits(services: Services, stopping: Stopping = never) -> int:
    """Learn from the ledger how long families wait, once a day, and look back whether what was said came true."""
    now = services.clock()
    with services.database.reading() as db:
        if not waits.is_due(db, now=now):
            return 0
        stories = waits.read(db, now=now)
    curves, tallies = waits.curves(stories, today(now)), calibration.look_back(stories, today(now))
    with services.database.transaction() as db:
        calibration.keep(db, tallies)
        return waits.keep(db, curves, now=now)


def tidy(services: Services, stopping: Stopping = never) -> int:
    """Remove what was only ever meant to be kept for a while."""
    now = services.clock()
    kept = (rate_counts, drafts, receipts, answer_codes, replies, health)
    for forget in (*(noun.forget for noun in kept), runs.forget_discarded):
        with services.database.transaction() as db:
            forget(db, now=now)
    return 0
