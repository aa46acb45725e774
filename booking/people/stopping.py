"""A carer who wants no more SMS, or no more e-mail, and one who wants them again. What waits goes the other way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from booking.outbox import kinds, messages
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.records import audit
from booking.records.audit import Actor

SMS, EMAIL = "sms", "email"
SINCE = {SMS: Carer.sms_stopped_at, EMAIL: Carer.email_stopped_at}
CALLED = {SMS: "sms", EMAIL: "mail"}
STOPPED = {SMS: "the carer wants no more SMS", EMAIL: "the carer wants no more e-mail"}
ASKED_FOR = "link"  # By whoever holds the address at hand.


def stop(db: Session, carer: Carer, channel: str, *, now: datetime, by: Actor) -> bool:
    """No more "sms" or "email" to this carer; False when it was so already. What waits there goes the other way."""
    if not _set(db, carer, channel, now):
        return False
    audit.note(db, f"{CALLED[channel]} stopped", carer, now=now, by=by)
    _the_other_way(db, carer, channel, now)
    return True


def start(db: Session, carer: Carer, channel: str, *, now: datetime, by: Actor) -> bool:
    """The channel to this carer again; False when it was never stopped."""
    if not _set(db, carer, channel, None):
        return False
    audit.note(db, f"{CALLED[channel]} started", carer, now=now, by=by)
    return True


def stop_sms(db: Session, carer: Carer, *, now: datetime, by: Actor) -> bool:
    """No more SMS to this carer; False when it was so already. What waits to be sent by SMS goes by e-mail instead."""
    return stop(db, carer, SMS, now=now, by=by)


def start_sms(db: Session, carer: Carer, *, now: datetime, by: Actor) -> bool:
    """SMS to this carer again; False when they were never stopped."""
    return start(db, carer, SMS, now=now, by=by)


def _set(db: Session, carer: Carer, channel: str, value: datetime | None) -> bool:
    since = SINCE[channel]
    before = since.is_(None) if value is not None else since.is_not(None)
    done = db.execute(update(Carer).where(Carer.id == carer.id, before).values({since: value}))
    db.refresh(carer)
    return isinstance(done, CursorResult) and done.rowcount == 1


def _the_other_way(db: Session, carer: Carer, channel: str, now: datetime) -> None:
    waiting = select(Message).where(
        Message.carer_id == carer.id, Message.channel == channel, Message.state == MessageState.QUEUED
    )
    for message in db.scalars(waiting.order_by(Message.id)).all():
        if message.kind == ASKED_FOR or kinds.is_bound(message.kind):
            continue
        this = update(Message).where(Message.id == message.id, Message.state == MessageState.QUEUED)
        done = db.execute(this.values(state=MessageState.DROPPED, why=STOPPED[channel]))
        if not isinstance(done, CursorResult) or done.rowcount != 1:
            continue  # A worker was faster; if it does not arrive, it falls back by itself.
        for other in carer.channels:
            messages.queue(
                db, message.kind, message.thing_id, carer.id, other, now=now, version=message.version,
                not_before=message.not_before, not_after=message.not_after, urgent=message.urgent,
            )  # fmt: skip
