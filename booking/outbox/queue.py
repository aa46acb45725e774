"""The queue of messages as a worker sees it: claim one, keep its text, record what became of it.

The messages of one carer, or account, through one channel go out in the order in which they were written.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from booking.outbox.letters import Handed
from booking.outbox.messages import Message, MessageState

UNKNOWN_AFTER = timedelta(minutes=15)
# While one message is being handed over, the carer's next one waits; but no longer than this for a crashed worker's.
TURN = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 20  # Over about half a day.
TOKEN = re.compile(r"(?<=[^/:]/)[0-9A-Za-z_-]{12,}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed message. `why` names nobody; `not_before` is set when it goes back to the queue."""

    state: MessageState
    why: str | None = None
    provider: str | None = None
    handed: Handed = Handed()
    not_before: datetime | None = None


def claim(db: Session, *, now: datetime, resting: Collection[str] = ()) -> Message | None:
    """Claim the oldest message that is due and whose turn it is; None when there is none. Skips `resting` channels."""
    message = db.scalars(_due(now, resting)).first()
    if message is None:
        return None
    statement = update(Message).where(Message.id == message.id, Message.state == MessageState.QUEUED)
    taken = db.execute(statement.values(state=MessageState.SENDING, claimed_at=now, tries=Message.tries + 1))
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    db.refresh(message)
    return message


def _due(now: datetime, resting: Collection[str]) -> Select[Message]:
    query = select(Message).where(Message.state == MessageState.QUEUED, Message.not_before <= now)
    if resting:
        query = query.where(Message.channel.not_in(resting))
    query = query.where(~_earlier_in_line(now)).order_by(Message.not_before, Message.id).limit(1)
    # Only PostgreSQL needs it, and only there does it do anything: workers pass over what another is claiming.
    return query.with_for_update(skip_locked=True, of=Message)


def _earlier_in_line(now: datetime) -> ColumnElement[bool]:
    """An earlier message of the same recipient and channel is due, is being tried again, or is on its way."""
    other = aliased(Message)
    waits = and_(other.state == MessageState.QUEUED, or_(other.not_before <= now, other.tries > 0))
    on_its_way = and_(other.state == MessageState.SENDING, other.claimed_at > now - TURN)
    recipient = or_(other.carer_id == Message.carer_id, other.account_id == Message.account_id)
    same = and_(recipient, other.channel == Message.channel, other.id < Message.id)
    return select(other.id).where(same, or_(waits, on_its_way)).exists()


def keep_body(db: Session, message: Message, text: str) -> None:
    """Keep what the message says, without the tokens of its links: the text alone opens nothing."""
    db.execute(update(Message).where(Message.id == message.id).values(body=TOKEN.sub("…", text)))


def again(message: Message, why: str, *, now: datetime) -> Outcome:
    """Back to the queue, with a longer pause each time; failed after the last try."""
    if message.tries >= MOST_TRIES:
        return Outcome(MessageState.FAILED, why)
    pause = min(FIRST_PAUSE * 2 ** (message.tries - 1), LONGEST_PAUSE)
    # The spread is drawn from the key: many messages that failed together do not come back together.
    spread = zlib.crc32(f"{message.key}/{message.tries}".encode()) % 1000 / 1000
    return Outcome(MessageState.QUEUED, why, not_before=now + pause * (1 + spread / 2))


def record(db: Session, message: Message, outcome: Outcome, *, now: datetime) -> None:
    """Write down what became of a claimed message. States only move forward: what was "unknown" may become "sent"."""
    before = [MessageState.SENDING]
    if outcome.state is MessageState.SENT:
        before.append(MessageState.UNKNOWN)
    values = {
        "state": outcome.state,
        "why": outcome.why and outcome.why[:200],
        "provider": outcome.provider,
        "provider_id": outcome.handed.provider_id,
        "parts": outcome.handed.parts,
        "cost": outcome.handed.cost,
        "not_before": outcome.not_before or message.not_before,
        "sent_at": now if outcome.state is MessageState.SENT else None,
    }
    db.execute(update(Message).where(Message.id == message.id, Message.state.in_(before)).values(values))


def mark_unknown(db: Session, *, now: datetime) -> int:
    """Messages that a crashed worker left behind: nobody can tell whether they went. Returns how many."""
    statement = update(Message).where(Message.state == MessageState.SENDING, Message.claimed_at <= now - UNKNOWN_AFTER)
    marked = db.execute(statement.values(state=MessageState.UNKNOWN, why="the worker that had it stopped"))
    return marked.rowcount if isinstance(marked, CursorResult) else 0
