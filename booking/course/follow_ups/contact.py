"""That somebody was in touch with a family which had stayed away: the day and how. No word of what was said."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base import texts
from booking.base.clock import today
from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue.sessions import GroupSession
from booking.places.placements import Placement, write_line
from booking.records import alarms, audit
from booking.records.audit import Actor

STAYED_AWAY_TWICE = "stayed_away_twice"
SHOWN = timedelta(days=60)


class ContactKind(enum.Enum):
    """How somebody was in touch."""

    CALLED = "called"  # By phone.
    MET = "met"  # Face to face.
    MESSAGE = "message"  # By a message of their own.


class Refused(_Refused):
    """Nothing was noted; the code is the field that is wrong."""


class Contact(Base):
    """Somebody was in touch about a meeting and all that were missed before it."""

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("placement_id", "session_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    placement_id: Mapped[int] = plain(ForeignKey("placements.id"))
    session_id: Mapped[int] = plain(ForeignKey("group_sessions.id"))
    kind: Mapped[ContactKind] = personal(states(ContactKind))
    day: Mapped[date] = personal()
    noted_at: Mapped[datetime] = plain()
    account_id: Mapped[int] = plain(ForeignKey("accounts.id"))


def list_noted(db: Session, placement: Placement) -> Sequence[Contact]:
    """Every contact noted with the family in this group, the newest first."""
    query = select(Contact).where(Contact.placement_id == placement.id)
    return db.scalars(query.order_by(Contact.day.desc(), Contact.id.desc())).all()


def note(
    db: Session, placement: Placement, about: GroupSession, kind: ContactKind, day: date, *, now: datetime, by: Actor
) -> Contact:
    """Somebody was in touch that day about the latest meeting the family missed. Noting it twice is harmless."""
    missed_on = today(about.starts_at)
    if not missed_on <= day <= today(now):
        said = _("Skriv en dag från %(first)s till i dag.", first=texts.full_day(missed_on))
        raise Refused(said, code="day")
    made = Contact(placement_id=placement.id, session_id=about.id, kind=kind, day=day, noted_at=now)
    made.account_id = by.id or 0
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:  # A second click, or a colleague was first: what is noted is noted.
        same = Contact.placement_id == placement.id, Contact.session_id == about.id
        return db.scalars(select(Contact).where(*same)).one()
    audit.note(db, "contact noted", made, now=now, by=by)
    write_line(db, "contact noted", placement, now=now, meeting=about.id, kind=kind.value)
    alarms.settle(db, STAYED_AWAY_TWICE, thing_kind=Placement.__tablename__, thing_id=placement.id, now=now)
    return made
