"""Merging: a group that does not fill goes up in another of the same programme; all of it or nothing.

Everyone who fits and finds room moves through the one place function, the strongest claim first; a place that was
promised stays promised. Who does not goes first in the queue. Open offers are taken back. Each family is told once,
and no queue date is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group, GroupState
from booking.course.group_changes import by_hand, closing
from booking.course.group_changes.refused import Refused
from booking.people.registrations import Registration
from booking.places import placements, runs
from booking.places.placements import COUNTING, Hindrance, Placement, hindrances
from booking.records import audit, ledger
from booking.records.audit import Actor


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging comes to, asked beforehand or done: families who move, who go first in the queue, who had an offer.

    `passing` is how many of those who move pass a longer wait, `behind` how many of the others are held back by that
    alone; `meetings` how many are called off, `messages` how many
    are sent. `places` is how many are then taken or on offer in the other group.
    """

    moved: int
    first: int
    offered: int
    passing: int
    behind: int
    meetings: int
    messages: int
    places: int


@dataclass(frozen=True, slots=True)
class _Move:
    """What becomes of one family. A longer wait is passed when it moves, and holds it back when it does not."""

    registration: Registration
    moves: bool
    passing: bool
    behind: bool


def list_to_merge_with(db: Session, group: Group, *, now: datetime) -> list[Group]:
    """The other groups of the programme that have not begun and have room, soonest first."""
    coming = groups.list_coming(db, today=today(now), programme_id=group.programme_id)
    return [each for each in coming if each.id != group.id and each.free > 0]


def what_if_merged(db: Session, group: Group, into: Group, *, now: datetime, may_pass: bool) -> Merged:
    """What merging the group into another would come to now. Changes nothing.

    `may_pass` says whether whoever asks may pass longer waits there, as who runs that group may.
    """
    _check(group, into, now)
    return _sum(db, group, into, _moves(db, group, into, now, may_pass=may_pass), now)


def merge(db: Session, group: Group, into: Group, *, now: datetime, by: Actor, reason: str, may_pass: bool) -> Merged:
    """Merge the group into another. Refused when either has begun, is cancelled, or somebody was first."""
    locked = groups.lock(db, [group.id, into.id])
    group, into = locked[group.id], locked[into.id]
    placements.lock_families(db, _families(db, group))
    _check(group, into, now)
    moves = _moves(db, group, into, now, may_pass=may_pass)
    foreseen = _sum(db, group, into, moves, now)
    closing.close(db, group, now)
    moved = sum(_move(db, each, into, now, by, reason) for each in moves if each.moves)
    told = closing.take_back_offers(db, group.id, now=now, by=by, reason=reason)
    lost = closing.release_places(db, group.id, now=now, by=by, reason=reason)
    closing.tell_all(db, "group_cancelled", group.id, [*told, *lost], now=now)
    db.execute(update(Group).where(Group.id == into.id).values(touched_at=now))
    _record(db, group, into, moved=moved, first=len(lost), now=now, by=by, reason=reason)
    runs.request(db, now=now, by=by)
    db.refresh(group)
    db.refresh(into)
    return replace(foreseen, moved=moved, first=len(lost), places=into.places_taken)


def _sum(db: Session, group: Group, into: Group, moves: list[_Move], now: datetime) -> Merged:
    moving = sum(each.moves for each in moves)
    return Merged(
        moved=moving,
        first=len(moves) - moving,
        offered=len(closing.list_open_offers(db, group.id)),
        passing=sum(each.passing for each in moves),
        behind=sum(each.behind for each in moves),
        meetings=len(closing.list_ahead(db, group.id, now)),
        messages=closing.count_messages(closing.list_told(db, group.id, now)),
        places=into.places_taken + sum(each.registration.seats for each in moves if each.moves),
    )


def _check(group: Group, into: Group, now: datetime) -> None:
    for each in (group, into):
        if each.state is not GroupState.OPEN or each.first_day <= today(now):
            raise Refused(_("En av grupperna har börjat, är inställd eller är slut."), code="changed")
    if group.id == into.id or group.programme_id != into.programme_id:
        raise Refused(_("Välj en annan grupp i samma program."), code="group")


def _families(db: Session, group: Group) -> list[int]:
    inside = select(Placement.family_id).where(Placement.group_id == group.id, Placement.state.in_(COUNTING))
    return list(db.scalars(inside))


def _moves(db: Session, group: Group, into: Group, now: datetime, *, may_pass: bool) -> list[_Move]:
    """Who moves, the strongest claim to the other group first: as long as there is room, also for guests."""
    places, passable = atlas(db), {Hindrance.LONGER_WAIT} if may_pass else set()
    room, guest_room = into.free, into.guest_cap(today(now)) - hindrances.guests(db, into)
    found = []
    taken = placements.list_taken(db, group.id)
    for placement in sorted(taken, key=lambda each: placements.claim(each.registration, into, places)):
        each = placement.registration
        resident = into.is_resident(each.home_id, places)
        inside = each.seats <= room and (resident or each.seats <= guest_room)
        stands = set(hindrances.find(db, each, into, judged=frozenset(), now=now, leaving=placement))
        moves = inside and stands <= passable
        behind = inside and not moves and stands == {Hindrance.LONGER_WAIT}
        found.append(_Move(each, moves, passing=moves and bool(stands), behind=behind))
        room -= each.seats * moves
        guest_room -= each.seats * (moves and not resident)
    return found


def _move(db: Session, move: _Move, into: Group, now: datetime, by: Actor, reason: str) -> bool:
    """Move one family; False when something stands in the way after all, and it stays for the queue."""
    seen = {Hindrance.LONGER_WAIT} if move.passing else set()
    try:
        by_hand.move(db, move.registration, into, reason=reason, now=now, by=by, seen=seen, told="group_merged")
    except placements.Refused:
        return False
    return True


def _record(
    db: Session, group: Group, into: Group, *, moved: int, first: int, now: datetime, by: Actor, reason: str
) -> None:
    audit.note(db, "group merged", group, now=now, by=by, reason=reason, changes={"into": (None, into.id)})
    audit.note(db, "group merged into", into, now=now, by=by, reason=reason, changes={"from": (None, group.id)})
    ledger.write(
        db, "group merged", now=now, programme_id=group.programme_id, group_id=group.id,
        into=into.id, moved=moved, first=first,
    )  # fmt: skip
