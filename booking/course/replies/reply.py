"""The mapped class: one SMS that somebody has answered with, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.secrecy import EncryptedText

KEPT, DAY = timedelta(days=90), timedelta(days=1)
GUESS = "guess"  # Instead of a kind: the code that stood in the SMS was never sent to its number.


class ReplyState(enum.Enum):
    """What became of an SMS."""

    ACCEPTED = "accepted"  # Took the offered place.
    DECLINED = "declined"  # Said no to it.
    COMING = "coming"  # Comes to the meeting after all, or said so once more.
    AWAY = "away"  # Cannot come to the meeting.
    SAME = "same"  # Said what had been said already.
    CLOSED = "closed"  # Can no longer be answered so: too late, taken back, or answered otherwise.
    STOPPED = "stopped"  # Wants no more SMS.
    STARTED = "started"  # Wants SMS again.
    HELPED = "helped"  # Asked for help.
    UNCLEAR = "unclear"  # Nobody can tell by machine what is meant: a link is sent, and staff ring.
    IGNORED = "ignored"  # More of them in a day than a person writes, or nothing was left to do.


class Reply(Base):
    """One SMS from a number that some carer has confirmed.

    `provider_id` is the gateway's own name for it, by which a second copy is known. `carer_id` is the one whose code
    stood in it, `kind` and `thing_id` what the code was for; None when there was no such code, or the kind GUESS.
    `answered` says that it led to an SMS in return.
    """

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index("ix_replies_number", "number_hash", "came_at"),
        Index("ix_replies_came_at", "came_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    provider: Mapped[str] = plain(String(20))
    provider_id: Mapped[str] = plain(String(120))
    number_hash: Mapped[str] = personal(String(64))
    number: Mapped[str] = personal(EncryptedText)
    text: Mapped[str] = personal(EncryptedText)
    came_at: Mapped[datetime] = plain()
    state: Mapped[ReplyState] = plain(states(ReplyState), default=ReplyState.UNCLEAR)
    carer_id: Mapped[int | None] = plain(ForeignKey("carers.id"), index=True)
    kind: Mapped[str | None] = plain(String(10))
    thing_id: Mapped[int | None] = plain()
    answered: Mapped[bool] = plain(default=False)


def get(db: Session, reply_id: int) -> Reply:
    """The SMS with this id. Raises NotFound."""
    found = db.get(Reply, reply_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Lately:
    """How many SMS have come from a number, how many of them were answered, unclear, or held a code not sent there."""

    came: int
    answered: int
    unclear: int
    guesses: int


def lately(db: Session, number_hash: str, *, now: datetime) -> Lately:
    """What has come from the number in the last day."""
    query = select(
        func.count(),
        func.count().filter(Reply.answered.is_(True)),
        func.count().filter(Reply.state == ReplyState.UNCLEAR),
        func.count().filter(Reply.kind == GUESS),
    )
    return Lately(*db.execute(query.where(Reply.number_hash == number_hash, Reply.came_at > now - DAY)).one())


def forget(db: Session, *, now: datetime) -> None:
    """Remove what was kept long enough. A job calls it."""
    db.execute(delete(Reply).where(Reply.came_at <= now - KEPT))
