"""Messages that did not arrive, or that nobody can tell of: for staff to see, and to send once more.

Sending again is a new message under the next attempt's key, so that two who press at once send it once. Texts and
addresses are not shown here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.outbox.messages import Message, MessageState
from booking.records import audit
from booking.records.audit import Actor

LATE = timedelta(minutes=10)
TROUBLED = (MessageState.FAILED, MessageState.UNKNOWN)


class Refused(_Refused):
    """The message cannot be sent again."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages wait, wait since long, failed, or nobody can tell of."""

    queued: int
    late: int
    failed: int
    unknown: int

    @property
    def troubled(self) -> int:
        """What needs a hand."""
        return self.failed + self.unknown


def counts(db: Session, *, now: datetime, carer_ids: Select[Any] | None = None) -> Counts:
    """How many there are; `carer_ids` is a query that narrows it to some carers."""
    late = (Message.state == MessageState.QUEUED) & (Message.not_before <= now - LATE)

    def number(*conditions: ColumnElement[bool]) -> int:
        return db.scalar(_those(select(func.count()).select_from(Message), conditions, carer_ids)) or 0

    return Counts(
        queued=number(Message.state == MessageState.QUEUED),
        late=number(late),
        failed=number(Message.state == MessageState.FAILED, ~_tried_again()),
        unknown=number(Message.state == MessageState.UNKNOWN, ~_tried_again()),
    )


def list_in(
    db: Session, state: MessageState, *, carer_ids: Select[Any] | None = None, limit: int = 50, offset: int = 0
) -> list[Message]:
    """The messages in that state, newest first; those that have been sent again are left out."""
    query = _those(select(Message), (Message.state == state, ~_tried_again()), carer_ids)
    return list(db.scalars(query.order_by(Message.id.desc()).limit(limit).offset(offset)))


def get(db: Session, message_id: int) -> Message:
    """The message with this id. Raises NotFound."""
    found = db.get(Message, message_id)
    if found is None:
        raise NotFound
    return found


def send_again(db: Session, message: Message, *, now: datetime, by: Actor) -> Message:
    """Queue it once more. Refused unless it failed or nobody can tell, was not sent again yet, and is still of use."""
    if message.state not in TROUBLED:
        raise Refused(_("Meddelandet behöver inte skickas igen."), code="fine")
    if message.not_after is not None and message.not_after <= now:
        raise Refused(_("Det är för sent: meddelandet gällde något som redan har varit."), code="late")
    stem, attempt = message.key.rsplit("/", 1)
    key = f"{stem}/{int(attempt) + 1}"
    if db.scalars(select(Message.id).where(Message.key == key)).first() is not None:
        raise Refused(_("Meddelandet har redan skickats igen."), code="again")
    new = Message(key=key, kind=message.kind, thing_id=message.thing_id, carer_id=message.carer_id, made_at=now)
    new.account_id, new.channel, new.version = message.account_id, message.channel, message.version
    new.urgent = message.urgent
    new.not_before, new.not_after = now, message.not_after
    db.add(new)
    db.flush()
    audit.note(db, "message sent again", message, now=now, by=by)
    return new


def _those(
    query: Select[Any], conditions: Collection[ColumnElement[bool]], carer_ids: Select[Any] | None
) -> Select[Any]:
    query = query.where(*conditions)
    return query if carer_ids is None else query.where(Message.carer_id.in_(carer_ids))


def _tried_again() -> ColumnElement[bool]:
    """A later attempt at the same message exists: the same key but for the number at its end."""
    later = aliased(Message)
    stem, same = func.rtrim(Message.key, "0123456789"), func.rtrim(later.key, "0123456789")
    same_message = (later.kind == Message.kind) & (later.thing_id == Message.thing_id) & (stem == same)
    return select(later.id).where(same_message, later.id > Message.id).exists()
