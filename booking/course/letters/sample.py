"""What a reminder would say, to be shown to staff: with the group's real values, and to nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from booking.base.texts import DEFAULT
from booking.catalogue.sessions import GroupSession
from booking.course.letters import meetings
from booking.outbox import wording
from booking.outbox.wording import edited

LINK = "https://…"


@dataclass(frozen=True, slots=True)
class _Somebody:
    """An addressee who reads Swedish."""

    language: str = DEFAULT
    mobile: str = "-"
    email: str = "-"


def reminder(db: Session, session: GroupSession, *, city: str, phone: str) -> str:
    """The SMS of the day before, in Swedish, with the words that staff have written if they have."""
    group, somebody = session.group, _Somebody()
    bring, leaders = meetings.beside(db, group, somebody.language, "sms")
    count = meetings.expected(db, session)
    values = {"session": session, "group": group, "days": 1, "bring": bring, "leaders": leaders, "answer": None}
    values |= {"count": count if count >= meetings.FEW else None, "link": LINK, "city": city, "phone": phone}
    words = edited.words_for(db, "reminder", "sms", somebody.language)
    return wording.letter("reminder", "sms", somebody, "", words=words, **values).text
