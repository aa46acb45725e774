"""Alarms: what staff must look at, because the system cannot or must not go on by itself.

An alarm is about one thing (`thing_kind` is its table, `thing_id` its row), for the coordinators of one district or
for the centre. Nobody is named in it. `open_key` stands while it is open, so that the database itself keeps the same
alarm from being open twice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, guarded, identity, plain
from booking.base.errors import Refused
from booking.base.texts import _
from booking.records.audit import Actor, note


class Alarm(Base):
    """One thing to look at. `values` are the figures of its sentence; they identify nobody."""

    __tablename__ = "alarms"
    __table_args__ = (Index("ix_alarms_thing", "thing_kind", "thing_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    kind: Mapped[str] = plain(String(40))
    thing_kind: Mapped[str] = plain(String(40))
    thing_id: Mapped[int] = plain()
    district_id: Mapped[int | None] = plain(ForeignKey("districts.id"), index=True)
    raised_at: Mapped[datetime] = plain()
    settled_at: Mapped[datetime | None] = plain()
    open_key: Mapped[str | None] = plain(String(120), unique=True)
    values: Mapped[dict[str, Any]] = plain(default=dict)

    @property
    def is_open(self) -> bool:
        """True until the cause is gone or staff have said that it is seen to."""
        return self.settled_at is None


def find_open(
    db: Session, kind: str, *, thing_kind: str, thing_id: int, district_id: int | None = None
) -> Alarm | None:
    """The alarm of this kind that is open about the thing, for the district or (None) for the centre."""
    key = _key(kind, thing_kind, thing_id, district_id)
    return db.scalars(select(Alarm).where(Alarm.open_key == key)).first()


def list_open(db: Session, district_ids: Collection[int] | None) -> list[Alarm]:
    """The open alarms of these districts, the newest first; None stands for all of them, the centre's own too."""
    query = select(Alarm).where(Alarm.settled_at.is_(None)).order_by(Alarm.raised_at.desc(), Alarm.id.desc())
    return list(db.scalars(query if district_ids is None else query.where(Alarm.district_id.in_(district_ids))))


def list_about(db: Session, *, thing_kind: str, thing_id: int) -> list[Alarm]:
    """The open alarms about one thing, the oldest first."""
    about = Alarm.thing_kind == thing_kind, Alarm.thing_id == thing_id, Alarm.settled_at.is_(None)
    return list(db.scalars(select(Alarm).where(*about).order_by(Alarm.id)))


def sound(
    db: Session,
    kind: str,
    *,
    thing_kind: str,
    thing_id: int,
    district_id: int | None = None,
    now: datetime,
    **values: Any,
) -> Alarm:
    """Raise an alarm; the one that is open about the same thing already gets the new figures instead."""
    about = {"thing_kind": thing_kind, "thing_id": thing_id, "district_id": district_id}
    alarm = Alarm(kind=kind, **about, raised_at=now, values=values)
    alarm.open_key = _key(kind, thing_kind, thing_id, district_id)
    known = find_open(db, kind, thing_kind=thing_kind, thing_id=thing_id, district_id=district_id)
    try:
        if known is None:
            with db.begin_nested():
                db.add(alarm)
            return alarm
    except IntegrityError:  # Another worker was first.
        known = find_open(db, kind, thing_kind=thing_kind, thing_id=thing_id, district_id=district_id)
    if known is None:  # ... and somebody has settled it since: then it has been seen to.
        return alarm
    if known.values != values:
        known.values = values
        db.flush()
    return known


def settle(db: Session, kind: str, *, thing_kind: str, thing_id: int, now: datetime) -> None:
    """The cause is gone: the alarms of this kind about the thing are settled, in every district."""
    about = Alarm.kind == kind, Alarm.thing_kind == thing_kind, Alarm.thing_id == thing_id
    still = update(Alarm).where(*about, Alarm.settled_at.is_(None))
    db.execute(still.values(settled_at=now, open_key=None))


def see_to(db: Session, alarm: Alarm, *, now: datetime, by: Actor) -> Alarm:
    """Staff say that they have seen to it. Refused when it is settled already."""
    still = update(Alarm).where(Alarm.id == alarm.id, Alarm.settled_at.is_(None))
    refusal = Refused(_("Någon annan har redan tagit hand om det."), code="settled")
    guarded(db, still.values(settled_at=now, open_key=None), refusal)
    db.refresh(alarm)
    note(db, "alarm settled", alarm, now=now, by=by)
    return alarm


def _key(kind: str, thing_kind: str, thing_id: int, district_id: int | None) -> str:
    return f"{kind}/{thing_kind}/{thing_id}/{district_id or 'centre'}"
