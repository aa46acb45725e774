"""Who waits, as a run needs to know them: a light row for each, read in three queries however many they are.

Names and contacts are neither read nor decrypted: nothing here asks who anybody is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.programmes import Programme
from booking.people.families import Child, Family
from booking.people.registrations import (
    Registration,
    RegistrationChild,
    RegistrationDistrict,
    RegistrationState,
)


class Born(NamedTuple):
    """A child."""

    birth_year: int


COLUMNS = (
    Registration.id, Registration.family_id, Registration.programme_id, Family.home_district_id.label("home_id"),
    Registration.waiting_since, Registration.lot, Registration.adults, Registration.weekdays, Registration.languages,
    Registration.interpreter, Registration.step_free, Registration.childcare, Registration.online,
    Registration.flexible, Registration.city_cancelled, Registration.paused_at,
)  # fmt: skip


@dataclass(slots=True)
class Waiting:
    """A registration that waits; it fits a group as the registration itself would."""

    id: int
    family_id: int
    programme_id: int
    home_id: int
    waiting_since: datetime
    lot: int
    adults: int
    weekdays: list[int]
    languages: list[str]
    interpreter: str | None
    step_free: bool
    childcare: bool
    online: bool
    flexible: bool
    city_cancelled: bool
    paused_at: datetime | None
    seats: int
    district_ids: list[int]
    children: list[Born]


def read_waiting(db: Session) -> list[Waiting]:
    """Every registration that waits, in order of id."""
    waits = Registration.state == RegistrationState.WAITING
    districts: dict[int, list[int]] = defaultdict(list)
    wanted = select(RegistrationDistrict.registration_id, RegistrationDistrict.district_id).join(Registration)
    for each, district in db.execute(wanted.where(waits).order_by(RegistrationDistrict.rank)):
        districts[each].append(district)
    children: dict[int, list[Born]] = defaultdict(list)
    born = select(RegistrationChild.registration_id, Child.birth_year).join(Child).join(Registration)
    for each, year in db.execute(born.where(waits)):
        children[each].append(Born(year))
    programmes = {each.id: each for each in db.scalars(select(Programme))}
    return [
        Waiting(
            **row._mapping,
            seats=programmes[row.programme_id].seats(row.adults),
            district_ids=districts[row.id],
            children=children[row.id],
        )
        for row in db.execute(select(*COLUMNS).join(Family).where(waits).order_by(Registration.id))
    ]
