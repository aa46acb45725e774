"""The yearly question, one for each registration: asked, asked again, on the call list, answered."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, plain, states
from booking.course.waiting_news.signs import last_sign
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState

OPEN = "ended_at IS NULL"


class QuestionState(enum.Enum):
    """How far a question has come."""

    ASKED = "asked"  # Asked once.
    AGAIN = "again"  # Asked a second time, in another way where there is one.
    CALLING = "calling"  # Staff phone; nothing happens by itself any more.
    ANSWERED = "answered"  # The family did something: it is still there.
    OVER = "over"  # It does not wait any more.


class Question(Base):
    """Whether a family still wants what it waits for. `tried_at` is when it was last asked or put on the call list."""

    __tablename__ = "still_wanted"
    __table_args__ = (
        Index(
            "uq_still_wanted_open",
            "registration_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"))
    state: Mapped[QuestionState] = plain(states(QuestionState), default=QuestionState.ASKED)
    asked_at: Mapped[datetime] = plain()
    tried_at: Mapped[datetime] = plain()
    ended_at: Mapped[datetime | None] = plain()
    registration: Mapped[Registration] = relationship()


def list_open(db: Session, family_id: int) -> list[Question]:
    """The family's questions that have not ended, the oldest first."""
    query = select(Question).join(Registration, Registration.id == Question.registration_id)
    query = query.where(Registration.family_id == family_id, Question.ended_at.is_(None))
    return list(db.scalars(query.order_by(Question.id)))


def unanswered(db: Session, family_id: int) -> list[Question]:
    """Those of them that nothing the family has done since has answered, though nobody may have noted it yet."""
    found = [each for each in list_open(db, family_id) if each.registration.state is RegistrationState.WAITING]
    sign = last_sign(db, family_id) if found else None
    return [each for each in found if sign is None or sign <= each.asked_at]


def list_to_answer(db: Session, carer: Carer) -> list[Question]:
    """The questions that this carer can answer now."""
    return [each for each in unanswered(db, carer.family_id) if carer in each.registration.carers]
