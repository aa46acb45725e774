"""The waitlist, to read: who waits, in what order. Nothing is stored here; the order is made from the registrations.

Those whose group the city cancelled stand first, then whoever has waited longest, then the lot. A registration with
an open offer, or one that rests, still stands in its place.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from booking.catalogue.districts import atlas
from booking.people.families import Family
from booking.people.registrations import Registration, RegistrationState

Counts = dict[tuple[int, int], int]

_ORDER = (Registration.city_cancelled.desc(), Registration.waiting_since, Registration.lot, Registration.id)


def position(db: Session, registration: Registration) -> int | None:
    """The place in the queue for the programme among families of the same district, 1 first; None when not waiting."""
    if registration.state is not RegistrationState.WAITING:
        return None
    homes = _homes(db, [registration.home_id])
    cancelled = registration.city_cancelled
    mine = (registration.waiting_since, registration.lot, registration.id)
    sooner = tuple_(Registration.waiting_since, Registration.lot, Registration.id) < mine
    same_class = (Registration.city_cancelled.is_(cancelled)) & sooner
    before = same_class if cancelled else same_class | Registration.city_cancelled.is_(True)
    query = _waiting(select(func.count()), registration.programme_id, homes).where(before)
    return 1 + (db.scalar(query) or 0)


def list_waiting(
    db: Session,
    *,
    programme_id: int | None = None,
    home_ids: Collection[int] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Registration]:
    """Those who wait, in the order of the queue; `home_ids` stand for their whole districts, mergers and all."""
    homes = None if home_ids is None else _homes(db, home_ids)
    query = _waiting(select(Registration), programme_id, homes)
    return list(db.scalars(query.order_by(*_ORDER).limit(limit).offset(offset)))


def count_waiting(db: Session, *, programme_id: int | None = None, home_ids: Collection[int] | None = None) -> int:
    """How many `list_waiting` would give without a limit."""
    homes = None if home_ids is None else _homes(db, home_ids)
    return db.scalar(_waiting(select(func.count()), programme_id, homes)) or 0


def counts(db: Session) -> Counts:
    """How many wait, by (programme id, id of the district that stands today)."""
    places = atlas(db)
    query = _waiting(select(Registration.programme_id, Family.home_district_id, func.count()), None, None)
    found: Counts = {}
    for programme_id, home_id, number in db.execute(query.group_by(Registration.programme_id, Family.home_district_id)):
        key = (programme_id, places.current(home_id).id)
        found[key] = found.get(key, 0) + number
    return found


def _waiting(
    query: Select[*tuple[Any, ...]], programme_id: int | None, homes: Collection[int] | None
) -> Select[*tuple[Any, ...]]:
    query = query.select_from(Registration).join(Family, Family.id == Registration.family_id)
    query = query.where(Registration.state == RegistrationState.WAITING)
    if programme_id is not None:
        query = query.where(Registration.programme_id == programme_id)
    return query if homes is None else query.where(Family.home_district_id.in_(homes))


def _homes(db: Session, district_ids: Collection[int]) -> list[int]:
    """Every district, now or once, that one of these answers for today."""
    places = atlas(db)
    wanted = {places.current(district_id).id for district_id in district_ids}
    return [each for each in places.districts if places.current(each).id in wanted]
