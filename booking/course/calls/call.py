"""The mapped classes: a call to make, the tries at it, and who stands on the list.

A call is about one registration. `open_key` stands while it is open, so that the database itself keeps a family from
standing on the list twice for the same thing.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, relationship, selectinload

from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, write_line


class CallWhy(enum.Enum):
    """Why somebody must phone."""

    NOT_REACHED = "not_reached"  # An offer: its messages failed, or nobody can tell whether they arrived.
    PHONE_ONLY = "phone_only"  # An offer: the family is reached only by phone.
    ANSWER_UNCLEAR = "answer_unclear"  # An SMS answered something that could not be understood.
    RECONFIRM = "reconfirm"  # Asked twice whether it still waits, and did not answer.
    NO_CHANNEL = "no_channel"  # Nothing is left to write to.


class Outcome(enum.Enum):
    """How a call left the list."""

    YES = "yes"  # The family takes the place.
    NO = "no"  # It does not.
    SPOKEN = "spoken"  # Somebody spoke with the family.
    LEFT = "left"  # The family leaves the queue.
    GONE = "gone"  # The reason for the call went away by itself.


class TryResult(enum.Enum):
    """What became of one try."""

    NO_ANSWER = "no_answer"  # Nobody picked up.
    WRONG_NUMBER = "wrong_number"  # Somebody else has the number.
    INTERPRETER = "interpreter"  # An interpreter must be on the line.
    THINKING = "thinking"  # The family was told, and thinks it over.
    SPOKEN = "spoken"  # The family was told, and answered.


OFFERS = frozenset({CallWhy.NOT_REACHED, CallWhy.PHONE_ONLY})


class Refused(_Refused):
    """The call is not on the list any more, or what was said cannot be kept."""


class Call(Base):
    """A family to phone. `thing_kind` is the table and `thing_id` the row it is about; `carer` whom, if it matters.

    `call_from` is when to try (again). `interpreter` says that the next who calls brings one.
    """

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_thing", "thing_kind", "thing_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    carer_id: Mapped[int | None] = plain(ForeignKey("carers.id"))
    why: Mapped[CallWhy] = plain(states(CallWhy))
    thing_kind: Mapped[str | None] = plain(String(40))
    thing_id: Mapped[int | None] = plain()
    put_at: Mapped[datetime] = plain()
    call_from: Mapped[datetime] = plain()
    interpreter: Mapped[bool] = personal(default=False)
    settled_at: Mapped[datetime | None] = plain(index=True)
    outcome: Mapped[Outcome | None] = plain(states(Outcome))
    open_key: Mapped[str | None] = plain(String(80), unique=True)
    registration: Mapped[Registration] = relationship()
    carer: Mapped[Carer | None] = relationship()
    tries: Mapped[list[CallTry]] = relationship(order_by="CallTry.id", lazy="selectin")

    @property
    def is_open(self) -> bool:
        """True until somebody has spoken with the family, or need not any more."""
        return self.settled_at is None


class CallTry(Base):
    """One try at a call, by somebody who signs in."""

    __tablename__ = "call_tries"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    call_id: Mapped[int] = plain(ForeignKey("calls.id"), index=True)
    at: Mapped[datetime] = plain()
    account_id: Mapped[int] = plain(ForeignKey("accounts.id"))
    result: Mapped[TryResult] = plain(states(TryResult))


def get_by_code(db: Session, code: str) -> Call:
    """The call with this code, open or not. Raises NotFound."""
    found = db.scalars(select(Call).where(Call.code == code)).first()
    if found is None:
        raise NotFound
    return found


def find_open(
    db: Session, registration: Registration, why: CallWhy, *, thing_kind: str | None = None, thing_id: int | None = None
) -> Call | None:
    """The open call to the family for that reason; for an offer, whichever of the two reasons it stands there for."""
    key = _key(registration, why, thing_kind, thing_id)
    return db.scalars(select(Call).where(Call.open_key == key)).first()


def list_open(db: Session, district_ids: Collection[int] | None) -> list[Call]:
    """The open calls to families written under these districts, in the order they came; None stands for all."""
    query = _open(select(Call).options(selectinload(Call.registration)), district_ids)
    return list(db.scalars(query.order_by(Call.put_at, Call.id)))


def count_open(db: Session, district_ids: Collection[int] | None) -> int:
    """How many they are."""
    return db.scalar(_open(select(func.count()).select_from(Call), district_ids)) or 0


def _open(query: Select[Any], district_ids: Collection[int] | None) -> Select[Any]:
    query = query.where(Call.settled_at.is_(None))
    if district_ids is None:
        return query
    homes = select(Registration.id).join(Family, Family.id == Registration.family_id)
    return query.where(Call.registration_id.in_(homes.where(Family.home_district_id.in_(district_ids))))


def put(
    db: Session,
    registration: Registration,
    why: CallWhy,
    *,
    thing_kind: str | None = None,
    thing_id: int | None = None,
    carer_id: int | None = None,
    now: datetime,
) -> Call:
    """Put a family on the list. One that stands there already for the same reason stays, and is about the newer thing.

    Offers are told apart by their id ("offers", its id); every other reason stands once for a registration.
    """
    known = find_open(db, registration, why, thing_kind=thing_kind, thing_id=thing_id)
    if known is None:
        call = Call(registration_id=registration.id, why=why, put_at=now, call_from=now, carer_id=carer_id)
        call.thing_kind, call.thing_id = thing_kind, thing_id
        call.open_key = _key(registration, why, thing_kind, thing_id)
        try:
            with db.begin_nested():
                db.add(call)
        except IntegrityError:  # Another worker was first.
            known = find_open(db, registration, why, thing_kind=thing_kind, thing_id=thing_id)
        else:
            write_line(db, "call wanted", registration, now=now, why=why.value)
        if known is None:  # Ours, or the other one's that somebody has seen to since.
            return call
    known.thing_kind, known.thing_id, known.carer_id = thing_kind, thing_id, carer_id or known.carer_id
    db.flush()
    return known


def settle(
    db: Session,
    registration: Registration,
    *whys: CallWhy,
    thing_id: int | None = None,
    now: datetime,
    outcome: Outcome = Outcome.GONE,
) -> int:
    """Take the family's open calls for these reasons (none named: for any) off the list; how many there were.

    `thing_id` narrows it to what is about that one thing.
    """
    about = update(Call).where(Call.registration_id == registration.id, Call.settled_at.is_(None))
    about = about.where(Call.why.in_(whys)) if whys else about
    about = about if thing_id is None else about.where(Call.thing_id == thing_id)
    done = db.execute(about.values(settled_at=now, outcome=outcome, open_key=None))
    settled = done.rowcount if isinstance(done, CursorResult) else 0
    for _number in range(settled):
        write_line(db, "call settled", registration, now=now, outcome=outcome.value)
    return settled


def _key(registration: Registration, why: CallWhy, thing_kind: str | None, thing_id: int | None) -> str:
    return f"{thing_kind}/{thing_id}" if why in OFFERS else f"{why.value}/{registration.id}"
