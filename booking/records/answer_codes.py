"""Short codes with which a message by SMS can be answered: "JA K74".

A number may belong to several carers, and a carer may have several things to answer, so a code is unique among all
that have lately been sent to one number. It says which thing of which carer is answered; whether that can still be
answered is for the thing itself to say. A code is kept for a while after it is of use, so that a late answer is known
for what it is and never taken for the answer to something else.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain

# Neither letters nor digits that look alike, no vowels, and none with which a word for yes or no begins or ends.
LETTERS, DIGITS = "CFKMPRTWX", "2346789"
OFFER, SESSION = "offer", "session"
LATE = timedelta(days=14)
USUAL_DIGITS = 2  # Some hundred codes: few to type, and too many to guess in the few tries there are.
TRIES_EACH = 20


class AnswerCode(Base):
    """One code at one number (`number_hash` is its keyed hash). `thing_id` is of the kind's own noun."""

    __tablename__ = "answer_codes"
    __table_args__ = (
        UniqueConstraint("number_hash", "code"),
        UniqueConstraint("carer_id", "kind", "thing_id"),
        Index("ix_answer_codes_until", "until"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    number_hash: Mapped[str] = personal(String(64))
    code: Mapped[str] = plain(String(8))
    carer_id: Mapped[int] = plain(ForeignKey("carers.id"))
    kind: Mapped[str] = plain(String(10))
    thing_id: Mapped[int] = plain()
    made_at: Mapped[datetime] = plain()
    until: Mapped[datetime] = plain()

    def is_of_use(self, now: datetime) -> bool:
        """True while what it is for can be expected to be open."""
        return now < self.until - LATE


def make(
    db: Session, carer_id: int, kind: str, thing_id: int, *, number_hash: str, now: datetime, until: datetime
) -> str:
    """The code with which the carer answers the thing from that number until then; the same one when there is one."""
    mine = AnswerCode.carer_id == carer_id, AnswerCode.kind == kind, AnswerCode.thing_id == thing_id
    known = db.scalars(select(AnswerCode).where(*mine)).first()
    if known is not None and known.number_hash == number_hash:
        known.until = max(known.until, until + LATE)
        return known.code
    # Another number now: what was sent to the old one answers nothing any more.
    db.execute(delete(AnswerCode).where(*mine))
    db.execute(delete(AnswerCode).where(AnswerCode.number_hash == number_hash, AnswerCode.until <= now))
    for number in range(2 * TRIES_EACH):
        code = _drawn(digits=USUAL_DIGITS + number // TRIES_EACH)
        row = AnswerCode(number_hash=number_hash, code=code, carer_id=carer_id, kind=kind)
        row.thing_id, row.made_at, row.until = thing_id, now, until + LATE
        try:
            with db.begin_nested():
                db.add(row)
        except IntegrityError:
            continue  # That one is out already, or somebody draws it at this moment.
        return row.code
    raise RuntimeError("no code is free")


def find(db: Session, number_hash: str, code: str) -> AnswerCode | None:
    """What the code stands for at that number, whether it can still be answered or not."""
    return db.scalars(select(AnswerCode).where(AnswerCode.number_hash == number_hash, AnswerCode.code == code)).first()


def find_for(db: Session, carer_id: int, kind: str, thing_id: int) -> str | None:
    """The code with which the carer answers that thing, if they have been given one."""
    mine = AnswerCode.carer_id == carer_id, AnswerCode.kind == kind, AnswerCode.thing_id == thing_id
    return db.scalars(select(AnswerCode.code).where(*mine)).first()


def list_at(db: Session, number_hash: str) -> list[AnswerCode]:
    """Every code that the number has been sent lately, the newest first."""
    query = select(AnswerCode).where(AnswerCode.number_hash == number_hash)
    return list(db.scalars(query.order_by(AnswerCode.id.desc())))


def forget(db: Session, *, now: datetime) -> None:
    """Remove the codes that nobody can mean any more. A job calls it."""
    db.execute(delete(AnswerCode).where(AnswerCode.until <= now))


def _drawn(*, digits: int) -> str:
    return secrets.choice(LETTERS) + "".join(secrets.choice(DIGITS) for _ in range(digits))
