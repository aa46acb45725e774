"""Steering: staff decide over a family before a run does. A pin gives it a certain group, an exclusion leaves it out.

A steer stands until it is used, lifted, or can no longer hold; it never touches the date of the queue. Both need a
reason, which is kept with it and in the audit log. Runs computed from then on heed it. A proposal already made does not
change, but nothing in it that a steer made or lifted since speaks against is offered.

A pin passes what staff may pass with a reason (a longer wait, the hold for residents, a need, a clash), never what
nobody may: a full group, two who are kept apart, another programme.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.clock import today
from booking.base.db import Base, guarded, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import EncryptedText, new_code
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState, write_line
from booking.places import placements
from booking.places.placements import Hindrance
from booking.records import audit
from booking.records.accounts import Account
from booking.records.audit import Actor

STANDING = "state = 'standing'"


class SteerKind(enum.Enum):
    """What staff decide."""

    PIN = "pin"  # This family gets a place in this group.
    EXCLUDE = "exclude"  # This family is left out of every run.


class SteerState(enum.Enum):
    """The life of a steer."""

    STANDING = "standing"  # Every run heeds it.
    USED = "used"  # The pinned family has been offered its group, or has a place there.
    LIFTED = "lifted"  # Staff took it away again.
    FALLEN = "fallen"  # It could no longer hold; `note` says why.


class Fall(enum.Enum):
    """Why a steer fell by itself; beside the hindrances of a place."""

    LEFT = "left"  # The registration does not wait any more.
    PLACED = "placed"  # The family has an offer or a place in another group.
    SAID_NO = "said_no"  # The family has had this group and said no, or left it.
    BEGUN = "begun"  # The group has begun.


class Refused(_Refused):
    """The steer could not be made or changed."""


class Steer(Base):
    """A standing decision of staff about one registration; `group` is set for a pin alone."""

    __tablename__ = "steers"
    __table_args__ = (
        CheckConstraint("(kind = 'pin') = (group_id IS NOT NULL)", name="whereto"),
        Index(
            "uq_steers_standing",
            "registration_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    kind: Mapped[SteerKind] = plain(states(SteerKind))
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    group_id: Mapped[int | None] = plain(ForeignKey("groups.id"), index=True)
    reason: Mapped[str] = personal(EncryptedText)
    state: Mapped[SteerState] = plain(states(SteerState), default=SteerState.STANDING)
    made_at: Mapped[datetime] = plain()
    made_by_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime | None] = plain()
    note: Mapped[str | None] = plain(String(40))
    registration: Mapped[Registration] = relationship()
    group: Mapped[Group | None] = relationship()
    made_by: Mapped[Account | None] = relationship()


def get_by_code(db: Session, code: str) -> Steer:
    """The steer with this code. Raises NotFound."""
    found = db.scalars(select(Steer).where(Steer.code == code)).first()
    if found is None:
        raise NotFound
    return found


def find_for(db: Session, registration: Registration) -> Steer | None:
    """The standing steer of a registration."""
    query = select(Steer).where(Steer.registration_id == registration.id, Steer.state == SteerState.STANDING)
    return db.scalars(query).first()


def list_standing(db: Session) -> list[Steer]:
    """Every standing steer, the newest first."""
    query = select(Steer).where(Steer.state == SteerState.STANDING)
    return list(db.scalars(query.order_by(Steer.made_at.desc(), Steer.id.desc())))


def list_recent(db: Session, limit: int = 50) -> list[Steer]:
    """The steers that stand no more, the latest settled first: `state` and `note` say what became of them."""
    query = select(Steer).where(Steer.state != SteerState.STANDING)
    return list(db.scalars(query.order_by(Steer.settled_at.desc(), Steer.id.desc()).limit(limit)))


def steers_of(db: Session, registration_ids: Collection[int]) -> dict[int, Steer]:
    """The standing steers by registration id.

    Publishing makes a pinned offer as an override with the pin's reason, and no offer that a steer speaks against.
    """
    query = select(Steer).where(Steer.state == SteerState.STANDING)
    found = db.scalars(query.where(Steer.registration_id.in_(registration_ids)))
    return {steer.registration_id: steer for steer in found}


def left_out() -> Select[int]:
    """The ids of the registrations that staff have left out, as a query."""
    return select(Steer.registration_id).where(Steer.state == SteerState.STANDING, Steer.kind == SteerKind.EXCLUDE)


def pin(db: Session, registration: Registration, group: Group, *, reason: str, now: datetime, by: Actor) -> Steer:
    """Decide that a family gets a place in this group, whoever has waited longer.

    Raises Refused when it cannot have one, when it is steered already, or without a reason.
    """
    if group.first_day <= today(now):
        raise Refused(_("Gruppen har redan börjat."), code=Fall.BEGUN.value)
    final = [each for each in placements.hindrances_of(db, registration, group, now=now) if not each.may_be_overridden]
    if final:
        raise Refused(final[0].sentence(), code=final[0].value)
    if group.free - seats_pinned(db, group) < registration.seats:
        raise Refused(_("De lediga platserna i gruppen är redan bestämda för andra."), code=Hindrance.FULL.value)
    return _make(db, SteerKind.PIN, registration, group, reason=reason, now=now, by=by)


def exclude(db: Session, registration: Registration, *, reason: str, now: datetime, by: Actor) -> Steer:
    """Leave a family out of every run until the steer is lifted; it keeps its date. Raises Refused as `pin` does."""
    if registration.state is not RegistrationState.WAITING:
        raise Refused(Hindrance.NOT_WAITING.sentence(), code=Hindrance.NOT_WAITING.value)
    return _make(db, SteerKind.EXCLUDE, registration, None, reason=reason, now=now, by=by)


def lift(db: Session, steer: Steer, *, now: datetime, by: Actor) -> Steer:
    """Take a steer away: from the next run on the family is weighed like everyone. Raises Refused when settled."""
    return _settle(db, steer, SteerState.LIFTED, now=now, by=by)


def use(db: Session, steer: Steer, *, now: datetime, by: Actor) -> Steer:
    """The pin has done its work: the offer is made."""
    return _settle(db, steer, SteerState.USED, now=now, by=by)


def renew(db: Session, registration_id: int, group_id: int, *, used_at: datetime, now: datetime, by: Actor) -> None:
    """The offer a pin became was undone before anybody knew of it: the pin stands again, as if it had not been used.

    Nothing happens where there was no pin, or where staff have decided something else since.
    """
    query = select(Steer).where(
        Steer.registration_id == registration_id, Steer.group_id == group_id,
        Steer.state == SteerState.USED, Steer.settled_at == used_at,
    )  # fmt: skip
    steer = db.scalars(query).first()
    if steer is None:
        return
    statement = update(Steer).where(Steer.id == steer.id, Steer.state == SteerState.USED)
    try:
        with db.begin_nested():
            db.execute(statement.values(state=SteerState.STANDING, settled_at=None, note=None))
    except IntegrityError:
        return
    db.refresh(steer)
    audit.note(db, "steer standing", steer, now=now, by=by)
    _line(db, steer, now=now)


def end(db: Session, steer: Steer, state: SteerState, *, note: str | None, now: datetime, by: Actor) -> Steer:
    """A run has found the steer used or fallen; `note` is a Fall or a Hindrance. Raises Refused when settled."""
    return _settle(db, steer, state, now=now, by=by, note=note)


def seats_pinned(db: Session, group: Group) -> int:
    """How many places in the group the standing pins take together."""
    query = select(Steer).where(Steer.group_id == group.id, Steer.state == SteerState.STANDING)
    return sum(steer.registration.seats for steer in db.scalars(query))


def _make(
    db: Session, kind: SteerKind, registration: Registration, group: Group | None, *,
    reason: str, now: datetime, by: Actor,
) -> Steer:  # fmt: skip
    if not reason.strip():
        raise Refused(_("Skriv varför."), code="reason")
    steer = Steer(kind=kind, registration_id=registration.id, reason=reason.strip(), made_at=now)
    steer.group_id = group.id if group is not None else None
    steer.made_by_id = by.id if by.kind == "account" else None
    try:
        with db.begin_nested():
            db.add(steer)
    except IntegrityError:
        raise Refused(_("Någon har redan bestämt något om familjen. Ta bort det först."), code="steered") from None
    audit.note(db, "pinned" if kind is SteerKind.PIN else "left out", steer, now=now, by=by, reason=reason)
    _line(db, steer, now=now)
    return steer


def _settle(
    db: Session, steer: Steer, state: SteerState, *, now: datetime, by: Actor, note: str | None = None
) -> Steer:
    statement = update(Steer).where(Steer.id == steer.id, Steer.state == SteerState.STANDING)
    refusal = Refused(_("Det gäller redan inte längre."), code="settled")
    guarded(db, statement.values(state=state, settled_at=now, note=note), refusal)
    db.refresh(steer)
    audit.note(db, f"steer {state.value}", steer, now=now, by=by, reason=note)
    _line(db, steer, now=now)
    return steer


def _line(db: Session, steer: Steer, *, now: datetime) -> None:
    event = f"{steer.kind.value} {steer.state.value}"
    write_line(db, event, steer.registration, now=now, group_id=steer.group_id, note=steer.note)
