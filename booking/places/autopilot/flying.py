"""One round of a programme's autopilot: look, then publish or stop."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.clock import at, local, today
from booking.catalogue.groups import Group
from booking.catalogue.sessions import is_red
from booking.places import publishing, runs
from booking.places.autopilot.setting import Autopilot, find_for, stop
from booking.places.autopilot.watching import look, trouble
from booking.places.offers import Offer, OfferState
from booking.places.publishing import Published, Selection
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunState
from booking.records import audit
from booking.records.audit import SYSTEM

FRESH = timedelta(hours=2)


def publish_due(db: Session, programme_id: int, *, now: datetime) -> Published | None:
    """Publish what the newest proposal has for the programme, within the limits; None when there is nothing to do.

    When something looks wrong it publishes nothing: the autopilot stops, and an alarm is raised.
    """
    setting = find_for(db, programme_id)
    if setting is None:
        return None
    db.refresh(setting, with_for_update={"of": Autopilot})
    if not setting.runs:
        return None
    if (wrong := trouble(setting, look(db, setting))) is not None:
        stop(db, setting, wrong[0], now=now, **wrong[1])
        return None
    return _publish(db, setting, now) if _is_awake(setting, now) else None


def _publish(db: Session, setting: Autopilot, now: datetime) -> Published | None:
    run, only = _newest(db), Selection(programme_ids=frozenset({setting.programme_id}))
    most = setting.most_a_day - _made_today(db, setting.programme_id, now)
    if run is None or most < 1 or not _holds(db, run, setting.programme_id, now) or _in_hand(db, run):
        return None
    if not publishing.count_left(db, run.id, only):
        return None
    done = publishing.publish(db, run, now=now, by=SYSTEM, only=only, most=most)
    if done.offered + done.stale:
        changes = {"version": (None, setting.version), "run": (None, run.id), "offered": (None, done.offered)}
        audit.note(db, "autopilot published", setting, now=now, by=SYSTEM, changes=changes)
    return done


def _is_awake(setting: Autopilot, now: datetime) -> bool:
    """True in its hours, on days that are not red."""
    return not is_red(today(now)) and setting.from_hour <= local(now).hour < setting.until_hour


def _newest(db: Session) -> AllocationRun | None:
    """The proposal that stands, when no newer run is on its way."""
    coming = select(AllocationRun.id).where(
        AllocationRun.state.in_((RunState.REQUESTED, RunState.COMPUTING)), AllocationRun.trial.is_(None)
    )
    query = select(AllocationRun).where(AllocationRun.state == RunState.PROPOSED, ~coming.exists())
    return db.scalars(query.order_by(AllocationRun.id.desc()).limit(1)).first()


def _holds(db: Session, run: AllocationRun, programme_id: int, now: datetime) -> bool:
    """True when someone has looked lately and no place of the programme was given back since: else a newer one comes.

    A run that finds nothing changed makes no new proposal; the old one holds as long as such runs say so.
    """
    look = runs.last_look(db, run)
    if look.computed_at is None or look.claimed_at is None or look.computed_at <= now - FRESH:
        return False
    overtaken = select(Group.id).where(Group.programme_id == programme_id, Group.touched_at >= look.claimed_at)
    return db.scalars(overtaken).first() is None


def _in_hand(db: Session, run: AllocationRun) -> bool:
    """True while staff work in the proposal: they have held somebody back in it."""
    query = select(RunDecision.id).where(RunDecision.run_id == run.id, RunDecision.state == DecisionState.EXCLUDED)
    return db.scalars(query).first() is not None


def _made_today(db: Session, programme_id: int, now: datetime) -> int:
    """Offers that runs have made in the programme since midnight; what was taken back does not count."""
    query = select(func.count(Offer.id)).where(
        Offer.programme_id == programme_id,
        Offer.run_id.is_not(None),
        Offer.made_at >= at(today(now), time.min),
        Offer.state != OfferState.WITHDRAWN,
    )
    return db.scalar(query) or 0
