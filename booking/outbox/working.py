"""One worker's round: it claims and records for all its threads, many messages in one transaction.

Each channel has threads of its own, so that a slow provider of one keeps nobody of the other waiting.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue

import structlog
from sqlalchemy.orm import Session

from booking import logs
from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox import claiming, health, pace, queue, quiet, routes
from booking.outbox.gates import Gate
from booking.outbox.handing import PASSING, Done, Hands
from booking.outbox.health import Noted
from booking.outbox.letters import Compose
from booking.outbox.messages import Message, MessageState
from booking.outbox.routes import Senders
from booking.outbox.senders import Sender
from booking.records import policies

AT_THE_DATABASE = 4  # So many of a worker's threads at most, whatever else the process does with its connections.
TURN_SECONDS = 0.05
PATIENCE = timedelta(seconds=5)  # A provider that has its fill is waited for so long, before the round ends.
MOST_SETBACKS = 100  # So often recording may fail before it is given up: a database that restarts is waited for.

log = structlog.get_logger()


class Lane:
    """One channel: its senders, its threads, and what they have to do."""

    def __init__(self, channel: str, senders: Sequence[Sender], threads: int) -> None:
        self.channel, self.senders, self.threads = channel, senders, threads
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=f"deliver-{channel}")
        self.on_the_way = 0
        self.unbegun: set[int] = set()

    def room(self) -> int:
        """How many more messages it may have: enough that no thread waits, few enough that none waits long."""
        return 2 * self.threads - self.on_the_way


class Worker:
    """One round of one worker; `outcomes` counts what became of its messages."""

    def __init__(
        self,
        database: Database,
        senders: Senders,
        composers: Mapping[str, Compose],
        clock: Clock,
        *,
        stop: Callable[[], bool],
        threads: int,
    ) -> None:
        ways = routes.in_order(senders)
        self._database, self._clock, self._stop = database, clock, stop
        self._mark = secrets.token_hex(8)
        self._lanes = {name: Lane(name, ways.get(name, ()), threads) for name in {*routes.CHANNELS, *ways}}
        self._hands = Hands(self._writing, ways, composers, clock, self._has_begun)
        # On SQLite there is one writer at a time: our own threads wait here, in line, and not in the database.
        at_once = 1 if database.engine.dialect.name == "sqlite" else AT_THE_DATABASE
        self._gate = Gate(at_once)
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._ending = False
        self._opens_at: datetime | None = None
        self.outcomes: Counter[MessageState] = Counter()

    @contextmanager
    def _writing(self, *, hurry: bool = False) -> Iterator[Session]:
        with self._gate.through(hurry=hurry), self._database.transaction() as db:
            yield db

    def work(self, limit: int) -> None:
        """Deliver until nothing is due; what is on its way when it ends, for whatever reason, is recorded first."""
        try:
            while not self._stop():
                taken = self._take(limit) if limit else 0
                limit -= taken
                if self._on_the_way:
                    self._settle(self._finished())
                elif not taken and not (limit and self._wait()):
                    break
        finally:
            self._ending = True
            while self._on_the_way:
                self._settle(self._finished())
            for lane in self._lanes.values():
                lane.pool.shutdown()

    @property
    def _on_the_way(self) -> int:
        return sum(lane.on_the_way for lane in self._lanes.values())

    def _take(self, limit: int) -> int:
        """Take messages in hand for every channel that has room, and set the threads to work; how many."""
        found: list[Message] = []
        self._opens_at = None
        with self._writing() as db:
            now = self._clock()
            take = partial(claiming.take, db, by=self._mark, now=now)
            urgent_only = quiet.is_quiet(now, policies.current(db))
            for lane in self._lanes.values():
                room = min(self._may_take(db, lane, now), limit - len(found))
                found += take(lane.channel, limit=room, urgent_only=urgent_only) if room > 0 else []
        for message in found:
            lane = self._lanes[message.channel]
            lane.unbegun.add(message.id)
            lane.pool.submit(self._deliver, message)
            # Counted once a thread has it: whoever ends the round waits for all that are counted.
            lane.on_the_way += 1
        return len(found)

    def _may_take(self, db: Session, lane: Lane, now: datetime) -> int:
        """How many messages the channel may have now: by its threads, by its providers' health and by their pace."""
        if not lane.senders:
            return lane.room()  # They fail, and say why.
        down = health.list_down(db, [sender.name for sender in lane.senders])
        up = next((sender for sender in lane.senders if sender.name not in down), None)
        if up is None:
            queue.give_up(db, lane.channel, now=now)
            rested = any(row.resting_until and row.resting_until <= now for row in down.values())
            return int(rested and not lane.on_the_way)  # One, to try a provider with.
        if (limit := routes.per_minute(up)) is None:
            return lane.room()
        # Those in hand will want their share first.
        free = pace.free(db, up.name, limit, now=now) - len(lane.unbegun)
        if free <= 0:
            opens_at = pace.opens_at(db, up.name, now=now)
            self._opens_at = min(self._opens_at or opens_at, opens_at)
        return min(lane.room(), free)

    def _has_begun(self, message: Message) -> None:
        self._lanes[message.channel].unbegun.discard(message.id)

    def _deliver(self, message: Message) -> None:
        """In a thread: one message to its end, unless the round is ending."""
        over = self._ending or self._stop()
        self._done.put(Done(message) if over else self._hands.deliver(message))

    def _finished(self) -> list[Done]:
        """What the threads have done since; waits a little, so that there is something to record together."""
        done: list[Done] = []
        with suppress(Empty):
            done.append(self._done.get(timeout=TURN_SECONDS))
            if self._on_the_way > 1 and not self._ending:
                time.sleep(TURN_SECONDS)
            while True:
                done.append(self._done.get_nowait())
        return done

    def _settle(self, done: list[Done]) -> None:
        """Record what became of messages: in one transaction, or each in its own when that goes wrong."""
        if not done:
            return
        # In the order in which everybody locks messages.
        done.sort(key=lambda each: each.message.id)
        try:
            self._record(done, [noted for each in done for noted in each.noted])
        except Exception as error:
            log.warning("recorded one by one", **logs.failure(error))
            done = [each for each in done if self._record_alone(each)]
        for each in done:
            lane = self._lanes[each.message.channel]
            lane.on_the_way -= 1
            lane.unbegun.discard(each.message.id)
            self._count(each)

    def _count(self, done: Done) -> None:
        if (outcome := done.outcome) is not None:
            self.outcomes[outcome.state] += 1
            if outcome.state in (MessageState.FAILED, MessageState.UNKNOWN):
                log.warning("message not sent", key=done.message.key, state=outcome.state.value, why=outcome.why)

    def _record(self, done: Sequence[Done], noted: Sequence[Noted]) -> None:
        if back := [each.message.id for each in done if each.outcome is None]:
            with self._writing() as db:
                claiming.give_back(db, back, by=self._mark)
        if outcomes := [(each.message, each.outcome) for each in done if each.outcome]:
            # Before any other is begun: what is not recorded yet would be unknown if this worker were to stop.
            with self._writing(hurry=True) as db:
                now = self._clock()
                queue.record_all(db, outcomes, now=now)
                health.note(db, noted, now=now)

    def _record_alone(self, done: Done) -> bool:
        """False when it is to be tried once more: what is never recorded ends as unknown, though we know."""
        try:
            self._record([done], [])
        except PASSING as error:
            if done.setbacks < MOST_SETBACKS:
                done.setbacks += 1
                self._done.put(done)
                time.sleep(TURN_SECONDS)
                return False
            log.error("not recorded", key=done.message.key, **logs.failure(error))
        except Exception as error:
            log.error("not recorded", key=done.message.key, **logs.failure(error))
        return True

    def _wait(self) -> bool:
        """Wait for a provider that has its fill; False when there is none, or not soon."""
        before = self._clock()
        if self._opens_at is None or self._opens_at - before > PATIENCE:
            return False
        time.sleep(min(max((self._opens_at - before).total_seconds(), 0.0), TURN_SECONDS * 4))
        return self._clock() > before
