"""Putting invented families into the database as the web would have done, and when they would have asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import at, local
from booking.insight.demo.inventing import CONFIRMED_AFTER
from booking.insight.demo.town import Town
from booking.people import confirming, families
from booking.people.registrations import Registration, RegistrationState

# Weeks before now in which many asked at once, as after a letter to every home, and how large each wave was.
WAVES = {1.5: 3, 4.0: 3, 9.0: 4, 16.0: 2, 25.0: 2}
TRIES = 40
DAY_BEGINS, DAY_ENDS = 7, 22


def enter(db: Session, town: Town, registrations: list[Registration], *, confirmed: bool = True) -> None:
    """Keep the registrations and their families; unless confirmed, nobody has typed the code yet."""
    for each in registrations:
        each.state = RegistrationState.WAITING if confirmed else RegistrationState.UNCONFIRMED
    db.add_all(registrations)
    db.flush()
    for each in registrations:
        for carer in each.family.carers:
            if carer.name:
                families.set_name(db, carer, carer.name)
            if not confirmed:
                carer.mobile_confirmed_at = carer.email_confirmed_at = None
        _record(db, each, confirmed=confirmed)
    town.registrations.extend(registrations)


def _record(db: Session, made: Registration, *, confirmed: bool) -> None:
    carer = made.family.first_carer
    since = made.waiting_since
    confirming.record(db, "unconfirmed", made, now=since, by=carer.actor)
    if confirmed:
        classes = {"gender": carer.gender.value, "heard_from": made.heard_from}
        confirming.record(db, "registered", made, now=since + CONFIRMED_AFTER, by=carer.actor, **classes)


def moment(town: Town, earliest: datetime, latest: datetime) -> datetime:
    """When a family asked: in a wave, by daylight, between the two; in even spread where no wave fits."""
    for _ in range(TRIES):
        peak = town.dice.choices(list(WAVES), list(WAVES.values()))[0]
        asked = _by_day(town, town.now - timedelta(weeks=peak) + timedelta(days=town.dice.expovariate(1 / 6)))
        if earliest < asked < latest:
            return asked
    return earliest + (latest - earliest) * town.dice.uniform(0.05, 0.95)


def _by_day(town: Town, instant: datetime) -> datetime:
    begins = at(
        local(instant).date(), local(instant).time().replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    )
    minutes = town.dice.randrange((DAY_ENDS - DAY_BEGINS) * 60)
    return begins + timedelta(minutes=minutes)
