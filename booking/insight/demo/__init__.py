"""The demo city: everything a stranger needs to try each door, invented, deterministic, with dates that follow `now`.

``town``       what is carried from step to step        ``city``      districts, programmes, venues
``people``     who signs in                             ``groups``    a term of groups
``files``      the data beside the code                 ``holidays``  school holidays, assumed
``inventing``  one family and its wishes                ``entering``  families put into the database, and when
``placing``    the places that are taken                ``waiting``   the queue
``answers``    offers declined, lapsed, open            ``past``      attendance, groups that ended
``special``    families unlike the others               ``post``      what had been written to families
``certified``  which leader may lead what               ``earlier``   two years of which the ledger alone knows
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.districts import District
from booking.insight.demo import (
    answers,
    certified,
    city,
    earlier,
    groups,
    inventing,
    past,
    people,
    placing,
    post,
    special,
    waiting,
)
from booking.insight.demo.people import sign_ins
from booking.insight.demo.town import Town

__all__ = ["build", "sign_ins"]


def build(db: Session, *, now: datetime) -> bool:
    """Build the demo city in an empty database; False, and nothing done, when a city is there already."""
    if db.scalars(select(District.id).limit(1)).first() is not None:
        return False
    town = Town(now)
    city.build(db, town)
    people.build(db, town)
    groups.build(db, town)
    certified.build(db, town)
    town.names = inventing.names(town.dice)
    placing.build(db, town)
    answers.build_untaken(db, town)
    past.build(db, town)
    waiting.build(db, town)
    special.build(db, town)
    answers.build_open(db, town)
    post.settle(db, town)
    earlier.build(db, town)
    return True
