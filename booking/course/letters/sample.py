"""What a reminder would say the day before a meeting, to be shown to staff: to nobody in particular."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.texts import DEFAULT
from booking.catalogue.sessions import GroupSession
from booking.course.letters import examples, meetings
from booking.outbox.wording import edited
from booking.people.writing import Sender


def reminder(db: Session, sender: Sender, session: GroupSession, *, now: datetime) -> str:
    """The SMS in Swedish, with what the group and its plan say, and the words that staff have written if they have."""
    bring, leaders = meetings.beside(db, session.group, DEFAULT, "sms")
    count = meetings.expected(db, session)
    said = {"bring": bring, "leaders": leaders, "count": count if count >= meetings.FEW else None, "answer": None}
    words = edited.words_for(db, "reminder", "sms", DEFAULT)
    scene = examples.scene(db, sender, session.group, now=now)
    return examples.letter("reminder", "sms", DEFAULT, scene, words, session=session, **said).text
