"""The mapped class: places in one group for one registration, its states and its queries."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, relationship, selectinload

from booking.base.db import Base, identity, personal, plain, states
from booking.base.secrecy import EncryptedText
from booking.catalogue.groups import Group
from booking.people.registrations import Registration

LIVE = "state IN ('held', 'taken')"


class PlacementState(enum.Enum):
    """The life of a placement. Held and taken count; the others are history."""

    HELD = "held"  # An open offer holds it.
    TAKEN = "taken"  # The family has it.
    DECLINED = "declined"  # The family said no to the offer.
    LAPSED = "lapsed"  # The offer was not answered in time, or was taken back.
    LEFT = "left"  # The family gave the place back.
    MOVED = "moved"  # The family got another place instead.
    CANCELLED = "cancelled"  # The group was cancelled.
    COMPLETED = "completed"  # The group has ended.


COUNTING = (PlacementState.HELD, PlacementState.TAKEN)


class Source(enum.Enum):
    """Which path took the place."""

    OFFER = "offer"  # An offer from an allocation run, or by hand.
    WEB = "web"  # The family took a free place at once.
    INVITATION = "invitation"  # The family was the first to answer an open invitation.
    STAFF = "staff"  # A coordinator placed the family.
    WALK_IN = "walk_in"  # Came to the meeting without being on the list.


class Placement(Base):
    """`seats` places in one group for one registration. Family and programme are repeated for the unique index.

    `taken_back_at` is set when the city took the offer back: the family never said no to this group.
    """

    __tablename__ = "placements"
    __table_args__ = (
        CheckConstraint("seats BETWEEN 1 AND 2", name="seats"),
        Index(
            "uq_placements_live",
            "family_id",
            "programme_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index("ix_placements_group", "group_id", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), index=True)
    family_id: Mapped[int] = plain(ForeignKey("families.id"))
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    group_id: Mapped[int] = plain(ForeignKey("groups.id"))
    seats: Mapped[int] = plain()
    resident: Mapped[bool] = plain()
    state: Mapped[PlacementState] = plain(states(PlacementState))
    source: Mapped[Source] = plain(states(Source))
    made_at: Mapped[datetime] = plain()
    ended_at: Mapped[datetime | None] = plain()
    taken_back_at: Mapped[datetime | None] = plain()
    override: Mapped[str | None] = personal(EncryptedText)
    registration: Mapped[Registration] = relationship()
    group: Mapped[Group] = relationship()


def find_live(db: Session, registration_id: int) -> Placement | None:
    """The registration's held or taken place."""
    query = select(Placement).where(Placement.registration_id == registration_id, Placement.state.in_(COUNTING))
    return db.scalars(query).first()


def list_taken(db: Session, group_id: int) -> list[Placement]:
    """The families who have a place in the group, in the order they got it."""
    query = select(Placement).where(Placement.group_id == group_id, Placement.state == PlacementState.TAKEN)
    query = query.options(selectinload(Placement.registration))
    return list(db.scalars(query.order_by(Placement.made_at, Placement.id)))
