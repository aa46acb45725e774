"""Sending a message once more, all those with one cause once more, or one at once that the night holds: staff's acts.

Sending again is a new message under the next attempt's key, so that two who press at once send it once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.outbox import messages, troubles
from booking.outbox.messages import Message, MessageState
from booking.outbox.troubles import TROUBLED, Trouble
from booking.records import audit
from booking.records.audit import Actor

MOST = 1000
"""So many are sent again at a time: the rest stand in the list as before."""


class Refused(_Refused):
    """The message cannot be sent again."""


def get(db: Session, reference: str) -> Message:
    """The message that is called so outside. Raises NotFound."""
    found = messages.find_by_reference(db, reference)
    if found is None:
        raise NotFound
    return found


def send_again(db: Session, message: Message, *, now: datetime, by: Actor) -> Message:
    """Queue it once more. Refused unless it failed or nobody can tell, was not sent again yet, and is still of use."""
    if message.state not in TROUBLED:
        raise Refused(_("Meddelandet behöver inte skickas igen."), code="fine")
    if message.not_after is not None and message.not_after <= now:
        raise Refused(_("Det är för sent: meddelandet gällde något som redan har varit."), code="late")
    new = _next(message, now)
    if db.scalars(select(Message.id).where(Message.key == new.key)).first() is not None:
        raise _already()
    _add(db, new)
    audit.note(db, "message sent again", message, now=now, by=by)
    return new


def send_all_again(
    db: Session, group: Trouble, *, carer_ids: Select[Any] | None = None, now: datetime, by: Actor
) -> int:
    """Queue those of the group once more that are still of use, the oldest first, at most MOST; how many they were."""
    query = select(Message).where(*troubles.of_group(group), troubles.still_of_use(now))
    if carer_ids is not None:
        query = query.where(Message.carer_id.in_(carer_ids))
    failed = db.scalars(query.order_by(Message.id).limit(MOST)).all()
    _add(db, *(_next(message, now) for message in failed))
    audit.note_all(db, "message sent again", failed, now=now, by=by)
    return len(failed)


def hurry(db: Session, message: Message, *, now: datetime, by: Actor) -> Message:
    """Let a message go that the night holds: the one it is for has asked for it. Refused when it has gone."""
    refusal = Refused(_("Meddelandet väntar inte längre."), code="gone")
    still = update(Message).where(Message.id == message.id, Message.state == MessageState.QUEUED)
    guarded(db, still.values(urgent=True), refusal)
    db.refresh(message)
    audit.note(db, "message hurried", message, now=now, by=by)
    return message


def _next(message: Message, now: datetime) -> Message:
    stem, attempt = message.key.rsplit("/", 1)
    key = f"{stem}/{int(attempt) + 1}"
    new = Message(key=key, kind=message.kind, thing_id=message.thing_id, carer_id=message.carer_id, made_at=now)
    new.account_id, new.channel, new.version = message.account_id, message.channel, message.version
    new.urgent, new.answer_code = message.urgent, message.answer_code
    new.not_before, new.not_after = now, message.not_after
    return new


def _add(db: Session, *again: Message) -> None:
    try:
        with db.begin_nested():
            db.add_all(again)
    except IntegrityError:  # Somebody did the same at the same moment.
        raise _already() from None


def _already() -> Refused:
    return Refused(_("Meddelandet har redan skickats igen."), code="again")
