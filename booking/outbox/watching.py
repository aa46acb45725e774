"""Watching over the messages: an alarm for the centre when a provider stays down, or when messages do not get away.

Both end by themselves, when the provider works again and when nothing waits any more. What rests at night or is held
by staff is not late.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.outbox import health, waiting
from booking.outbox.messages import Message
from booking.outbox.waiting import PATIENCE
from booking.records import alarms
from booking.records.alarms import Alarm

PROVIDER_DOWN, MESSAGES_LATE = "provider_down", "messages_late"
EVERYWHERE = 0
"""The id of a thing that has none: a provider goes by its name, and of the queue there is only one."""


def watch(db: Session, providers: Collection[str], *, now: datetime) -> int:
    """Sound the alarms that are due and settle those that are over; how many are open. `providers` are those in use."""
    return _watch_providers(db, providers, now) + _watch_queue(db, now)


def _watch_providers(db: Session, providers: Collection[str], now: datetime) -> int:
    found = {each.provider: each for each in health.states(db, now=now) if each.provider in providers}
    down = {name: each for name, each in found.items() if each.down_since and now - each.down_since >= PATIENCE}
    query = select(Alarm).where(Alarm.kind == PROVIDER_DOWN, Alarm.settled_at.is_(None))
    for open_one in db.scalars(query).all():
        if open_one.values.get("provider") not in down:
            alarms.settle(db, PROVIDER_DOWN, thing_kind=open_one.thing_kind, thing_id=EVERYWHERE, now=now)
    for name, each in sorted(down.items()):
        since = each.down_since and each.down_since.isoformat()
        about: dict[str, Any] = {"provider": name, "since": since, "fault": each.last_fault}
        alarms.sound(db, PROVIDER_DOWN, thing_kind=f"provider {name}", thing_id=EVERYWHERE, now=now, **about)
    return len(down)


def _watch_queue(db: Session, now: datetime) -> int:
    count, oldest = late(db, now=now)
    about: dict[str, Any] = {"thing_kind": Message.__tablename__, "thing_id": EVERYWHERE}
    if oldest is None:
        alarms.settle(db, MESSAGES_LATE, **about, now=now)
        return 0
    alarms.sound(db, MESSAGES_LATE, **about, now=now, count=count, since=oldest.isoformat())
    return 1


def late(db: Session, *, now: datetime) -> tuple[int, datetime | None]:
    """How many messages should have gone by now and have not, and since when the first of them."""
    seen = waiting.look(db, now=now)
    count, oldest = db.execute(select(func.count(), func.min(Message.not_before)).where(waiting.is_late(seen))).one()
    return count, oldest
