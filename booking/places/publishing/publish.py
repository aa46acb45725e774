"""Publish all or some of a proposal: whole groups at a time, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from booking.base import clock
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.places import offers, placements, runs, steering
from booking.places.explaining import LEFT_OUT
from booking.places.publishing.offering import Desk, offer_group
from booking.places.publishing.selection import Selection, count_left, proposed
from booking.places.runs import AllocationRun, RunDecision, RunState
from booking.records import audit, policies
from booking.records.audit import Actor

WEEK = timedelta(days=7)

Decided = Mapping[int, list[RunDecision]]
Wave = tuple[Group, list[RunDecision]]


@dataclass(frozen=True, slots=True)
class Published:
    """How many offers were made, how many proposed ones were not because something had changed, how many are left."""

    offered: int
    stale: int
    left: int = 0


def publish(
    db: Session,
    run: AllocationRun,
    *,
    now: datetime,
    by: Actor,
    only: Selection | None = None,
    most: int | None = None,
) -> Published:
    """Turn a proposal, or some of it, into offers. Each decision becomes an offer once, whoever publishes with whom.

    `most` is how many offers to try at the most: the most urgent groups first, whole or their strongest claims, and
    none that would not start with those.
    The run stays PROPOSED, with `published_at` set, while something of it is left; it is PUBLISHED when nothing is.
    Raises runs.Refused when it is no proposal, or no longer the newest.
    """
    _claim(db, run)
    decided = _decided(db, run.id, only)
    locked = groups.lock(db, list(decided))
    desk = _desk(db, run.id, _begins(db, locked), now, by)
    chosen = _fitting(desk, _waves(desk, locked.values()), decided, most)
    wanted = [each.registration for _group, queue in chosen for each in queue]
    placements.lock_families(db, {each.family_id for each in wanted})
    desk.registrations, desk.groups = wanted, [group for group, _queue in chosen]
    desk.steers = steering.steers_of(db, [each.id for each in wanted])
    offered = sum(offer_group(db, desk, group, queue) for group, queue in chosen)
    left = _close(db, run, now)
    audit.note(db, "run published", run, now=now, by=by, changes=_part(only, offered))
    return Published(offered, sum(len(queue) for _group, queue in chosen) - offered, left)


def _claim(db: Session, run: AllocationRun) -> None:
    """Lock the run, so that of two who publish it the second finds what the first has left."""
    db.refresh(run, with_for_update=True)
    if run.state is not RunState.PROPOSED:
        raise runs.Refused(_("Körningen har redan ändrats."), code="changed")
    newer = select(AllocationRun.id).where(
        AllocationRun.state.in_((RunState.PROPOSED, RunState.PUBLISHED)), AllocationRun.computed_at > run.computed_at
    )
    if db.scalars(newer).first() is not None:
        raise runs.Refused(_("Det finns ett nyare förslag."), code="newer")


def _decided(db: Session, run_id: int, only: Selection | None) -> Decided:
    """The decisions to be offered, by group; locked, so that nobody holds one back meanwhile."""
    query = proposed(select(RunDecision), run_id, only).order_by(RunDecision.id)
    found: dict[int, list[RunDecision]] = defaultdict(list)
    for decision in db.scalars(query.with_for_update().options(selectinload(RunDecision.registration))):
        found[decision.group_id].append(decision)
    return found


def _begins(db: Session, locked: Mapping[int, Group]) -> dict[int, datetime]:
    query = select(GroupSession.group_id, func.min(GroupSession.starts_at)).where(
        GroupSession.group_id.in_(locked), GroupSession.state == SessionState.PLANNED
    )
    found = dict(db.execute(query.group_by(GroupSession.group_id)).all())
    return {each.id: found.get(each.id) or clock.at(each.first_day, each.starts_at) for each in locked.values()}


def _waves(desk: Desk, locked: Collection[Group]) -> list[Group]:
    """The groups nearest their start first; of those that start together, the ones nearest their minimum."""
    return sorted(locked, key=lambda each: (desk.begins[each.id], max(0, each.minimum - each.places_taken), each.id))


def _fitting(desk: Desk, waves: list[Group], decided: Decided, most: int | None) -> list[Wave]:
    """The groups in order, each with its families, the strongest claim first; no more families in all than `most`."""
    chosen, left = [], most
    for group in waves:
        queue = sorted(decided[group.id], key=lambda each: placements.claim(each.registration, group, desk.places))
        if left is not None and len(queue) > left:
            queue = queue[:left]
            if group.places_taken + sum(each.registration.seats for each in queue) < group.minimum:
                continue
        if queue:
            chosen.append((group, queue))
        left = None if left is None else left - len(queue)
    return chosen


def _desk(db: Session, run_id: int, begins: Mapping[int, datetime], now: datetime, by: Actor) -> Desk:
    weighed = select(RunDecision.registration_id).where(
        RunDecision.run_id == run_id, RunDecision.reason_code.not_in(LEFT_OUT)
    )
    policy = policies.current(db)
    return Desk(
        run_id=run_id,
        judged=frozenset(db.scalars(weighed)),
        policy=policy,
        places=atlas(db),
        begins=begins,
        sent=offers.sent_since(db, now - WEEK),
        told_from=now + timedelta(minutes=policy.undo_minutes),
        now=now,
        by=by,
    )


def _close(db: Session, run: AllocationRun, now: datetime) -> int:
    """Note that something of the run has been published, and that all of it has when nothing is left."""
    db.flush()
    left = count_left(db, run.id)
    state = RunState.PROPOSED if left else RunState.PUBLISHED
    db.execute(
        update(AllocationRun)
        .where(AllocationRun.id == run.id)
        .values(state=state, published_at=func.coalesce(AllocationRun.published_at, now))
    )
    db.refresh(run)
    return left


def _part(only: Selection | None, offered: int) -> dict[str, tuple[object, object]]:
    changes: dict[str, tuple[object, object]] = {"offered": (None, offered)}
    if only is not None:
        changes["programmes"] = (None, sorted(only.programme_ids))
        changes["groups"] = (None, sorted(only.group_ids))
    return changes
