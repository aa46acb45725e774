"""Groups at risk: below their minimum with the day of decision near. Offers that are out count as places."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.records import policies

NEAR = timedelta(days=14)


def list_at_risk(db: Session, *, now: datetime) -> list[Group]:
    """The open, coming groups at risk, the one that begins soonest first."""
    usual = timedelta(days=policies.current(db).decision_days_before)
    day = today(now)
    return [
        group
        for group in groups.list_coming(db, today=day)
        if group.places_taken < group.minimum and (group.decide_on or group.first_day - usual) <= day + NEAR
    ]
