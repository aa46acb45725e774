"""Messages: written in the transaction that causes them, each under a unique key, and sent afterwards.

The key is `kind/thing/version/carer/channel/attempt`: writing the same message twice is harmless. The text is not
here: it is composed when the message is sent, from what is true then. A message is for a carer or for an account,
never for both; an account's key has an "a" before its number.
"""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain, states
from booking.base.secrecy import EncryptedText
from booking.outbox import kinds


class MessageState(enum.Enum):
    """The life of a message. It only moves forward."""

    QUEUED = "queued"  # Waits for its time, or for a sender.
    SENDING = "sending"  # A sender has it; a crash leaves it here.
    SENT = "sent"  # Handed to the provider.
    DELIVERED = "delivered"  # The provider says it arrived.
    FAILED = "failed"  # Will not arrive.
    UNKNOWN = "unknown"  # Nobody can tell; only staff resend it.
    DROPPED = "dropped"  # The reason for it had gone when its time came.


def reference(key: str) -> str:
    """What the message of that key is called outside: 24 characters, safe in addresses, and they say nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def _own_reference(context: DefaultExecutionContext) -> str:
    return reference(context.get_current_parameters()["key"])  # type: ignore[no-untyped-call]


class Message(Base):
    """One message to one carer or account through one channel. `thing_id` is of the kind's own noun.

    An `urgent` one goes at any hour. `why` says in words why it did not go and `fault` in a short code that many can
    be grouped by. `parts` counts an SMS's parts; `cost` is in 1/10000 of the currency of the provider's account.

    A worker that means to send it has it in hand until `taken_until`, while it is still in the queue: nothing has been
    handed over. From `claimed_at` on it is being handed over. `not_before` moves with each pause; `due_at` is when it
    was due at first, set at the first try. `tries` count against it, `stalls` only say that the provider was down.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("(carer_id IS NULL) <> (account_id IS NULL)", name="recipient"),
        # What is due in a channel, in the order in which it goes; and what else is under way to the same recipient.
        Index("ix_messages_due", "state", "channel", "not_before", "id"),
        Index("ix_messages_to_carer", "carer_id", "channel", "state"),
        Index("ix_messages_to_account", "account_id", "channel", "state"),
        Index("ix_messages_thing", "kind", "thing_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    key: Mapped[str] = plain(String(120), unique=True)
    kind: Mapped[str] = plain(String(30))
    thing_id: Mapped[int] = plain()
    version: Mapped[int] = plain(default=1)
    reference: Mapped[str] = plain(String(24), unique=True, default=_own_reference)
    carer_id: Mapped[int | None] = plain(ForeignKey("carers.id"))
    account_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    channel: Mapped[str] = plain(String(8))
    state: Mapped[MessageState] = plain(states(MessageState), default=MessageState.QUEUED)
    urgent: Mapped[bool] = plain(default=False)
    why: Mapped[str | None] = plain(String(200))
    fault: Mapped[str | None] = plain(String(60))
    made_at: Mapped[datetime] = plain()
    not_before: Mapped[datetime] = plain()
    not_after: Mapped[datetime | None] = plain()
    due_at: Mapped[datetime | None] = plain()
    taken_by: Mapped[str | None] = plain(String(16))
    taken_until: Mapped[datetime | None] = plain()
    claimed_at: Mapped[datetime | None] = plain()
    tries: Mapped[int] = plain(default=0)
    stalls: Mapped[int] = plain(default=0)
    sent_at: Mapped[datetime | None] = plain()
    delivered_at: Mapped[datetime | None] = plain()
    provider: Mapped[str | None] = plain(String(20))
    provider_id: Mapped[str | None] = plain(String(120), index=True)
    parts: Mapped[int | None] = plain()
    cost: Mapped[int | None] = plain()
    answer_code: Mapped[str | None] = plain(String(8))
    body: Mapped[str | None] = personal(EncryptedText)


class DemoMessage(Base):
    """What the demo's senders "sent": the demo's post box, read at /dev/outbox. Empty in production."""

    __tablename__ = "demo_messages"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    at: Mapped[datetime] = plain()
    channel: Mapped[str] = plain(String(8))
    address: Mapped[str] = personal(EncryptedText)
    subject: Mapped[str | None] = personal(EncryptedText)
    body: Mapped[str] = personal(EncryptedText)


def queue(
    db: Session,
    kind: str,
    thing_id: int,
    carer_id: int,
    channel: str,
    *,
    now: datetime,
    version: int = 1,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    urgent: bool = False,
    new: bool = False,
) -> Message | None:
    """Write a message down; None when the same one already is. An `urgent` one, or kind, goes at night too.

    `new` says that the thing has just been made, so that nobody can have written of it.
    """
    message = Message(kind=kind, thing_id=thing_id, carer_id=carer_id, channel=channel, made_at=now)
    message.key = f"{kind}/{thing_id}/{version}/{carer_id}/{channel}/1"
    message.not_before, message.not_after = not_before or now, not_after
    message.version, message.urgent = version, urgent or kinds.is_urgent(kind)
    if new:
        db.add(message)
        return message
    return _add(db, message)


def queue_for_staff(
    db: Session, kind: str, thing_id: int, account_id: int, *, now: datetime, version: int = 1
) -> Message | None:
    """Write an e-mail to somebody who signs in down; None when the same one already is."""
    message = Message(kind=kind, thing_id=thing_id, account_id=account_id, channel="email", made_at=now)
    message.key = f"{kind}/{thing_id}/{version}/a{account_id}/email/1"
    message.not_before, message.version = now, version
    return _add(db, message)


def find_by_reference(db: Session, name: str) -> Message | None:
    """The message that is called so outside."""
    return db.scalars(select(Message).where(Message.reference == name)).first()


def _add(db: Session, message: Message) -> Message | None:
    if db.scalars(select(Message.id).where(Message.key == message.key)).first() is not None:
        return None
    db.add(message)
    db.flush()
    return message
