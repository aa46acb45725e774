"""Asking for a run: by hand, on trial, when its hour has come, or because a place was given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue.groups import Group, GroupState
from booking.places.runs.decision import DecisionState, RunDecision
from booking.places.runs.run import AllocationRun, Refused, RunState
from booking.records import audit, policies
from booking.records.audit import SYSTEM, Actor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IN_HAND = timedelta(days=1)
HOURLY, ANSWERED = "time", "group"
"""What a slot begins with: its hour has come, or a group has been touched."""


def request(
    db: Session,
    *,
    now: datetime,
    by: Actor,
    slot: str | None = None,
    trial: dict[str, Any] | None = None,
    based_on: AllocationRun | None = None,
) -> AllocationRun:
    """Ask for a run. A worker computes it; a run that is already waiting serves for this one too.

    `trial` asks what would happen if groups were otherwise: {"groups": {"<group id>": {"capacity": 14, "minimum": 6}}},
    one of the two or both. It ends as TRIED, compared with `based_on`: the same families, the same groups, and nothing
    else changed. Raises Refused when a group cannot be so, or there is nothing to try.
    """
    account = by.id if by.kind == "account" else None
    if trial is not None:
        _check(db, trial)
    elif (waiting := _find_waiting(db)) is not None:
        # Somebody now waits for its answer, so it is computed even if nothing has changed.
        if account is not None:
            waiting.requested_by_id = waiting.requested_by_id or account
            audit.note(db, "run requested", waiting, now=now, by=by)
        return waiting
    run = AllocationRun(requested_at=now, slot=slot, requested_by_id=account, trial=trial)
    if based_on is not None:
        # A run that found nothing changed is soon forgotten; the one it stands on says the same.
        unchanged = based_on.state is RunState.UNCHANGED
        run.based_on_id = based_on.based_on_id if unchanged else based_on.id
    db.add(run)
    db.flush()
    audit.note(db, "run tried" if trial is not None else "run requested", run, now=now, by=by)
    return run


def _find_waiting(db: Session) -> AllocationRun | None:
    query = select(AllocationRun).where(AllocationRun.state == RunState.REQUESTED, AllocationRun.trial.is_(None))
    return db.scalars(query).first()


def _check(db: Session, trial: dict[str, Any]) -> None:
    """Refuse what no group could be."""
    wanted = trial.get("groups", {})
    known = {group.id: group for group in db.scalars(select(Group).where(Group.id.in_([int(each) for each in wanted])))}
    if not wanted or len(known) != len(wanted):
        raise Refused(_("Välj minst en grupp att pröva med."), code="nothing")
    for group_id, numbers in wanted.items():
        group = known[int(group_id)]
        capacity, minimum = numbers.get("capacity", group.capacity), numbers.get("minimum", group.minimum)
        if capacity < group.places_taken:
            raise Refused(_("Så många platser är redan tagna eller erbjudna i gruppen."), code="capacity")
        if not 1 <= minimum <= capacity:
            raise Refused(_("Minsta antal är minst 1 och högst så många som får plats."), code="minimum")


def request_due(db: Session, *, now: datetime) -> AllocationRun | None:
    """Ask for the run that is due, if one is. However many schedulers ask, there is one run for each occasion."""
    slot = _occasion(db, now)
    if slot is None or _in_hand(db, now):
        return None
    if db.scalars(select(AllocationRun.id).where(AllocationRun.slot == slot)).first() is not None:
        return None
    try:
        with db.begin_nested():
            return request(db, now=now, by=SYSTEM, slot=slot)
    except IntegrityError:
        return None


def _in_hand(db: Session, now: datetime) -> bool:
    """True while staff work in a proposal: one they have held somebody back in stands for a day."""
    held_back = select(RunDecision.id).where(
        RunDecision.run_id == AllocationRun.id, RunDecision.state == DecisionState.EXCLUDED
    )
    query = select(AllocationRun.id).where(
        AllocationRun.state == RunState.PROPOSED, AllocationRun.computed_at > now - IN_HAND, held_back.exists()
    )
    return db.scalars(query).first() is not None


def _occasion(db: Session, now: datetime) -> str | None:
    """The time slot nobody has asked in yet, or the place given back since the last run looked."""
    last = select(AllocationRun.requested_at, AllocationRun.claimed_at).where(AllocationRun.trial.is_(None))
    asked_at, looked_at = db.execute(last.order_by(AllocationRun.id.desc()).limit(1)).one_or_none() or (None, None)
    if asked_at is not None and looked_at is None:
        return None  # It waits for a worker, who will see all there is.
    minutes = policies.current(db).allocation_every_minutes
    if minutes > 0:
        begun = now - (now - EPOCH) % timedelta(minutes=minutes)
        if asked_at is None or asked_at < begun:
            return f"{HOURLY} {begun.isoformat()}"
    # A cancelled group counts too: those who lose their place come first, and shall not wait for the hour.
    stands = Group.state.in_((GroupState.OPEN, GroupState.CANCELLED))
    coming = select(func.max(Group.touched_at)).where(stands, Group.first_day > today(now))
    touched_at: datetime | None = db.scalar(coming)
    if touched_at is None or (looked_at is not None and touched_at < looked_at):
        return None
    return f"{ANSWERED} {touched_at.isoformat()}"
