"""Holding: in an emergency staff stop everything, or one channel. What is held stays in the queue; nothing is lost.

A hold stands until it is lifted. Both are in the audit log, with who and why. A message that is already in a provider's
hands is beyond it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, guarded, identity, personal, plain
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import EncryptedText
from booking.base.texts import _
from booking.outbox.messages import Message
from booking.records import audit
from booking.records.audit import Actor

EVERYTHING = "*"


class Refused(_Refused):
    """It is held already, or not any more, or nobody said why."""


class Hold(Base):
    """A stop until it is lifted; `channel` None holds everything.

    `open_key` stands while the hold does, so that the database itself keeps one channel from being held twice.
    """

    __tablename__ = "holds"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    channel: Mapped[str | None] = plain(String(8))
    reason: Mapped[str] = personal(EncryptedText)
    made_at: Mapped[datetime] = plain()
    lifted_at: Mapped[datetime | None] = plain()
    open_key: Mapped[str | None] = plain(String(8), unique=True)

    @property
    def is_standing(self) -> bool:
        """True until it is lifted."""
        return self.lifted_at is None


def standing(db: Session) -> list[Hold]:
    """The holds that stand, the oldest first."""
    return list(db.scalars(select(Hold).where(Hold.open_key.is_not(None)).order_by(Hold.id)))


def get(db: Session, hold_id: int) -> Hold:
    """The hold with this id. Raises NotFound."""
    found = db.get(Hold, hold_id)
    if found is None:
        raise NotFound
    return found


def is_held(channel: str, holds: list[Hold]) -> bool:
    """True when one of these holds stops the channel."""
    return any(hold.is_standing and hold.channel in (None, channel) for hold in holds)


def held() -> ColumnElement[bool]:
    """For a query on messages: a hold stands that stops the message's channel."""
    stops = or_(Hold.channel.is_(None), Hold.channel == Message.channel)
    return select(Hold.id).where(Hold.open_key.is_not(None), stops).correlate(Message).exists()


def hold(db: Session, channel: str | None, *, reason: str, now: datetime, by: Actor) -> Hold:
    """Stop a channel, or (None) everything, from this moment on. Refused when that is held already."""
    if not reason.strip():
        raise Refused(_("Skriv varför utskicken stoppas."), code="reason")
    made = Hold(channel=channel, reason=reason.strip(), made_at=now, open_key=channel or EVERYTHING)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        raise Refused(_("Utskicken är redan stoppade."), code="held") from None
    audit.note(db, "messages held", made, now=now, by=by, reason=made.reason)
    return made


def lift(db: Session, hold: Hold, *, now: datetime, by: Actor) -> Hold:
    """Let messages go again. Refused when somebody else has lifted it."""
    still = update(Hold).where(Hold.id == hold.id, Hold.open_key.is_not(None))
    refusal = Refused(_("Någon annan har redan släppt på utskicken."), code="lifted")
    guarded(db, still.values(lifted_at=now, open_key=None), refusal)
    db.refresh(hold)
    audit.note(db, "messages let go", hold, now=now, by=by)
    return hold
