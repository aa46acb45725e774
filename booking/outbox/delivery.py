"""Delivery: claims what is due, composes it, hands it to a sender with no transaction open, records what happened.

Any number of workers may deliver side by side: a message is claimed by a guarded update before anything else happens
to it. A crash in between leaves it "sending"; after a while it is "unknown", and only staff send it again. One bad
message never stops the others, and a provider that is down rests until the next round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from booking import logs
from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox import queue
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.senders import Sender, SendError, Unclear

__all__ = ["Compose", "Delivered", "Dropped", "deliver"]

REST_AFTER = 3  # Passing faults in a row after which a channel rests until the next round.
NO_COMPOSER = "nobody composes this kind"
NO_SENDER = "nobody sends through this channel"

log = structlog.get_logger()


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
    senders: Mapping[str, Sender],
    composers: Mapping[str, Compose],
    clock: Clock,
    *,
    limit: int = 100,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Deliver up to `limit` messages that are due, the oldest first, until none is left or `stop` says so."""
    worker = _Worker(database, senders, composers, clock)
    for _ in range(limit):
        if stop() or not worker.deliver_one():
            break
    names = {MessageState.QUEUED: "again"}
    return Delivered(**{names.get(state, state.value): count for state, count in worker.outcomes.items()})


class _Worker:
    """One round of one worker."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        composers: Mapping[str, Compose],
        clock: Clock,
    ) -> None:
        self._database, self._senders, self._composers, self._clock = database, senders, composers, clock
        self._faults: Counter[str] = Counter()
        self.outcomes: Counter[MessageState] = Counter()

    def deliver_one(self) -> bool:
        """Take one message to its end; False when none is due."""
        resting = {channel for channel, faults in self._faults.items() if faults >= REST_AFTER}
        with self._database.transaction() as db:
            message = queue.claim(db, now=self._clock(), resting=resting)
        if message is None:
            return False
        composed = self._compose(message)
        outcome = self._send(message, composed) if isinstance(composed, Letter) else composed
        with self._database.transaction() as db:
            queue.record(db, message, outcome, now=self._clock())
        self.outcomes[outcome.state] += 1
        if outcome.state in (MessageState.FAILED, MessageState.UNKNOWN):
            log.warning("message not sent", key=message.key, state=outcome.state.value, why=outcome.why)
        return True

    def _compose(self, message: Message) -> Letter | queue.Outcome:
        """The letter, written from what is true now; its text is kept without the way in that it holds."""
        now = self._clock()
        if message.not_after is not None and now > message.not_after:
            return queue.Outcome(MessageState.DROPPED, "its time had passed")
        if (composer := self._composers.get(message.kind)) is None:
            return queue.Outcome(MessageState.FAILED, NO_COMPOSER)
        if message.channel not in self._senders:
            return queue.Outcome(MessageState.FAILED, NO_SENDER)
        try:
            with self._database.transaction() as db:
                composed = composer(db, db.get_one(Message, message.id), now)
                if isinstance(composed, Dropped):
                    return queue.Outcome(MessageState.DROPPED, composed.why)
                queue.keep_body(db, message, composed.text)
                return composed
        except OperationalError as error:
            return queue.again(message, type(error).__name__, now=now)
        except Exception as error:
            log.error("a composer failed", key=message.key, **logs.failure(error))
            return queue.Outcome(MessageState.FAILED, type(error).__name__)

    def _send(self, message: Message, letter: Letter) -> queue.Outcome:
        """Hand the letter over. No transaction is open while a provider answers."""
        sender = self._senders[message.channel]
        try:
            handed = sender.send(letter)
        except SendError as error:
            if error.permanent:
                return queue.Outcome(MessageState.FAILED, error.why, sender.name)
            self._faults[message.channel] += 1
            return queue.again(message, error.why, now=self._clock())
        except Unclear as error:
            return queue.Outcome(MessageState.UNKNOWN, str(error), sender.name)
        except Exception as error:
            log.error("a sender failed", key=message.key, **logs.failure(error))
            return queue.Outcome(MessageState.UNKNOWN, type(error).__name__, sender.name)
        self._faults[message.channel] = 0
        return queue.Outcome(MessageState.SENT, None, sender.name, handed)
