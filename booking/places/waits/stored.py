"""The curves, worked out once a day and kept, so that a page reads a row or two; and whom they say something to.

We say how long it takes to the first offer. Whoever has had one, rests, or goes first because we cancelled their
group, is not like those the history is about, and is told no range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session

from booking.base.clock import today
from booking.base.db import Base, identity, plain, replace_all
from booking.catalogue.districts import Atlas, atlas
from booking.people.registrations import Registration, RegistrationState
from booking.places.offers import Offer
from booking.places.waits import history
from booking.places.waits.curve import FEWEST, Curve, Wait
from booking.places.waits.history import Key

KEPT = timedelta(hours=20)


class WaitCurve(Base):
    """The curve of one class of families; `curve` holds `days`, `left` and `known` side by side."""

    __tablename__ = "wait_curves"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    key: Mapped[str] = plain(String(40), unique=True)
    programme_id: Mapped[int] = plain(index=True)
    district_id: Mapped[int | None] = plain()
    wide: Mapped[bool | None] = plain()
    curve: Mapped[dict[str, Any]] = plain()
    made_at: Mapped[datetime] = plain()

    @property
    def named(self) -> Key:
        """Whose curve it is."""
        return Key(self.programme_id, self.district_id, self.wide)

    def read(self) -> Curve:
        """The curve, ready to be asked."""
        return Curve(*(tuple(self.curve[name]) for name in Curve.__slots__))


def is_due(db: Session, *, now: datetime) -> bool:
    """True when the curves are a day old, or from a day that has not come yet, or not there."""
    made_at: datetime | None = db.scalar(select(func.max(WaitCurve.made_at)))
    return made_at is None or not made_at <= now < made_at + KEPT


def refresh(db: Session, *, now: datetime) -> int:
    """Work every curve out anew from the ledger; how many are kept."""
    return keep(db, history.curves(history.read(db, now=now), today(now)), now=now)


def keep(db: Session, found: Mapping[Key, Curve], *, now: datetime) -> int:
    """Put these curves in the place of all that were kept, but for those of too few waits; how many they are.

    Of two workers that do it at once, one does nothing: 0.
    """
    rows = [_row(key, made, now) for key, made in sorted(found.items(), key=str) if made.known_after(-1) >= FEWEST]
    return replace_all(db, WaitCurve, rows)


def _row(key: Key, made: Curve, now: datetime) -> dict[str, Any]:
    shares = [round(each, 5) for each in made.left]
    kept = {"days": list(made.days), "left": shares, "known": list(made.known)}
    return {"key": key.text, **key._asdict(), "curve": kept, "made_at": now}


def class_of(programme_id: int, home_id: int, districts: int, weekdays: int, places: Atlas) -> Key:
    """The class of families that wait for this, live there and can go to so many districts on so many weekdays."""
    return Key(programme_id, places.current(home_id).id, history.is_wide(districts, weekdays))


def key_of(registration: Registration, places: Atlas) -> Key:
    """The class of families this one is like."""
    wishes = len(registration.districts), len(registration.weekdays)
    return class_of(registration.programme_id, registration.home_id, *wishes, places)


def expected(db: Session, registration: Registration, *, now: datetime) -> Wait | None:
    """How much longer until the first offer; None when we cannot say, or the family is unlike those we know about."""
    waits = registration.state is RegistrationState.WAITING and registration.paused_at is None
    if not waits or registration.city_cancelled or _offered(db, registration):
        return None
    waited = (today(now) - today(registration.waiting_since)).days
    return for_key(db, key_of(registration, atlas(db)), waited=max(0, waited))


def _offered(db: Session, registration: Registration) -> bool:
    return db.scalars(select(Offer.id).where(Offer.registration_id == registration.id)).first() is not None


def for_key(db: Session, key: Key, *, waited: int = 0) -> Wait | None:
    """How much longer it takes for a family of this class that has waited so many days."""
    wanted = [each.text for each in key.wider()]
    found = _curves(db.scalars(select(WaitCurve).where(WaitCurve.key.in_(wanted))))
    said = history.best(found, key, waited)
    return said[1] if said else None


def typical(db: Session) -> dict[Key, Wait]:
    """How long it takes from the first day on, by programme, and by programme and district; where it can be said."""
    found = _curves(db.scalars(select(WaitCurve).where(WaitCurve.wide.is_(None))))
    waits = {key: made.wait(near=key.district_id is not None) for key, made in found.items()}
    return {key: wait for key, wait in waits.items() if wait is not None}


def _curves(rows: Iterable[WaitCurve]) -> dict[Key, Curve]:
    return {row.named: row.read() for row in rows}


def all_curves(db: Session) -> dict[Key, Curve]:
    """Every curve that is kept."""
    return _curves(db.scalars(select(WaitCurve)))
