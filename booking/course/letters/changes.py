"""Letters about a group that changed or does not fill: it starts later, went up in another, may be of interest.

The thing of a message is the group for `group_moved`, whose version is its new first day; the new placement for
`group_merged`; the question for `interest`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import SessionState
from booking.course.interest import InterestAsk
from booking.course.letters.writing import Look, Values
from booking.outbox.letters import Dropped
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.places.placements import COUNTING, Placement, PlacementState


def _group_moved(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    group = db.get_one(Group, message.thing_id)
    if group.state is not GroupState.OPEN or int(f"{group.first_day:%Y%m%d}") != message.version:
        return Dropped("the group does not start that day any more")
    inside = Placement.family_id == carer.family_id, Placement.group_id == group.id, Placement.state.in_(COUNTING)
    placement = db.scalars(select(Placement).where(*inside)).first()
    if placement is None:
        return Dropped("the family has no place in the group any more")
    return {"group": group, "dates": _dates(db, group), "placed": placement.state is PlacementState.TAKEN}


def _group_merged(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    placement = db.get_one(Placement, message.thing_id)
    if placement.state is not PlacementState.TAKEN or placement.group.state is not GroupState.OPEN:
        return Dropped("the family has no place in the group any more")
    return {"group": placement.group, "dates": _dates(db, placement.group)}


def _interest(db: Session, message: Message, carer: Carer, now: datetime) -> Values | Dropped:
    ask = db.get_one(InterestAsk, message.thing_id)
    if not ask.is_open(now):
        return Dropped("it was answered, or the group takes nobody any more")
    return {"group": ask.group}


def _dates(db: Session, group: Group) -> list[datetime]:
    return [each.starts_at for each in sessions.list_of(db, group.id) if each.state is SessionState.PLANNED]


LOOKS: dict[str, Look] = {
    "group_moved": _group_moved,
    "group_merged": _group_merged,
    "interest": _interest,
}
