"""Writing a letter to a carer about a group. Every letter looks again, when it is sent, whether it still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.course import calendars
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.writing import Answers, Matter, Sender, unreachable, write_matter

__all__ = ["Answers", "Look", "Matter", "Sender", "Values", "compose"]

Values = dict[str, Any]
Look = Callable[[Session, Message, Carer, datetime], Values | Matter | Dropped]
"""What a letter says as values alone, or as a Matter when it has files or leads elsewhere than to my page."""


def compose(sender: Sender, kind: str, look: Look, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """The letter to a carer, or why it is no longer to be sent."""
    carer = db.get_one(Carer, message.carer_id)
    if (gone := unreachable(message, carer)) is not None:
        return gone
    found = look(db, message, carer, now)
    if isinstance(found, Dropped):
        return found
    matter = found if isinstance(found, Matter) else Matter(found)
    matter = replace(matter, attachments=calendars.enclosed(db, sender, message, carer, now))
    return write_matter(db, sender, kind, message, carer, now, matter)
