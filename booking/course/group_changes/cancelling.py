"""Cancelling a group or one of its meetings: one step, everyone told once, nobody loses a day of waiting.

Families that had a place go first in the queue from then on; their date is the one they always had. Families with an
unanswered offer stand in the queue as before. Those who merely wait read it on their page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.group_changes import closing
from booking.course.group_changes.refused import Refused
from booking.people.fit import fits
from booking.people.registrations import Registration
from booking.places import placements, runs
from booking.records import audit, ledger
from booking.records.audit import Actor


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What cancelling comes to, asked beforehand or done: families placed, families offered, meetings, messages.

    `elsewhere` is how many of the placed find room at the same time in other coming groups that fit them.
    """

    placed: int
    offered: int
    meetings: int
    messages: int
    elsewhere: int

    @property
    def families(self) -> int:
        """Everyone who has a place or an offer."""
        return self.placed + self.offered


def what_if(db: Session, group: Group, *, now: datetime) -> Cancelled:
    """What cancelling the group would come to now. Changes nothing."""
    families = [placement.registration for placement in placements.list_taken(db, group.id)]
    return Cancelled(
        placed=len(families),
        offered=len(closing.list_open_offers(db, group.id)),
        meetings=len(closing.list_ahead(db, group.id, now)),
        messages=closing.count_messages(closing.list_told(db, group.id, now)),
        elsewhere=_elsewhere(db, group, families, now),
    )


def cancel(db: Session, group: Group, *, now: datetime, by: Actor, reason: str) -> Cancelled:
    """Cancel a group with all that hangs on it, and ask for the run in which its families go first.

    Refused when it has ended or somebody was first.
    """
    placements.lock_everyone(db, group.id)
    done = what_if(db, group, now=now)
    closing.close(db, group, now)
    told = closing.take_back_offers(db, group.id, now=now, by=by, reason=reason)
    lost = closing.release_places(db, group.id, now=now, by=by, reason=reason)
    closing.tell_all(db, "group_cancelled", group.id, [*told, *lost], now=now)
    audit.note(db, "group cancelled", group, now=now, by=by, reason=reason)
    ledger.write(
        db, "group cancelled", now=now, programme_id=group.programme_id, group_id=group.id,
        placed=done.placed, offered=done.offered,
    )  # fmt: skip
    if lost:
        runs.request(db, now=now, by=by)
    db.refresh(group)
    return done


def _elsewhere(db: Session, group: Group, placed: list[Registration], now: datetime) -> int:
    """How many of them find room in other coming groups that fit, side by side; who has the fewest ways goes first."""
    coming = groups.list_coming(db, today=today(now), programme_id=group.programme_id)
    others, places = [other for other in coming if other.id != group.id], atlas(db)
    ways = [[other for other in others if fits(each, other, places)] for each in placed]
    free = {other.id: other.free for other in others}
    found = 0
    for each, fitting in sorted(zip(placed, ways, strict=True), key=lambda pair: (len(pair[1]), pair[0].id)):
        there = next((other.id for other in fitting if free[other.id] >= each.seats), None)
        if there is not None:
            free[there] -= each.seats
            found += 1
    return found


def cancel_session(db: Session, session: GroupSession, *, now: datetime, by: Actor, reason: str) -> GroupSession:
    """Call off one coming meeting; every family with a place is told. The last one left goes with its group only."""
    group = groups.lock(db, [session.group_id])[session.group_id]
    db.refresh(session)
    if session.starts_at <= now or session.state is not SessionState.PLANNED or group.state is not GroupState.OPEN:
        raise Refused(_("Träffen har varit eller är redan inställd."), code="changed")
    if _is_alone(db, session):
        raise Refused(_("Det är gruppens enda träff. Ställ in hela gruppen i stället."), code="alone")
    closing.call_off(db, session)
    group.first_day = _first_day(db, group)
    told = [placement.registration for placement in placements.list_taken(db, group.id)]
    closing.tell_all(db, "session_cancelled", session.id, told, now=now)
    audit.note(db, "session cancelled", session, now=now, by=by, reason=reason)
    ledger.write(db, "session cancelled", now=now, programme_id=group.programme_id, group_id=group.id)
    db.refresh(session)
    return session


def _is_alone(db: Session, session: GroupSession) -> bool:
    others = select(GroupSession.id).where(
        GroupSession.group_id == session.group_id,
        GroupSession.id != session.id,
        GroupSession.state == SessionState.PLANNED,
    )
    return db.scalars(others).first() is None


def _first_day(db: Session, group: Group) -> date:
    """The day of the group's first meeting that stands."""
    stands = GroupSession.group_id == group.id, GroupSession.state == SessionState.PLANNED
    first = db.scalar(select(func.min(GroupSession.starts_at)).where(*stands))
    return group.first_day if first is None else today(first)
