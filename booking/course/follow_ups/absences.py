"""Who stands on a group's follow-up list, and for which meetings.

Nothing of it is stored: it is read from the ticks and from the contacts that are noted. A tick that is corrected takes
the family off the list, and so does leaving the group.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import missed
from booking.course.attendance import LISTED
from booking.course.follow_ups.contact import Contact
from booking.places.placements import Placement


@dataclass(frozen=True, slots=True)
class Absence:
    """A family that stayed away, with the meetings nobody has been in touch about, the first one first."""

    placement: Placement
    meetings: tuple[GroupSession, ...]

    @property
    def last(self) -> GroupSession:
        """The latest of them."""
        return self.meetings[-1]


def list_open(db: Session, group: Group, *, now: datetime) -> list[Absence]:
    """The group's follow-up list, the longest missed first."""
    meetings = {each.id: each for each in _begun(db, group, now)}
    away = missed.at_meetings(db, meetings)
    seen = _seen_to(db, group)
    found: dict[int, list[GroupSession]] = defaultdict(list)
    for session_id, placement_id in sorted(away, key=lambda key: meetings[key[0]].starts_at):
        session = meetings[session_id]
        if placement_id not in seen or session.starts_at > seen[placement_id]:
            found[placement_id].append(session)
    query = select(Placement).where(Placement.id.in_(found), Placement.state.in_(LISTED))
    absences = [Absence(each, tuple(found[each.id])) for each in db.scalars(query)]
    return sorted(absences, key=lambda each: (each.meetings[0].starts_at, each.placement.id))


def open_of(db: Session, placement: Placement, *, now: datetime) -> Absence | None:
    """The family's line on the list; None when it does not stand there."""
    found = list_open(db, placement.group, now=now)
    return next((each for each in found if each.placement.id == placement.id), None)


def _begun(db: Session, group: Group, now: datetime) -> list[GroupSession]:
    meetings = sessions.list_of(db, group.id)
    return [each for each in meetings if each.state is SessionState.PLANNED and each.starts_at <= now]


def _seen_to(db: Session, group: Group) -> dict[int, datetime]:
    """Up to which meeting somebody has been in touch with each family, by placement."""
    query = select(Contact.placement_id, func.max(GroupSession.starts_at))
    query = query.join(GroupSession, GroupSession.id == Contact.session_id)
    query = query.where(GroupSession.group_id == group.id).group_by(Contact.placement_id)
    return dict(db.execute(query).all())
