"""The mapped class: an offer, its states and its queries."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, personal, plain, states
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_code
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places.placements import Placement


class OfferState(enum.Enum):
    """The life of an offer."""

    OPEN = "open"  # Waits for an answer.
    ACCEPTED = "accepted"  # The family took the place.
    DECLINED = "declined"  # The family said no.
    EXPIRED = "expired"  # Nobody answered in time.
    WITHDRAWN = "withdrawn"  # Taken back, by staff or because the family left or the group was cancelled.


class Refused(_Refused):
    """The offer could not be made or answered."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a family is offered this: a code of the allocation's reasons, with its values (JSON)."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Offer(Base):
    """A place in one group, kept for one registration until `reply_by`.

    Before `told_from` nobody is told, not even on the family's own page, and it can be undone; None is from when it
    was made. `handed_at` is when its first message was handed over, `delivered_at` when the first one arrived,
    `spoken_at` when somebody spoke with the family. `remind_at` is when a reminder is due, None when none is (any
    more).
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "family_id",
            "programme_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_offers_due", "state", "reply_by"),
        Index("ix_offers_remind", "state", "remind_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    placement_id: Mapped[int] = plain(ForeignKey("placements.id"), unique=True)
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    family_id: Mapped[int] = plain(ForeignKey("families.id"))
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    group_id: Mapped[int] = plain(ForeignKey("groups.id"), index=True)
    run_id: Mapped[int | None] = plain(ForeignKey("allocation_runs.id"))
    state: Mapped[OfferState] = plain(states(OfferState), default=OfferState.OPEN)
    made_at: Mapped[datetime] = plain()
    reply_by: Mapped[datetime] = plain()
    told_from: Mapped[datetime | None] = plain()
    handed_at: Mapped[datetime | None] = plain()
    delivered_at: Mapped[datetime | None] = plain()
    spoken_at: Mapped[datetime | None] = plain()
    remind_at: Mapped[datetime | None] = plain()
    answered_at: Mapped[datetime | None] = plain()
    reason_code: Mapped[str] = plain(String(40))
    reason_values: Mapped[dict[str, Any]] = personal(default=dict)
    placement: Mapped[Placement] = relationship()
    registration: Mapped[Registration] = relationship()
    group: Mapped[Group] = relationship()

    def is_open(self, now: datetime) -> bool:
        """True while it can be answered: it may be told, and its time is not out."""
        return self.state is OfferState.OPEN and (self.told_from or self.made_at) <= now < self.reply_by


def find_open(db: Session, registration_id: int) -> Offer | None:
    """The registration's open offer, its time out or not."""
    query = select(Offer).where(Offer.registration_id == registration_id, Offer.state == OfferState.OPEN)
    return db.scalars(query).first()


def get_by_code(db: Session, code: str) -> Offer:
    """The offer with this code. Raises NotFound."""
    found = db.scalars(select(Offer).where(Offer.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_due(db: Session, *, now: datetime, limit: int = 100) -> list[Offer]:
    """Open offers whose time is out, oldest first."""
    query = select(Offer).where(Offer.state == OfferState.OPEN, Offer.reply_by <= now)
    return list(db.scalars(query.order_by(Offer.reply_by).limit(limit)))


def sent_since(db: Session, since: datetime) -> Counter[int]:
    """How many offers each family has been made since then, by family id; those taken back do not count."""
    query = select(Offer.family_id, func.count()).where(Offer.made_at > since, Offer.state != OfferState.WITHDRAWN)
    return Counter(dict(db.execute(query.group_by(Offer.family_id)).all()))


def shown(now: datetime) -> ColumnElement[bool]:
    """A condition: the family has, or could have, seen the offer. What was undone in time never was."""
    return Offer.told_from.is_(None) | (Offer.told_from <= func.coalesce(Offer.answered_at, now))
