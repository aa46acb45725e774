"""The queue of messages as a worker sees it: begin to hand one over, and record what became of it.

Between the two a message is "sending". A crash leaves it so, and after UNKNOWN_AFTER it is "unknown": nobody can tell
whether the provider took it, and only staff send it again. What a worker had merely in hand is not concerned.

A message is tried MOST_TRIES times, over about half a day, with pauses that grow. When the fault is the provider's own
a try does not count: the message waits as long as it is of use, and at most GIVE_UP_AFTER.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from booking.outbox import holding, receipts
from booking.outbox.letters import Handed
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import KeptReceipt

UNKNOWN_AFTER = timedelta(minutes=15)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 20  # Over about half a day.
LONGEST_STALL = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=3)
TOKEN = re.compile(r"(?<=[^/:]/)[0-9A-Za-z_-]{12,}")
STOPPED, NEVER_UP = "the worker that had it stopped", "the provider was down for too long"
QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `why` is a short code that names nobody.

    `not_before` is set when it goes back to the queue; `stalled` then says that the try does not count against it.
    """

    state: MessageState
    why: str | None = None
    provider: str | None = None
    handed: Handed = Handed()
    not_before: datetime | None = None
    stalled: bool = False


def begin(db: Session, message: Message, text: str, *, provider: str, now: datetime) -> bool:
    """A message in hand is about to be handed over: from here on nobody else may. False when it is not to be.

    The text is kept without the tokens of its links: it opens nothing.
    """
    values = {
        "state": MessageState.SENDING,
        "claimed_at": now,
        "due_at": func.coalesce(Message.due_at, Message.not_before),
        "provider": provider,
        "body": TOKEN.sub("…", text),
    }
    mine = update(Message).where(_in_hand(message), Message.not_before <= now, ~holding.held())
    done = db.execute(mine.values(values | LET_GO), execution_options=QUIETLY)
    return isinstance(done, CursorResult) and done.rowcount == 1


LET_GO: dict[str, Any] = {"taken_by": None, "taken_until": None}


def _in_hand(message: Message) -> ColumnElement[bool]:
    # Of two workers only one has it in hand: the later, when the first took too long.
    mine = and_(Message.taken_by.is_not(None), Message.taken_by == message.taken_by)
    return and_(Message.id == message.id, Message.state == MessageState.QUEUED, mine)


def pass_on(db: Session, message: Message, *, provider: str) -> None:
    """The message goes to another provider, since the first surely did not take it."""
    still = update(Message).where(Message.id == message.id, Message.state == MessageState.SENDING)
    db.execute(still.values(provider=provider), execution_options=QUIETLY)


def again(message: Message, why: str, *, now: datetime, provider: str | None = None) -> Outcome:
    """Back to the queue, with a longer pause each time; failed after the last try."""
    if message.tries + 1 >= MOST_TRIES:
        return Outcome(MessageState.FAILED, why, provider)
    pause = min(FIRST_PAUSE * (1 << message.tries), LONGEST_PAUSE)
    return Outcome(MessageState.QUEUED, why, provider, not_before=now + pause * _spread(message))


def stall(message: Message, why: str, *, now: datetime, provider: str | None = None) -> Outcome:
    """Back to the queue because the provider is down; failed only when that has lasted too long."""
    if now - (message.due_at or message.not_before) >= GIVE_UP_AFTER:
        return Outcome(MessageState.FAILED, why, provider)
    pause = min(FIRST_PAUSE * (1 << min(message.stalls, 10)), LONGEST_STALL)
    return Outcome(MessageState.QUEUED, why, provider, not_before=now + pause * _spread(message), stalled=True)


def _spread(message: Message) -> float:
    # From 1 to 1.5, drawn from the key: many messages that failed together do not come back together.
    return 1 + zlib.crc32(f"{message.key}/{message.tries}/{message.stalls}".encode()) % 1000 / 2000


def record(db: Session, message: Message, outcome: Outcome, *, now: datetime) -> None:
    """Write down what became of a message that was in hand or being handed over, and what its receipts said already.

    States only move forward: what was "unknown" may become "sent".
    """
    record_all(db, [(message, outcome)], now=now)


