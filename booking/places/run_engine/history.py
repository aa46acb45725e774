"""Who has held or holds which place, and when groups meet: what rules a group out for a family."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.registrations import Apart, Registration, RegistrationState
from booking.places.placements import COUNTING, Placement

Meetings = dict[int, list[tuple[datetime, datetime]]]


class History:
    """Who has held or holds which place.

    `held` is the group of each (family, programme) that counts now; `been` the groups a registration has had a place or
    an offer in, but for offers the city took back; `busy` the groups a family goes to; `barred` the groups of those a
    registration must be kept apart from.
    """

    def __init__(self, db: Session) -> None:
        self.held: dict[tuple[int, int], int] = {}
        self.been: dict[int, set[int]] = defaultdict(set)
        self.busy: dict[int, set[int]] = defaultdict(set)
        self.barred: dict[int, set[int]] = defaultdict(set)
        live: dict[int, int] = {}
        waiting = select(Registration.id).where(Registration.state == RegistrationState.WAITING)
        past = select(
            Placement.registration_id, Placement.family_id, Placement.programme_id, Placement.group_id, Placement.state
        ).where(
            or_(Placement.state.in_(COUNTING), Placement.registration_id.in_(waiting)),
            Placement.taken_back_at.is_(None),
        )
        for registration, family, programme, group, state in db.execute(past):
            self.been[registration].add(group)
            if state in COUNTING:
                self.held[family, programme] = group
                self.busy[family].add(group)
                live[registration] = group
        for one, other in db.execute(select(Apart.one_id, Apart.other_id)):
            for mine, theirs in ((one, other), (other, one)):
                if theirs in live:
                    self.barred[mine].add(live[theirs])


def read_meetings(db: Session, now: datetime) -> Meetings:
    """When each group meets from now on, by group id."""
    query = select(GroupSession.group_id, GroupSession.starts_at, GroupSession.ends_at).where(
        GroupSession.state == SessionState.PLANNED, GroupSession.ends_at > now
    )
    found: Meetings = defaultdict(list)
    for group, starts, ends in db.execute(query):
        found[group].append((starts, ends))
    return found


def read_guests(db: Session) -> dict[int, int]:
    """How many places families from other districts hold or have, by group id."""
    query = select(Placement.group_id, func.sum(Placement.seats)).where(
        Placement.state.in_(COUNTING), Placement.resident.is_(False)
    )
    return {group: int(seats) for group, seats in db.execute(query.group_by(Placement.group_id))}
