"""A provider is given no more than its rate allows, by all workers together; the rest waits in the queue."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import pace
from booking.outbox.delivery import Delivered, deliver
from booking.outbox.messages import Message, MessageState
from tests.cast import NOW, Cast
from tests.db.post_office import COMPOSERS, Box, write

PER_MINUTE = 60
AT_ONCE = 4  # One, and three seconds' worth besides.


@dataclass
class Limited(Box):
    """A provider that may be given one message each second."""

    per_minute: int | None = PER_MINUTE


def take(url: str, times: int, begin: threading.Barrier, taken: list[bool]) -> None:
    """A worker of its own asks so many times."""
    with closing(Database(url)) as own:
        begin.wait()
        for _ in range(times):
            with own.transaction() as db:
                taken.append(pace.take(db, "elks", PER_MINUTE, now=NOW))


def test_workers_side_by_side_take_together_what_one_may(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    begin, taken = threading.Barrier(3), list[bool]()
    workers = [threading.Thread(target=take, args=(url, 5, begin, taken)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert Counter(taken) == {True: AT_ONCE, False: 15 - AT_ONCE}


def test_the_database_reckons_as_the_arithmetic_does(database: Database) -> None:
    next_at = 0
    for milliseconds in (0, 0, 1, 700, 700, 5000, 5000, 5000, 5000, 5000, 60_000):
        now = NOW + timedelta(milliseconds=milliseconds)
        free = pace.room(next_at, pace.ticks(now), PER_MINUTE)
        with database.transaction() as db:
            assert pace.free(db, "elks", PER_MINUTE, now=now) == free
            assert pace.take(db, "elks", PER_MINUTE, now=now) == (free > 0)
        next_at = pace.after(next_at, pace.ticks(now), PER_MINUTE) if free else next_at


def test_each_provider_has_a_pace_of_its_own(database: Database) -> None:
    with database.transaction() as db:
        taken = [pace.take(db, name, PER_MINUTE, now=NOW) for name in ["elks"] * 5 + ["other"]]
    assert taken == [True] * AT_ONCE + [False, True]


def go(database: Database, box: Box, now: datetime) -> Delivered:
    return deliver(database, {"sms": box}, COMPOSERS, lambda: now, threads=2)


def test_what_is_more_than_the_rate_stays_in_the_queue_untouched(database: Database, cast: Cast) -> None:
    write(database, cast.amina, *range(8), channel="sms")
    assert go(database, Limited(), NOW) == Delivered(sent=AT_ONCE)
    with database.reading() as db:
        left = db.scalars(select(Message).where(Message.state == MessageState.QUEUED)).all()
    assert [(message.tries, message.stalls, message.not_before) for message in left] == [(0, 0, NOW)] * (8 - AT_ONCE)


def test_second_by_second_the_rest_follows(database: Database, cast: Cast) -> None:
    write(database, cast.amina, *range(7), channel="sms")
    box = Limited()
    sent = [go(database, box, NOW + timedelta(seconds=second)).sent for second in range(5)]
    assert sent == [AT_ONCE, 1, 1, 1, 0]


def test_a_clock_that_runs_is_waited_for(database: Database, cast: Cast) -> None:
    write(database, cast.amina, *range(6), channel="sms")
    passed = iter(range(100_000))
    quick = deliver(
        database, {"sms": Limited()}, COMPOSERS, lambda: NOW + timedelta(milliseconds=300) * next(passed), threads=2
    )
    assert quick == Delivered(sent=6)
