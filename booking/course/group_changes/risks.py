"""Groups at risk: below their minimum with the day of decision near. Offers that are out count as places."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.records import policies
from booking.records.policies import Policy

NEAR = timedelta(days=14)


def list_at_risk(db: Session, *, now: datetime) -> list[Group]:
    """The open, coming groups at risk, the one that begins soonest first."""
    policy, day = policies.current(db), today(now)
    return [
        group
        for group in groups.list_coming(db, today=day)
        if group.places_taken < group.minimum and decision_day(group, policy) <= day + NEAR
    ]


def decision_day(group: Group, policy: Policy) -> date:
    """The day by which it is decided whether the group will be: its own, else as many days before as is usual."""
    return group.decide_on or group.first_day - timedelta(days=policy.decision_days_before)
