"""One search, from claimed to done. For workers alone: it loads the engine."""

from __future__ import annotations

import itertools
from datetime import datetime
from time import perf_counter

import structlog
from sqlalchemy.orm import Session

from booking.base.clock import Clock
from booking.base.db import Database
from booking.insight.openings import looking, neighbours, search, weighing
from booking.insight.openings.blocked import blocked
from booking.insight.openings.candidates import candidates
from booking.insight.openings.found import Found

MOST_LACKS = 24
PATIENCE_SECONDS = 120

log = structlog.get_logger()


def compute_waiting(database: Database, clock: Clock) -> int:
    """Compute every search that waits, and those a worker left behind; return how many were worked on."""
    with database.reading() as db:
        waiting = search.list_to_compute(db, now=clock())
    return sum(compute(database, search_id, clock=clock) for search_id in waiting)


def compute(database: Database, search_id: int, *, clock: Clock) -> bool:
    """Compute one search; False when another worker has it. A fault is stored in the search, never raised."""
    claimed_at = clock()
    try:
        with database.transaction() as db:
            search.claim(db, search_id, now=claimed_at)
    except search.Refused:
        return False
    found, failure = None, None
    try:
        with database.reading() as db:
            found = look(db, now=claimed_at).as_json()
    except Exception as fault:
        failure = type(fault).__name__
        log.error("search for openings failed", search=search_id, fault=failure)
    try:
        with database.transaction() as db:
            search.settle(db, search_id, claimed_at, now=clock(), found=found, failure=failure)
    except search.Refused:
        log.warning("search taken over", search=search_id)
    return True


def look(db: Session, *, now: datetime) -> Found:
    """Find where the next group would do most good, and what neighbours could share."""
    begun = perf_counter()
    at_hand = looking.read(db, now)
    every = candidates(at_hand.city, at_hand.waiting, at_hand.choosing.history)
    openings, tried = weighing.openings(every, at_hand, lambda: perf_counter() - begun > PATIENCE_SECONDS)
    lacks = neighbours.lacks(at_hand.city, at_hand.waiting)[:MOST_LACKS]
    in_time = itertools.takewhile(lambda _: perf_counter() - begun < 2 * PATIENCE_SECONDS, lacks)
    missing = [neighbours.tried(lack, at_hand.city, at_hand.markets[lack.programme_id]) for lack in in_time]
    return Found(
        openings=openings,
        blocked=blocked(every, openings, at_hand),
        missing=sorted(missing, key=lambda each: each.gain, reverse=True),
        possible=sum(each.possible for each in every),
        tried=tried,
        seconds=round(perf_counter() - begun, 1),
    )
