"""Programmes: what is offered, for whom, how often and how long. A programme is data: a city adds its own."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, plain, states
from booking.base.errors import NotFound
from booking.base.texts import DEFAULT, language


class Counts(enum.Enum):
    """What takes a place."""

    PERSONS = "persons"  # Each adult takes a place.
    FAMILIES = "families"  # A family takes one place, whether one or two adults come.


class Programme(Base):
    """One programme, such as ABC or Komet 3–11. Ages are whole years, both ends included."""

    __tablename__ = "programmes"
    __table_args__ = (
        CheckConstraint("age_from >= 0 AND age_to >= age_from", name="ages"),
        CheckConstraint("minimum BETWEEN 1 AND capacity", name="sizes"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    code: Mapped[str] = plain(String(40), unique=True)
    age_from: Mapped[int] = plain()
    age_to: Mapped[int] = plain()
    sessions: Mapped[int] = plain()
    session_minutes: Mapped[int] = plain()
    days_between: Mapped[int] = plain(default=7)
    minimum: Mapped[int] = plain()
    capacity: Mapped[int] = plain()
    counts: Mapped[Counts] = plain(states(Counts))
    leaders_needed: Mapped[int] = plain(default=2)
    children_come: Mapped[bool] = plain(default=False)
    easy_swedish: Mapped[bool] = plain(default=False)
    most_languages: Mapped[int] = plain(default=2)
    next_id: Mapped[int | None] = plain(ForeignKey("programmes.id"))
    active: Mapped[bool] = plain(default=True)
    version: Mapped[int] = plain(default=1)
    texts: Mapped[list[ProgrammeText]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    def suits(self, birth_year: int, day: date) -> bool:
        """True when a child born that year may be of the right age: only the year is known, so either age counts."""
        oldest = day.year - birth_year
        return self.age_from <= oldest and oldest - 1 <= self.age_to

    def seats(self, adults: int) -> int:
        """How many places that many adults of one family take."""
        return adults if self.counts is Counts.PERSONS else 1

    @property
    def text(self) -> ProgrammeText:
        """The description in the language in use, else in Swedish."""
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language()) or by_language[DEFAULT]

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return self.text.name


class ProgrammeText(Base):
    """A programme described in one language."""

    __tablename__ = "programme_texts"

    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"), primary_key=True)
    language: Mapped[str] = plain(String(8), primary_key=True)
    name: Mapped[str] = plain(String(80))
    for_whom: Mapped[str] = plain(String(300))
    about: Mapped[str] = plain(String(2000))


def list_active(db: Session) -> list[Programme]:
    """Every programme open for registration, by the child's age."""
    return list(db.scalars(select(Programme).where(Programme.active).order_by(Programme.age_from, Programme.code)))


def get_by_code(db: Session, code: str) -> Programme:
    """The programme with this code. Raises NotFound."""
    found = db.scalars(select(Programme).where(Programme.code == code)).first()
    if found is None:
        raise NotFound
    return found


def suited(programmes: list[Programme], birth_years: list[int], day: date) -> list[Programme]:
    """Those programmes that suit at least one of the children."""
    return [p for p in programmes if any(p.suits(year, day) for year in birth_years)]
