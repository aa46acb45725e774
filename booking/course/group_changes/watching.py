"""Watching over the groups: who answers for one that is at risk is told once, and the alarm stands until it is not.

The alarm is raised for each of the group's districts, or for the centre when the group is the whole city's. With it
goes one e-mail to the coordinators of those districts and to the group's leaders; no more while it stands.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group
from booking.course.group_changes.risks import Outlook, at_risk, has_plan, outlook
from booking.outbox import messages
from booking.records import alarms
from booking.records.accounts import Account, AccountRole, Role

KIND = "group_at_risk"
THING = Group.__tablename__


def list_changed(db: Session, *, now: datetime) -> list[int]:
    """Ids of the groups that have come to be at risk, or no longer are, since somebody was told.

    Before there is any proposal nobody can say how far a group comes, so nobody is told that it is at risk.
    """
    if not has_plan(db):
        return []
    risky = {each.group.id: each for each in at_risk(db, now=now)}
    standing = {alarm.thing_id: alarm for alarm in alarms.list_open(db, None) if alarm.kind == KIND}
    over = standing.keys() - risky.keys()
    new = [key for key, each in risky.items() if key not in standing or standing[key].values != _figures(each)]
    return sorted({*over, *new})


def watch(db: Session, group: Group, *, now: datetime) -> bool:
    """Raise or settle the group's alarm, and tell those who answer for it. True when it is at risk."""
    group = groups.lock(db, [group.id])[group.id]
    found = outlook(db, group)
    coming = group.id in {each.id for each in groups.list_coming(db, today=today(now), programme_id=group.programme_id)}
    if not (coming and found.is_at_risk(today(now))):
        alarms.settle(db, KIND, thing_kind=THING, thing_id=group.id, now=now)
        return False
    stands = KIND in {alarm.kind for alarm in alarms.list_about(db, thing_kind=THING, thing_id=group.id)}
    raised = [
        alarms.sound(db, KIND, thing_kind=THING, thing_id=group.id, district_id=district_id, now=now, **_figures(found))
        for district_id in homes(db, group)
    ]
    for account_id in () if stands else _who_answers(db, group):
        messages.queue_for_staff(db, KIND, group.id, account_id, now=now, version=raised[0].id)
    return True


def _figures(found: Outlook) -> dict[str, object]:
    return {"reach": found.reach, "needs": found.group.minimum, "by": found.decide_on.isoformat()}


def homes(db: Session, group: Group) -> list[int | None]:
    """The districts that answer for the group today; None for the centre."""
    if group.whole_city:
        return [None]
    places = atlas(db)
    return [*sorted({places.current(held.district_id).id for held in group.districts})] or [None]


def _who_answers(db: Session, group: Group) -> list[int]:
    """The accounts of those who coordinate the group's districts, and of its leaders."""
    places, answering = atlas(db), homes(db, group)
    wanted = Role.CENTRAL if answering == [None] else Role.COORDINATOR
    held = select(AccountRole.account_id, AccountRole.district_id).where(AccountRole.role == wanted)
    mine = {
        account_id
        for account_id, district_id in db.execute(held)
        if (None if district_id is None else places.current(district_id).id) in answering
    }
    leaders = {leader.account_id for leader in group.leaders}
    active = select(Account.id).where(Account.id.in_(mine | leaders), Account.active).order_by(Account.id)
    return list(db.scalars(active))
