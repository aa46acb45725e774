"""Claiming: a worker takes in hand what is due. Nothing has been handed over yet, so nothing can be lost or doubled.

What is in hand still stands in the queue, under the worker's own mark and only for IN_HAND: if the worker stops, the
message is simply due again. Any number of workers share the work, since each takes what no other has in hand. The
messages of one carer, or account, through one channel go out in the order in which they were written: only the first
of them can be taken. But what is urgent goes past what is not: that may rest, or be tried again for half a day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from booking.outbox import holding
from booking.outbox.messages import Message, MessageState

IN_HAND = timedelta(seconds=20)
# While one message is being handed over, the carer's next one waits; but no longer than this for a crashed worker's.
TURN = timedelta(minutes=2)
LIVE = (MessageState.QUEUED, MessageState.SENDING)


def take(db: Session, channel: str, *, by: str, now: datetime, limit: int, urgent_only: bool = False) -> list[Message]:
    """Take in hand up to `limit` messages of a channel that are due and whose turn it is, the oldest first.

    `by` is the worker's own mark. What is held is left; so is what can rest, when only urgent messages go.
    """
    found = db.scalars(_due(channel, now, urgent_only).limit(limit)).all()
    if not found:
        return []
    ids = [message.id for message in found]
    mine = {"taken_by": by, "taken_until": now + IN_HAND}
    db.execute(update(Message).where(Message.id.in_(ids), _free(now)).values(mine), execution_options=QUIETLY)
    for message in found:
        message.taken_by = by
        db.expunge(message)
    return list(found)


QUIETLY = {"synchronize_session": False}


def give_back(db: Session, ids: Collection[int], *, by: str) -> None:
    """Put back what has not been begun: somebody else may take it at once."""
    still = update(Message).where(Message.id.in_(ids), Message.state == MessageState.QUEUED, Message.taken_by == by)
    db.execute(still.values(taken_by=None, taken_until=None), execution_options=QUIETLY)


def _free(now: datetime) -> ColumnElement[bool]:
    return and_(Message.state == MessageState.QUEUED, or_(Message.taken_until.is_(None), Message.taken_until <= now))


def _due(channel: str, now: datetime, urgent_only: bool) -> Select[Message]:
    query = select(Message).where(_free(now), Message.channel == channel, Message.not_before <= now, ~holding.held())
    if urgent_only:
        query = query.where(Message.urgent)
    for recipient in ("carer_id", "account_id"):
        query = query.where(~_earlier_in_line(recipient, now))
    # Only PostgreSQL needs it, and only there does it do anything: workers pass over what another is taking.
    return query.order_by(Message.not_before, Message.id).with_for_update(skip_locked=True, of=Message)


def _earlier_in_line(recipient: str, now: datetime) -> ColumnElement[bool]:
    """An earlier message of the same recipient and channel is due, is being tried again, or is on its way."""
    other = aliased(Message)
    # Somebody waits for what is urgent: it keeps its place behind another such one only.
    before = or_(other.urgent, Message.urgent.is_(False))
    waits = and_(other.state == MessageState.QUEUED, or_(other.not_before <= now, other.due_at.is_not(None)), before)
    on_its_way = and_(other.state == MessageState.SENDING, other.claimed_at > now - TURN)
    theirs: InstrumentedAttribute[Any] = getattr(other, recipient)
    same = theirs == getattr(Message, recipient), other.channel == Message.channel, other.id < Message.id
    # The states once more, alone, for the index.
    return select(other.id).where(*same, other.state.in_(LIVE), or_(waits, on_its_way)).exists()
