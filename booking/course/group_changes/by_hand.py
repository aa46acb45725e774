"""By hand: staff place, offer or move a family, each with a reason.

What stands in the way is asked under lock. `seen` are the hindrances that were on the screen when the reason was
written: what is not among them cannot be passed, so a longer wait is never passed without its having been said. None
stands for a caller without a screen, whose reason passes all that may be passed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import leaving
from booking.course.group_changes.refused import Refused
from booking.people.registrations import Registration, RegistrationState, tell
from booking.places import offers, placements
from booking.places.offers import Offer, Reason
from booking.places.placements import Hindrance, Placement, PlacementState, Source, Way, hindrances
from booking.places.reply_time import reply_by
from booking.records import audit, policies
from booking.records.audit import Actor

Seen = Collection[Hindrance] | None


def hindrances_for(db: Session, registration: Registration, group: Group, *, now: datetime) -> list[Hindrance]:
    """What would stand in the way of this group, the place the family has now left aside. Changes nothing."""
    live = placements.find_live(db, registration.id)
    has_place = live is not None and live.state is PlacementState.TAKEN
    leaving_now = live if has_place else None
    return hindrances.find(db, registration, group, judged=frozenset(), now=now, leaving=leaving_now)


def place_by_hand(
    db: Session,
    registration: Registration,
    group: Group,
    *,
    override: str | None,
    now: datetime,
    by: Actor,
    seen: Seen = None,
) -> Placement:
    """Give a waiting family a place at once, as when it has said yes on the phone; it is told."""
    locked = placements.lock_for(db, group.id, registration.family_id)
    placement = _take(db, registration, locked, _needed(db, registration, locked, override, seen, now), now, by)
    audit.note(db, "placed by hand", registration, now=now, by=by, reason=override)
    return placement


def offer_by_hand(
    db: Session,
    registration: Registration,
    group: Group,
    *,
    override: str | None,
    now: datetime,
    by: Actor,
    seen: Seen = None,
) -> Offer:
    """Offer a waiting family a place; the time to answer is the usual one."""
    locked = placements.lock_for(db, group.id, registration.family_id)
    answer_by = _answer_by(db, locked, now)
    offer = offers.make(
        db,
        registration,
        locked,
        reason=Reason("by_hand"),
        reply_by=answer_by,
        now=now,
        by=by,
        override=_needed(db, registration, locked, override, seen, now),
    )
    audit.note(db, "offered by hand", registration, now=now, by=by, reason=override)
    return offer


def move(
    db: Session,
    registration: Registration,
    to_group: Group,
    *,
    reason: str,
    now: datetime,
    by: Actor,
    seen: Seen = None,
    told: str = "placed_now",
) -> Placement:
    """Give a family that has a place one in another group instead; all of it or nothing.

    It is told by a letter of the kind `told`, which is about the new place.
    """
    before = placements.find_live(db, registration.id)
    if before is None or before.state is not PlacementState.TAKEN or before.group_id == to_group.id:
        raise Refused(_("Familjen har ingen annan plats att flytta från."), code="changed")
    with db.begin_nested():
        locked = groups.lock(db, [before.group_id, to_group.id])[to_group.id]
        placements.release(db, before, PlacementState.MOVED, now=now, by=by, reason=reason)
        _back_to_waiting(db, registration)
        needed = _needed(db, registration, locked, reason, seen, now)
        placement = _take(db, registration, locked, needed, now, by, told=told)
        changes = {"group": (before.group_id, locked.id)}
        audit.note(db, "moved by hand", registration, now=now, by=by, reason=reason, changes=changes)
    return placement


def _back_to_waiting(db: Session, registration: Registration) -> None:
    placed = update(Registration).where(
        Registration.id == registration.id, Registration.state == RegistrationState.PLACED
    )
    refusal = Refused(_("Anmälan har redan ändrats."), code="changed")
    guarded(db, placed.values(state=RegistrationState.WAITING), refusal)


def withdraw_by_hand(db: Session, registration: Registration, *, now: datetime, by: Actor, reason: str) -> Registration:
    """Take the family out of the queue or its group, as it has asked; it is told."""
    leaving.withdraw(db, registration, now=now, by=by)
    audit.note(db, "withdrawn by staff", registration, now=now, by=by, reason=reason)
    return registration


def _needed(
    db: Session, registration: Registration, group: Group, reason: str | None, seen: Seen, now: datetime
) -> str | None:
    """The reason, when there is something to pass; None when nothing is in the way, so that no override is recorded."""
    found = hindrances.find(db, registration, group, judged=frozenset(), now=now)
    unseen = [each for each in found if seen is not None and each not in seen]
    if unseen:
        raise placements.Refused(unseen[0].sentence(), code=unseen[0].value)
    return reason if found else None


def _take(
    db: Session,
    registration: Registration,
    group: Group,
    override: str | None,
    now: datetime,
    by: Actor,
    *,
    told: str = "placed_now",
) -> Placement:
    placement = placements.take(db, registration, group, Way(Source.STAFF, override=override), now=now, by=by)
    offers.settle(db, registration.id)
    tell(db, registration, told, placement.id, now=now)
    return placement


def _answer_by(db: Session, group: Group, now: datetime) -> datetime:
    query = select(GroupSession.starts_at).where(
        GroupSession.group_id == group.id, GroupSession.state == SessionState.PLANNED, GroupSession.starts_at > now
    )
    begins = db.scalars(query.order_by(GroupSession.starts_at)).first()
    answer_by = now if begins is None else reply_by(now, begins, policies.current(db))
    if answer_by <= now:
        raise Refused(_("Gruppen hinner inte vänta på ett svar. Ring familjen och placera direkt."), code="begun")
    return answer_by
