"""Changing answers: what works for a family may change while it waits, and never costs the queue date.

Whoever changes something or says that they still want a place has answered: offers that rested go on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.people.registrations import Registration, RegistrationDistrict, RegistrationState
from booking.records import audit, ledger
from booking.records.audit import Actor


class Refused(_Refused):
    """The answers could not be changed."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a waiting family may change: district ids best first, weekdays with 0 for Monday."""

    district_ids: tuple[int, ...]
    weekdays: tuple[int, ...]
    online: bool
    flexible: bool
    short_notice: bool


def wishes(registration: Registration) -> Wishes:
    """The answers as they are."""
    return Wishes(
        district_ids=tuple(registration.district_ids),
        weekdays=tuple(registration.weekdays),
        online=registration.online,
        flexible=registration.flexible,
        short_notice=registration.short_notice,
    )


def change(db: Session, registration: Registration, new: Wishes, *, now: datetime, by: Actor) -> Registration:
    """Keep the new answers. Refused when nothing is left that could fit."""
    if not new.weekdays or not (new.district_ids or new.online):
        raise Refused(_("Välj minst en veckodag och minst en plats som fungerar."), code="nothing_left")
    _go_on(db, registration, now=now, by=by)
    before = wishes(registration)
    names = [name for name in Wishes.__slots__ if getattr(before, name) != getattr(new, name)]
    registration.weekdays, registration.online = list(new.weekdays), new.online
    registration.flexible, registration.short_notice = new.flexible, new.short_notice
    _set_districts(db, registration, new.district_ids)
    changes = {name: (getattr(before, name), getattr(new, name)) for name in names}
    audit.note(db, "answers changed", registration, now=now, by=by, changes=changes)
    return registration


def without(before: Wishes, weekday: int | None, district_ids: Collection[int], *, online: bool) -> Wishes | None:
    """The wishes less a weekday, some districts, meetings online; None when nothing would be left that could fit."""
    new = replace(
        before,
        weekdays=tuple(day for day in before.weekdays if day != weekday),
        district_ids=tuple(each for each in before.district_ids if each not in district_ids),
        online=before.online and not online,
    )
    return new if new.weekdays and (new.district_ids or new.online) else None


def _set_districts(db: Session, registration: Registration, district_ids: tuple[int, ...]) -> None:
    kept = {row.district_id: row for row in registration.districts}
    rows = [kept.get(wanted) or RegistrationDistrict(district_id=wanted) for wanted in district_ids]
    for rank, row in enumerate(rows):
        row.rank = rank
    registration.districts = rows
    db.flush()


def spoken(db: Session, registration: Registration, *, reason: str, now: datetime, by: Actor) -> Registration:
    """Staff have spoken with a family whose offers rest, and it still wants a place. Refused when they do not rest."""
    if registration.paused_at is None:
        raise Refused(_("Familjen får redan erbjudanden."), code="not_resting")
    _go_on(db, registration, now=now, by=by)
    audit.note(db, "spoken with", registration, now=now, by=by, reason=reason)
    return registration


def stay(db: Session, registration: Registration, *, now: datetime, by: Actor) -> Registration:
    """The family says that it still wants a place: it may be offered one again, and is not asked for a year."""
    if not _go_on(db, registration, now=now, by=by):
        _still_wanted(db, registration, now=now, by=by)
    return registration


def _go_on(db: Session, registration: Registration, *, now: datetime, by: Actor) -> bool:
    """Let a family that waits be offered places; True when its offers had rested, which is then noted."""
    paused = registration.paused_at is not None
    statement = update(Registration).where(
        Registration.id == registration.id, Registration.state == RegistrationState.WAITING
    )
    guarded(db, statement.values(paused_at=None), Refused(_("Anmälan står inte i kön."), code="not_waiting"))
    if paused:
        _still_wanted(db, registration, now=now, by=by)
    return paused


def _still_wanted(db: Session, registration: Registration, *, now: datetime, by: Actor) -> None:
    audit.note(db, "still wanted", registration, now=now, by=by)
    ledger.write(db, "still wanted", now=now, subject=registration.subject, programme_id=registration.programme_id)
