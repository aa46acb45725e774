"""Registrations: a family asks for a programme, with the districts, weekdays and languages that work.

`waiting_since` is set once, when the family registers, and nothing ever changes it (a trigger in the database sees to
it): not offers, not a no, not silence, not a move.
"""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, personal, plain, states
from booking.base.secrecy import EncryptedJson, new_code
from booking.catalogue.programmes import Programme
from booking.outbox import messages
from booking.people.families import Carer, Child, Family
from booking.records import ledger

UNTOLD = "not told: "
"""What begins the ledger's events about a family that cannot be written to; a kind of message follows."""


class RegistrationState(enum.Enum):
    """The life of a registration."""

    UNCONFIRMED = "unconfirmed"  # Sent, but nobody has confirmed that the contact is theirs.
    WAITING = "waiting"  # In the queue; an offer may be open.
    PLACED = "placed"  # Has a place.
    COMPLETED = "completed"  # The group has ended.
    WITHDRAWN = "withdrawn"  # The family no longer wants it.
    CLOSED = "closed"  # Closed by the system: a double, or never confirmed.


def _lot() -> int:
    return secrets.randbelow(2**31)


class Registration(Base):
    """One family's wish for one programme. `weekdays` 0 is Monday; `interpreter` is a language code or None."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint("adults BETWEEN 1 AND 2", name="adults"),
        Index(
            "uq_registrations_live",
            "family_id",
            "programme_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'placed')"),
            postgresql_where=text("state IN ('waiting', 'placed')"),
        ),
        Index("ix_registrations_queue", "programme_id", "state", "waiting_since"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    subject: Mapped[str] = personal(String(24), unique=True, default=lambda: new_code(20))
    family_id: Mapped[int] = plain(ForeignKey("families.id"), index=True)
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    state: Mapped[RegistrationState] = plain(states(RegistrationState), default=RegistrationState.UNCONFIRMED)
    waiting_since: Mapped[datetime] = plain()
    lot: Mapped[int] = plain(default=_lot)
    adults: Mapped[int] = personal(default=1)
    weekdays: Mapped[list[int]] = personal(default=lambda: list(range(7)))
    languages: Mapped[list[str]] = personal(default=lambda: ["sv"])
    interpreter: Mapped[str | None] = personal(String(8))
    step_free: Mapped[bool] = personal(default=False)
    childcare: Mapped[bool] = personal(default=False)
    online: Mapped[bool] = personal(default=False)
    flexible: Mapped[bool] = personal(default=False)
    short_notice: Mapped[bool] = personal(default=False)
    heard_from: Mapped[str | None] = personal(String(40))
    channel: Mapped[str] = plain(String(10), default="web")
    city_cancelled: Mapped[bool] = plain(default=False)
    paused_at: Mapped[datetime | None] = plain()
    duplicate_of_id: Mapped[int | None] = plain(ForeignKey("registrations.id"))
    closed_at: Mapped[datetime | None] = plain()
    version: Mapped[int] = plain(default=1)
    family: Mapped[Family] = relationship(lazy="joined")
    programme: Mapped[Programme] = relationship(lazy="joined")
    districts: Mapped[list[RegistrationDistrict]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="RegistrationDistrict.rank"
    )
    children: Mapped[list[Child]] = relationship(secondary="registration_children", lazy="selectin")
    carers: Mapped[list[Carer]] = relationship(secondary="registration_carers", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    @property
    def seats(self) -> int:
        """How many places it takes."""
        return self.programme.seats(self.adults)

    @property
    def home_id(self) -> int:
        """The id of the district where the family lives; resolve it through the atlas."""
        return self.family.home_district_id

    @property
    def district_ids(self) -> list[int]:
        """The districts the family can travel to, best first."""
        return [wanted.district_id for wanted in self.districts]


class RegistrationDistrict(Base):
    """A district that works for the family; rank 0 is the best."""

    __tablename__ = "registration_districts"

    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), primary_key=True)
    district_id: Mapped[int] = personal(ForeignKey("districts.id"), primary_key=True)
    rank: Mapped[int] = personal()


class RegistrationChild(Base):
    """A child the registration is about."""

    __tablename__ = "registration_children"

    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), primary_key=True)
    child_id: Mapped[int] = plain(ForeignKey("children.id"), primary_key=True)


class RegistrationCarer(Base):
    """A carer who will come."""

    __tablename__ = "registration_carers"

    registration_id: Mapped[int] = plain(ForeignKey("registrations.id"), primary_key=True)
    carer_id: Mapped[int] = plain(ForeignKey("carers.id"), primary_key=True)


class Apart(Base):
    """Two registrations that must never be in one group; marked by staff, the lower id first."""

    __tablename__ = "registrations_apart"
    __table_args__ = (CheckConstraint("one_id < other_id", name="order"),)

    one_id: Mapped[int] = personal(ForeignKey("registrations.id"), primary_key=True)
    other_id: Mapped[int] = personal(ForeignKey("registrations.id"), primary_key=True)


class Draft(Base):
    """A registration being filled in, kept under the hash of a token in the visitor's cookie until it expires."""

    __tablename__ = "drafts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    token_hash: Mapped[str] = personal(String(64), unique=True)
    answers: Mapped[dict[str, object]] = personal(EncryptedJson)
    expires_at: Mapped[datetime] = plain(index=True)


def write_line(db: Session, event: str, registration: Registration, *, now: datetime, **values: Any) -> None:
    """Put what happened to a registration in the ledger, under its subject; `values` must identify nobody."""
    ledger.write(
        db, event, now=now, subject=registration.subject, programme_id=registration.programme_id,
        district_id=registration.home_id, **values,
    )  # fmt: skip


def tell(
    db: Session,
    registration: Registration,
    kind: str,
    thing_id: int,
    *,
    now: datetime,
    not_before: datetime | None = None,
    new: bool = False,
) -> None:
    """Write a message to each carer who comes, through each confirmed way to reach them; sent from `not_before` on.

    `new` says that the thing it is about has just been made.
    """
    for carer in registration.carers:
        for channel in carer.channels:
            messages.queue(db, kind, thing_id, carer.id, channel, now=now, not_before=not_before, new=new)
    note_untold(db, registration, kind, now=now)


def note_untold(db: Session, registration: Registration, kind: str, *, now: datetime) -> None:
    """Keep in the ledger that there is nobody to write to about something; what matters is told by phone."""
    if not any(carer.channels for carer in registration.carers):
        write_line(db, f"{UNTOLD}{kind}", registration, now=now)
