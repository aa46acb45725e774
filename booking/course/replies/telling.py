"""The SMS in return: one, at any hour since whoever wrote is awake, and not more than so many a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.course.replies.reply import Reply, lately
from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer

MOST_A_DAY = 10  # To one number. Two machines that answer one another end here.


def tell(db: Session, reply: Reply, kind: str, *carers: Carer, now: datetime) -> None:
    """Answer the SMS with one of that kind to each of these carers, if SMS still go to them."""
    wanted = [carer for carer in carers if "sms" in carer.channels]
    if not wanted or lately(db, reply.number_hash, now=now).answered >= MOST_A_DAY:
        return
    for carer in wanted:
        messages.queue(db, kind, reply.id, carer.id, "sms", now=now, urgent=True)
    reply.answered = True


def hurry(db: Session, kind: str, thing_id: int, carer: Carer) -> None:
    """What the answer itself has led to is the answer in return: it does not wait for the morning."""
    theirs = Message.kind == kind, Message.thing_id == thing_id, Message.carer_id == carer.id
    waits = update(Message).where(*theirs, Message.channel == "sms", Message.state == MessageState.QUEUED)
    db.execute(waits.values(urgent=True))
