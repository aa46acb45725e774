"""What a message in the queue waits for: its time, the morning, a hold, another try, or only its turn."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from booking.outbox import holding, quiet
from booking.outbox.holding import Hold
from booking.outbox.messages import Message, MessageState
from booking.records import policies
from booking.records.policies import Policy

PATIENCE = timedelta(minutes=15)
"""How long a message may wait for its turn before it is late."""


class Waits(enum.Enum):
    """Why a message that is queued has not gone yet."""

    HELD = "held"  # Staff have stopped the channel.
    AGAIN = "again"  # It was tried; the next try has its time.
    LATER = "later"  # It is to go at a certain time.
    RESTS = "rests"  # It is night, and it can wait.
    TURN = "turn"  # It is its turn any moment.


@dataclass(frozen=True, slots=True)
class Now:
    """What decides about the queue at an instant: the settings and the holds that stand."""

    now: datetime
    policy: Policy
    holds: Sequence[Hold]

    def waits_for(self, message: Message) -> Waits:
        """What a queued message waits for."""
        if holding.is_held(message.channel, list(self.holds)):
            return Waits.HELD
        if message.not_before > self.now:
            return Waits.AGAIN if message.tries or message.stalls else Waits.LATER
        rests = not message.urgent and quiet.is_quiet(self.now, self.policy)
        return Waits.RESTS if rests else Waits.TURN

    def goes_at(self, message: Message) -> datetime:
        """When a queued message goes at the earliest, if no hold stops it."""
        when = max(self.now, message.not_before)
        return when if message.urgent else quiet.ends_at(when, self.policy)


def look(db: Session, *, now: datetime) -> Now:
    """The settings and the holds of this instant."""
    return Now(now, policies.current(db), holding.standing(db))


def counts(
    db: Session, seen: Now, *, carer_ids: Select[Any] | None = None, channel: str | None = None
) -> Mapping[Waits, int]:
    """How many wait for what, no zeros; of some carers (a query of ids) or of one channel if so asked."""
    which = _which(seen)
    query = select(which, func.count()).where(Message.state == MessageState.QUEUED).group_by(which)
    if carer_ids is not None:
        query = query.where(Message.carer_id.in_(carer_ids))
    if channel is not None:
        query = query.where(Message.channel == channel)
    return {Waits(name): number for name, number in db.execute(query)}


def that_wait_for(seen: Now, waits: Waits) -> ColumnElement[bool]:
    """For a query on messages: it is in the queue, and this is what it waits for."""
    return and_(Message.state == MessageState.QUEUED, _which(seen) == waits.value)


def is_late(seen: Now) -> ColumnElement[bool]:
    """For a query on messages: it should have gone by now. What rests at night or is held by staff is not late."""
    due = and_(Message.state == MessageState.QUEUED, Message.not_before <= seen.now - PATIENCE, ~holding.held())
    # In the night, and until the morning has had its time, only what is urgent should have gone.
    rested = any(quiet.is_quiet(when, seen.policy) for when in (seen.now, seen.now - PATIENCE))
    return and_(due, Message.urgent.is_(True)) if rested else due


def _which(seen: Now) -> ColumnElement[str]:
    later = Message.not_before > seen.now
    tried = or_(Message.tries > 0, Message.stalls > 0)
    night = Waits.RESTS if quiet.is_quiet(seen.now, seen.policy) else Waits.TURN
    return case(
        (holding.held(), Waits.HELD.value),
        (and_(later, tried), Waits.AGAIN.value),
        (later, Waits.LATER.value),
        (Message.urgent.is_(True), Waits.TURN.value),
        else_=night.value,
    )
