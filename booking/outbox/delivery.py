"""Delivery: hands over what is due, by several threads at once, until nothing is left.

Any number of workers on any machines may deliver side by side. `claiming` says what a crash does to a message in hand,
`queue` what it does to one being handed over, `handing` how one is given to a provider, and to the next one when the
first is down. One bad message never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox.letters import Compose, Dropped
from booking.outbox.messages import MessageState
from booking.outbox.routes import Senders
from booking.outbox.working import Worker

__all__ = ["Compose", "Delivered", "Dropped", "deliver"]

# At 0.2 seconds a message that makes 7,000 a minute; two workers stay below the 50 connections that mail servers allow.
THREADS = 24


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the messages of one round. `again` were put back, to be tried later."""

    sent: int = 0
    dropped: int = 0
    failed: int = 0
    again: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """How many messages were touched."""
        return self.sent + self.dropped + self.failed + self.again + self.unknown


def deliver(
    database: Database,
    senders: Senders,
    composers: Mapping[str, Compose],
    clock: Clock,
    *,
    limit: int = 100,
    stop: Callable[[], bool] = lambda: False,
    threads: int = THREADS,
) -> Delivered:
    """Deliver up to `limit` messages that are due, the oldest first, until none is left or `stop` says so.

    Each channel is served by so many `threads`. What is merely in hand when it stops is given back.
    """
    worker = Worker(database, senders, composers, clock, stop=stop, threads=threads)
    worker.work(limit)
    names = {MessageState.QUEUED: "again"}
    return Delivered(**{names.get(state, state.value): count for state, count in worker.outcomes.items()})
