"""Families: one carer plus whoever that carer invited and who accepted; the children by birth year alone.

A shared phone, e-mail or child never merges two families and reveals neither to the other.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, personal, plain, states
from booking.base.secrecy import EncryptedText, lookup, new_code
from booking.records.audit import Actor


class Gender(enum.Enum):
    """For the equality statistics; freely given."""

    WOMAN = "woman"  # Kvinna.
    MAN = "man"  # Man.
    OTHER = "other"  # Annat.
    UNSAID = "unsaid"  # Vill inte uppge.


class CarerState(enum.Enum):
    """Where a carer stands in the family."""

    FIRST = "first"  # Registered the family.
    INVITED = "invited"  # Was asked along and has not answered.
    JOINED = "joined"  # Said yes.
    LEFT = "left"  # Said no, or left.


class Family(Base):
    """A household that has asked for something."""

    __tablename__ = "families"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    home_district_id: Mapped[int] = personal(ForeignKey("districts.id"), index=True)
    protected: Mapped[bool] = personal(default=False)
    discreet: Mapped[bool] = personal(default=False)
    created_at: Mapped[datetime] = plain()
    erased_at: Mapped[datetime | None] = plain()
    version: Mapped[int] = plain(default=1)
    carers: Mapped[list[Carer]] = relationship(back_populates="family", order_by="Carer.id", lazy="selectin")
    children: Mapped[list[Child]] = relationship(order_by="Child.birth_year", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    @property
    def first_carer(self) -> Carer:
        """The carer who registered."""
        return self.carers[0]


class Carer(Base):
    """An adult: a name, a mobile or an e-mail or both, and a language. Contacts count once confirmed."""

    __tablename__ = "carers"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = personal(String(16), unique=True, default=new_code)
    family_id: Mapped[int] = plain(ForeignKey("families.id"), index=True)
    state: Mapped[CarerState] = plain(states(CarerState), default=CarerState.FIRST)
    name: Mapped[str | None] = personal(EncryptedText)
    mobile: Mapped[str | None] = personal(EncryptedText)
    mobile_hash: Mapped[str | None] = personal(String(64), index=True)
    mobile_confirmed_at: Mapped[datetime | None] = plain()
    email: Mapped[str | None] = personal(EncryptedText)
    email_hash: Mapped[str | None] = personal(String(64), index=True)
    email_confirmed_at: Mapped[datetime | None] = plain()
    sms_stopped_at: Mapped[datetime | None] = plain()
    email_stopped_at: Mapped[datetime | None] = plain()
    language: Mapped[str] = personal(String(8), default="sv")
    gender: Mapped[Gender] = personal(states(Gender), default=Gender.UNSAID)
    family: Mapped[Family] = relationship(back_populates="carers")

    @property
    def actor(self) -> Actor:
        """The carer as the one who acts."""
        return Actor("carer", self.id)

    @property
    def channels(self) -> list[str]:
        """The ways this carer is written to: confirmed, and not stopped; "sms", "email", both or none."""
        stopped = {"sms": self.sms_stopped_at, "email": self.email_stopped_at}
        return [channel for channel in self.confirmed if stopped[channel] is None]

    @property
    def confirmed(self) -> list[str]:
        """The ways that are confirmed to reach this carer, whether they want to be written to or not."""
        sms, mail = self.mobile and self.mobile_confirmed_at, self.email and self.email_confirmed_at
        return [channel for channel, usable in (("sms", sms), ("email", mail)) if usable]


class NameToken(Base):
    """A keyed hash of one word of a carer's name: staff find exact words, and the name is readable to nobody."""

    __tablename__ = "name_tokens"
    __table_args__ = (Index("ix_name_tokens_token", "token_hash"),)

    carer_id: Mapped[int] = plain(ForeignKey("carers.id"), primary_key=True)
    token_hash: Mapped[str] = personal(String(64), primary_key=True)


class Child(Base):
    """A child, known by birth year alone."""

    __tablename__ = "children"
    __table_args__ = (CheckConstraint("birth_year BETWEEN 1990 AND 2100", name="year"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    family_id: Mapped[int] = plain(ForeignKey("families.id"), index=True)
    birth_year: Mapped[int] = personal()


class ContactCheck(Base):
    """A code sent to a mobile or e-mail, to be typed in by whoever holds it."""

    __tablename__ = "contact_checks"
    __table_args__ = (UniqueConstraint("carer_id", "channel", "made_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    carer_id: Mapped[int] = plain(ForeignKey("carers.id"), index=True)
    channel: Mapped[str] = plain(String(8))
    code: Mapped[str] = personal(EncryptedText)
    made_at: Mapped[datetime] = plain()
    expires_at: Mapped[datetime] = plain()
    tries: Mapped[int] = plain(default=0)
    used_at: Mapped[datetime | None] = plain()


def set_name(db: Session, carer: Carer, name: str) -> None:
    """Give a carer a name and make its words findable."""
    carer.name = " ".join(name.split())
    db.flush()
    for word in {lookup(word.casefold()) for word in carer.name.split()}:
        db.merge(NameToken(carer_id=carer.id, token_hash=word))


def set_mobile(carer: Carer, number: str) -> None:
    """Give a carer a mobile (E.164); it must be confirmed anew."""
    carer.mobile, carer.mobile_hash, carer.mobile_confirmed_at = number, lookup(number), None


def set_email(carer: Carer, address: str) -> None:
    """Give a carer an e-mail address; it must be confirmed anew."""
    carer.email, carer.email_hash, carer.email_confirmed_at = address, lookup(address.casefold()), None


def confirmed_with(db: Session, *, mobile: str | None = None, email: str | None = None) -> list[Carer]:
    """Carers who have confirmed exactly this mobile or address."""
    query = select(Carer)
    if mobile is not None:
        query = query.where(Carer.mobile_hash == lookup(mobile), Carer.mobile_confirmed_at.is_not(None))
    if email is not None:
        query = query.where(Carer.email_hash == lookup(email.casefold()), Carer.email_confirmed_at.is_not(None))
    return list(db.scalars(query.order_by(Carer.id))) if mobile or email else []
