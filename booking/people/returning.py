"""Coming back: a new link to my page for whoever holds a confirmed contact."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.outbox import messages
from booking.outbox.messages import Message
from booking.people.families import Carer, CarerState, confirmed_with

PAUSE = timedelta(minutes=5)


def resend(db: Session, *, mobile: str | None = None, email: str | None = None, now: datetime) -> None:
    """Send a link to whoever has confirmed exactly this contact, and to nobody else.

    Says nothing about whether there was anyone: the page that follows is the same. Also where messages are stopped.
    """
    channel = "sms" if mobile is not None else "email"
    for carer in confirmed_with(db, mobile=mobile, email=email):
        if carer.state is not CarerState.LEFT and channel in carer.confirmed:
            send_link(db, carer, channel, now=now)


def send_link(db: Session, carer: Carer, channel: str, *, now: datetime) -> Message | None:
    """Send a carer a link to their page; None when one was sent within PAUSE."""
    db.execute(select(Carer.id).where(Carer.id == carer.id).with_for_update())
    lately = select(Message.id).where(
        Message.kind == "link", Message.thing_id == carer.id, Message.made_at > now - PAUSE
    )
    if db.scalars(lately.limit(1)).first() is not None:
        return None
    return messages.queue(db, "link", carer.id, carer.id, channel, now=now, version=int(now.timestamp()))
