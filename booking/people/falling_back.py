"""Falling back: what could not reach a carer one way goes by their other way, once, while it is still of use.

That is a message that failed for good, or was stopped before it went, or of which nobody can tell since more than an
hour; and that went, or should have gone, through one channel only. A code that confirms a contact is of no use
anywhere else. The other way must be confirmed and wanted. The letter is composed anew, from what is true then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from booking.outbox import kinds, messages
from booking.outbox.messages import Message, MessageState
from booking.outbox.queue import GIVE_UP_AFTER
from booking.people.families import Carer
from booking.people.writing import NOT_THIS_WAY

UNCLEAR_FOR = timedelta(hours=1)  # A receipt may still say that it arrived.
TOO_OLD = GIVE_UP_AFTER + timedelta(days=2)  # Since its last try; what a provider never took is given up after days.
HOPEFUL = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED)


def list_due(db: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """The ids of messages that should go another way, oldest first."""
    lately = or_(Message.not_before > now - TOO_OLD, Message.claimed_at > now - TOO_OLD)
    query = select(Message.id).where(lately, _did_not_reach(now), _is_of_use(now), ~_other_way_tried())
    query = query.join(Carer, Carer.id == Message.carer_id).where(_has_other_way())
    return list(db.scalars(query.order_by(Message.id).limit(limit)))


def fall_back(db: Session, message: Message, *, now: datetime) -> Message | None:
    """Write the message down for the carer's other way; None when it is not to go there, or does already."""
    # Under lock: of two workers one writes it, and the other sees that it is written.
    db.refresh(message, with_for_update={"of": Message})
    still = select(Message.id).where(Message.id == message.id, _did_not_reach(now), ~_other_way_tried())
    if message.carer_id is None or db.scalars(still).first() is None:
        return None
    others = [channel for channel in db.get_one(Carer, message.carer_id).channels if channel != message.channel]
    if not others:
        return None
    return messages.queue(
        db, message.kind, message.thing_id, message.carer_id, others[0],
        now=now, version=message.version, not_after=message.not_after, urgent=message.urgent,
    )  # fmt: skip


def _did_not_reach(now: datetime) -> ColumnElement[bool]:
    unclear = and_(Message.state == MessageState.UNKNOWN, Message.claimed_at <= now - UNCLEAR_FOR)
    stopped = and_(Message.state == MessageState.DROPPED, Message.why == NOT_THIS_WAY)
    return or_(Message.state == MessageState.FAILED, unclear, stopped)


def _is_of_use(now: datetime) -> ColumnElement[bool]:
    bound = [name for name in kinds.KINDS if kinds.is_bound(name)]
    return and_(Message.kind.not_in(bound), or_(Message.not_after.is_(None), Message.not_after > now))


def _other_way_tried() -> ColumnElement[bool]:
    """The same message has been written for another channel, or once more for this one and may yet arrive."""
    other = aliased(Message)
    same = (other.kind == Message.kind, other.thing_id == Message.thing_id, other.version == Message.version)
    elsewhere = or_(other.channel != Message.channel, and_(other.id != Message.id, other.state.in_(HOPEFUL)))
    return select(other.id).where(*same, other.carer_id == Message.carer_id, elsewhere).exists()


def _has_other_way() -> ColumnElement[bool]:
    sms = and_(Carer.mobile_confirmed_at.is_not(None), Carer.sms_stopped_at.is_(None), Message.channel == "email")
    mail = and_(Carer.email_confirmed_at.is_not(None), Carer.email_stopped_at.is_(None), Message.channel == "sms")
    return or_(sms, mail)
