"""Where groups meet, and who runs them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from booking.base.db import Base, identity, plain
from booking.base.secrecy import new_code
from booking.catalogue.districts import District


class Venue(Base):
    """A place with an address in one district."""

    __tablename__ = "venues"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(16), unique=True, default=new_code)
    district_id: Mapped[int] = plain(ForeignKey("districts.id"))
    name: Mapped[str] = plain(String(120))
    address: Mapped[str] = plain(String(200))
    directions: Mapped[str] = plain(String(500), default="")
    step_free: Mapped[bool] = plain(default=False)
    version: Mapped[int] = plain(default=1)
    district: Mapped[District] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Organiser(Base):
    """Who runs a group: the district itself, or a parish or association for it."""

    __tablename__ = "organisers"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    name: Mapped[str] = plain(String(120))
    outside: Mapped[bool] = plain(default=False)
