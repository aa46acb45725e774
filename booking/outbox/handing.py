"""Handing over one message: compose it from what is true now, mark it as begun, give it to a provider.

Runs in many threads at once. The letter is written and the message marked in one transaction; none is open while a
provider answers. When a provider surely did not take a message since it is down, the next one of the channel gets it;
never when nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from booking import logs
from booking.base.clock import Clock
from booking.outbox import health, pace, queue
from booking.outbox.health import Noted, Result
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.queue import Outcome
from booking.outbox.routes import Routes, per_minute
from booking.outbox.senders import Sender, SendError, Unclear

NO_COMPOSER = "nobody composes this kind"
NO_SENDER = "nobody sends through this channel"
TOO_LATE = "its time had passed"
PASSING = (OperationalError, InterfaceError, PoolTimeout)

log = structlog.get_logger()
Writing = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class Done:
    """What became of one message; `outcome` None: it was not begun, and goes back as it was.

    `setbacks` counts how often recording it went wrong.
    """

    message: Message
    outcome: Outcome | None = None
    noted: list[Noted] = field(default_factory=list)
    setbacks: int = 0


class NotNow(Exception):
    """The message cannot be begun at this moment: its provider has its fill, it is held, or it is not ours any more."""


class Hands:
    """What the threads of one worker share. `writing` opens a transaction, `begun` hears of each message begun."""

    def __init__(
        self,
        writing: Writing,
        routes: Routes,
        composers: Mapping[str, Compose],
        clock: Clock,
        begun: Callable[[Message], None],
    ) -> None:
        self._writing, self._routes, self._composers = writing, routes, composers
        self._clock, self._begun = clock, begun

    def deliver(self, message: Message) -> Done:
        """Take one message in hand to its end. Raises nothing."""
        done = Done(message)
        try:
            done.outcome = self._deliver(done)
        except NotNow:
            pass
        except PASSING as error:
            done.outcome = queue.again(message, type(error).__name__, now=self._clock())
        except Exception as error:
            log.error("a composer failed", key=message.key, **logs.failure(error))
            done.outcome = Outcome(MessageState.FAILED, type(error).__name__)
        return done

    def _deliver(self, done: Done) -> Outcome:
        message = done.message
        if message.not_after is not None and self._clock() > message.not_after:
            return Outcome(MessageState.DROPPED, TOO_LATE)
        if (composer := self._composers.get(message.kind)) is None:
            return Outcome(MessageState.FAILED, NO_COMPOSER)
        if not self._routes.get(message.channel):
            return Outcome(MessageState.FAILED, NO_SENDER)
        ready = self._begin(message, composer)
        if isinstance(ready, Outcome):
            return ready
        self._begun(message)
        return self._hand_over(done, *ready)

    def _begin(self, message: Message, composer: Compose) -> Outcome | tuple[Letter, list[Sender]]:
        """The letter, and the senders to try in this order. From here on the message counts as being handed over."""
        senders = {sender.name: sender for sender in self._routes[message.channel]}
        with self._writing() as db:
            now = self._clock()
            composed = composer(db, db.get_one(Message, message.id), now)
            if isinstance(composed, Dropped):
                return Outcome(MessageState.DROPPED, composed.why)
            chosen = [senders[name] for name in health.choose(db, list(senders), now=now)]
            if not chosen or not queue.begin(db, message, composed.text, provider=chosen[0].name, now=now):
                raise NotNow
            # Last, since all workers meet here: each holds it for no longer than it takes to commit.
            if not self._in_pace(db, chosen[0]):
                raise NotNow
        return composed, chosen

    def _in_pace(self, db: Session, sender: Sender) -> bool:
        limit = per_minute(sender)
        return limit is None or pace.take(db, sender.name, limit, now=self._clock())

    def _hand_over(self, done: Done, letter: Letter, senders: list[Sender]) -> Outcome:
        outcome = self._try(done, letter, senders[0])
        for sender in senders[1:]:
            if not outcome.stalled or not self._passed_on(done.message, sender):
                break
            outcome = self._try(done, letter, sender)
        return outcome

    def _passed_on(self, message: Message, sender: Sender) -> bool:
        try:
            with self._writing() as db:
                queue.pass_on(db, message, provider=sender.name)
                return self._in_pace(db, sender)
        except PASSING:
            return False

    def _try(self, done: Done, letter: Letter, sender: Sender) -> Outcome:
        """Give it to one provider. No transaction is open while it answers."""
        try:
            handed = sender.send(letter)
        except SendError as error:
            return self._refused(done, sender.name, error)
        except Unclear as error:
            return self._unclear(done, sender.name, str(error))
        except Exception as error:
            log.error("a sender failed", key=done.message.key, **logs.failure(error))
            return self._unclear(done, sender.name, type(error).__name__)
        done.noted.append(Noted(sender.name, Result.OK))
        return Outcome(MessageState.SENT, None, sender.name, handed)

    def _refused(self, done: Done, name: str, error: SendError) -> Outcome:
        done.noted.append(Noted(name, Result.FAULT if error.provider_down else Result.REFUSED, error.why))
        now = self._clock()
        if error.provider_down:
            return queue.stall(done.message, error.why, now=now, provider=name)
        if error.permanent:
            return Outcome(MessageState.FAILED, error.why, name)
        return queue.again(done.message, error.why, now=now, provider=name)

    def _unclear(self, done: Done, name: str, why: str) -> Outcome:
        done.noted.append(Noted(name, Result.UNCLEAR, why))
        return Outcome(MessageState.UNKNOWN, why, name)
