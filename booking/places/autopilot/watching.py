"""What an autopilot looks at before it publishes: what became of its programme's latest offers and messages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.outbox.messages import Message, MessageState
from booking.places.autopilot.setting import Autopilot, Trouble
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement
from booking.places.runs import AllocationRun, RunState

ENDED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED)
REFUSED = (OfferState.DECLINED, OfferState.EXPIRED)
GONE = (MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED, MessageState.UNKNOWN)
BAD = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of the latest ended offers, and of the latest messages about offers: how many there were, and how many bad.

    `undone` is how many published offers staff have taken back; `plan_failed` is about the newest run.
    """

    ended: int
    refused: int
    sent: int
    failed: int
    undone: int
    plan_failed: bool


def look(db: Session, setting: Autopilot) -> Seen:
    """What has happened since the autopilot was set going; of offers and messages the latest `answers`."""
    ended = _ended(db, setting)
    sent = _sent(db, setting)
    return Seen(
        ended=len(ended),
        refused=sum(state in REFUSED for state in ended),
        sent=len(sent),
        failed=sum(state in BAD for state in sent),
        undone=_undone(db, setting),
        plan_failed=_plan_failed(db, setting),
    )


def trouble(setting: Autopilot, seen: Seen) -> tuple[Trouble, dict[str, int]] | None:
    """What looks wrong, with its figures; None when nothing does. Pure."""
    if seen.plan_failed:
        return Trouble.PLAN_FAILED, {}
    if seen.undone:
        return Trouble.UNDONE, {"bad": seen.undone}
    if _too_many(seen.failed, seen.sent, setting.most_failed, setting.answers):
        return Trouble.DELIVERY, {"bad": seen.failed, "looked_at": seen.sent}
    if _too_many(seen.refused, seen.ended, setting.most_refused, setting.answers):
        return Trouble.REFUSALS, {"bad": seen.refused, "looked_at": seen.ended}
    return None


def _too_many(bad: int, looked_at: int, percent: int, needed: int) -> bool:
    return looked_at >= needed and 100 * bad > percent * looked_at


def _ended(db: Session, setting: Autopilot) -> list[OfferState]:
    query = select(Offer.state).where(
        Offer.programme_id == setting.programme_id, Offer.made_at >= setting.counted_from, Offer.state.in_(ENDED)
    )
    return list(db.scalars(query.order_by(Offer.answered_at.desc(), Offer.id.desc()).limit(setting.answers)))


def _sent(db: Session, setting: Autopilot) -> list[MessageState]:
    query = (
        select(Message.state)
        .join(Offer, Offer.id == Message.thing_id)
        .where(Message.kind == "offer", Message.state.in_(GONE), Offer.programme_id == setting.programme_id)
        .where(Offer.made_at >= setting.counted_from)
    )
    return list(db.scalars(query.order_by(Message.id.desc()).limit(setting.answers)))


def _undone(db: Session, setting: Autopilot) -> int:
    # Only what a person took back: that a family leaves, or a group is cancelled, is no fault of the plan's.
    query = select(func.count(Offer.id)).join(Placement, Placement.id == Offer.placement_id)
    query = query.where(Offer.programme_id == setting.programme_id, Offer.run_id.is_not(None))
    query = query.where(Offer.made_at >= setting.counted_from, Placement.taken_back_at.is_not(None))
    return db.scalar(query) or 0


def _plan_failed(db: Session, setting: Autopilot) -> bool:
    done = select(AllocationRun).where(AllocationRun.computed_at.is_not(None), AllocationRun.trial.is_(None))
    newest = db.scalars(done.order_by(AllocationRun.computed_at.desc(), AllocationRun.id.desc()).limit(1)).first()
    if newest is None or newest.computed_at is None or newest.state is not RunState.FAILED:
        return False
    return newest.computed_at > setting.counted_from