def record_all(db: Session, outcomes: Sequence[tuple[Message, Outcome]], *, now: datetime) -> None:
    """The same for several, in this order."""
    went = [pair for pair in outcomes if _record(db, *pair, now)]
    # Asked after the writing, so that no receipt can slip through in between; most often there is none.
    if went and _has_early(db, went):
        for message, _outcome in went:
            receipts.early(db, message)


def _record(db: Session, message: Message, outcome: Outcome, now: datetime) -> bool:
    """True when it was written down, and a provider may have the message: one that refuses it may take it too."""
    before = [MessageState.SENDING]
    if outcome.state is MessageState.SENT:
        before.append(MessageState.UNKNOWN)
    mine = update(Message).where(or_(and_(Message.id == message.id, Message.state.in_(before)), _in_hand(message)))
    done = db.execute(mine.values(_recorded(message, outcome, now)), execution_options=QUIETLY)
    tried = outcome.state is not MessageState.DROPPED
    return tried and isinstance(done, CursorResult) and done.rowcount == 1


def _has_early(db: Session, went: Sequence[tuple[Message, Outcome]]) -> bool:
    by_id = and_(
        KeptReceipt.provider.in_({outcome.provider for _, outcome in went}),
        KeptReceipt.provider_id.in_([outcome.handed.provider_id for _, outcome in went if outcome.handed.provider_id]),
    )
    by_reference = KeptReceipt.reference.in_([message.reference for message, _ in went])
    kept = (select(KeptReceipt.id).where(each).exists() for each in (by_reference, by_id))
    return bool(db.scalar(select(or_(*kept))))


def _recorded(message: Message, outcome: Outcome, now: datetime) -> dict[str, Any]:
    why = outcome.why and outcome.why[:200]
    tried = 0 if outcome.stalled or outcome.state is MessageState.DROPPED else 1
    return LET_GO | {
        "state": outcome.state,
        "why": why,
        "fault": None if outcome.state is MessageState.DROPPED else why and why.replace(":", "")[:60],
        "due_at": func.coalesce(Message.due_at, Message.not_before),
        "not_before": outcome.not_before or Message.not_before,
        "tries": Message.tries + tried,
        "stalls": Message.stalls + int(outcome.stalled),
        "provider": outcome.provider,
        "provider_id": outcome.handed.provider_id,
        # Counted when it was written, unless the provider counts itself.
        "parts": outcome.handed.parts or Message.parts,
        "cost": outcome.handed.cost,
        "sent_at": now if outcome.state is MessageState.SENT else None,
    }


def mark_unknown(db: Session, *, now: datetime) -> int:
    """Messages that a crashed worker was handing over: nobody can tell whether they went. Returns how many."""
    left = select(Message.id).where(Message.state == MessageState.SENDING, Message.claimed_at <= now - UNKNOWN_AFTER)
    ids = db.scalars(left.order_by(Message.id).with_for_update(skip_locked=True, of=Message)).all()
    why = {"why": STOPPED, "fault": STOPPED, "tries": Message.tries + 1}
    if ids:
        unknown = update(Message).where(Message.id.in_(ids)).values(state=MessageState.UNKNOWN, **why)
        db.execute(unknown, execution_options=QUIETLY)
    return len(ids)


def give_up(db: Session, channel: str, *, now: datetime) -> int:
    """Nobody takes messages of this channel: those that have waited too long for it have failed. Returns how many.

    Only for when every provider is down, and not for what staff hold: that waits for them.
    """
    late = and_(
        Message.state == MessageState.QUEUED,
        Message.channel == channel,
        func.coalesce(Message.due_at, Message.not_before) <= now - GIVE_UP_AFTER,
        Message.taken_by.is_(None),
        ~holding.held(),
    )
    ids = db.scalars(select(Message.id).where(late).order_by(Message.id).with_for_update(skip_locked=True)).all()
    if ids:
        failed = {"state": MessageState.FAILED, "why": NEVER_UP, "fault": NEVER_UP}
        db.execute(update(Message).where(Message.id.in_(ids)).values(failed), execution_options=QUIETLY)
    return len(ids)
