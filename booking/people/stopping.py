"""A carer who wants no more SMS, and one who wants them again. What was to go by SMS goes by e-mail instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.records import audit
from booking.records.audit import Actor

STOPPED = "the carer wants no more SMS"
# These are about the number itself, or answer what came from it: by e-mail they would make no sense.
SMS_ALONE = "answer_"
CODE = "confirm"


def stop_sms(db: Session, carer: Carer, *, now: datetime, by: Actor) -> bool:
    """No more SMS to this carer; False when it was so already. What waits to be sent by SMS goes by e-mail instead."""
    if not _set(db, carer, now, was=None):
        return False
    audit.note(db, "sms stopped", carer, now=now, by=by)
    _by_email_instead(db, carer, now)
    return True


def start_sms(db: Session, carer: Carer, *, now: datetime, by: Actor) -> bool:
    """SMS to this carer again; False when they were never stopped."""
    if carer.sms_stopped_at is None or not _set(db, carer, None, was=carer.sms_stopped_at):
        return False
    audit.note(db, "sms started", carer, now=now, by=by)
    return True


def _set(db: Session, carer: Carer, value: datetime | None, *, was: datetime | None) -> bool:
    same = Carer.sms_stopped_at.is_(None) if was is None else Carer.sms_stopped_at == was
    done = db.execute(update(Carer).where(Carer.id == carer.id, same).values(sms_stopped_at=value))
    db.refresh(carer)
    return isinstance(done, CursorResult) and done.rowcount == 1


def _by_email_instead(db: Session, carer: Carer, now: datetime) -> None:
    waiting = select(Message).where(
        Message.carer_id == carer.id, Message.channel == "sms", Message.state == MessageState.QUEUED
    )
    for message in db.scalars(waiting.order_by(Message.id)).all():
        if message.kind == CODE or message.kind.startswith(SMS_ALONE):
            continue
        this = update(Message).where(Message.id == message.id, Message.state == MessageState.QUEUED)
        db.execute(this.values(state=MessageState.DROPPED, why=STOPPED))
        if "email" in carer.channels:
            messages.queue(
                db, message.kind, message.thing_id, carer.id, "email", now=now, version=message.version,
                not_before=message.not_before, not_after=message.not_after, urgent=message.urgent,
            )  # fmt: skip
