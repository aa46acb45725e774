"""Receipts: what a provider says later of a message it has taken.

They may come twice, in any order, before we have written down that the message was handed over, or never. So they
stand in an order of their own, sent < failed < delivered, and a message only moves upwards in it: whatever the order
in which they come, it ends in the same state. One that comes too early is kept and applied when its message is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, Select, String, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, plain
from booking.outbox.messages import Message, MessageState

SENT, DELIVERED, FAILED = "sent", "delivered", "failed"
NOT_ARRIVED = "the provider says that it did not arrive"
NOT_ARRIVED_FAULT = "not delivered"
KEPT = timedelta(days=7)
# From which states each moves a message.
BEFORE = {
    SENT: (MessageState.UNKNOWN,),
    FAILED: (MessageState.UNKNOWN, MessageState.SENT),
    DELIVERED: (MessageState.UNKNOWN, MessageState.SENT, MessageState.FAILED),
}
ROUND = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says of one message, known by our `reference` or by the provider's own id, or by both.

    `status` is "sent", "delivered" or "failed"; `fault` a short code of why; `cost` in 1/10000 of the currency.
    """

    reference: str | None
    provider: str
    provider_id: str | None
    status: str
    at: datetime
    fault: str | None = None
    parts: int | None = None
    cost: int | None = None


class KeptReceipt(Base):
    """A receipt whose message we do not know yet, or have not written down as handed over."""

    __tablename__ = "kept_receipts"
    __table_args__ = (
        Index("ix_kept_receipts_provider_id", "provider", "provider_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    reference: Mapped[str | None] = plain(String(24), index=True)
    provider: Mapped[str] = plain(String(20))
    provider_id: Mapped[str | None] = plain(String(120))
    status: Mapped[str] = plain(String(10))
    at: Mapped[datetime] = plain()
    fault: Mapped[str | None] = plain(String(60))
    parts: Mapped[int | None] = plain()
    cost: Mapped[int | None] = plain()
    kept_at: Mapped[datetime] = plain(index=True)


_is_of = or_(
    Message.reference == KeptReceipt.reference,
    and_(Message.provider == KeptReceipt.provider, Message.provider_id == KeptReceipt.provider_id),
)


def record(db: Session, receipt: Receipt, *, now: datetime) -> Message | None:
    """Write down what a provider says. The message it is about, or None when there is none that we know."""
    message = db.scalars(_about(receipt).with_for_update().execution_options(populate_existing=True)).first()
    if message is None and receipt.reference is not None:
        return None  # What carries a reference was written down before it was handed over: this one is not ours.
    if message is None or message.state is MessageState.SENDING:
        _keep(db, receipt, now)
        return message
    _apply(db, message.id, receipt)
    db.refresh(message)
    return message


def early(db: Session, message: Message) -> None:
    """Apply what came before the hand-over was written down. `queue.record` calls it when it has done so."""
    theirs = select(KeptReceipt).join(Message, _is_of).where(Message.id == message.id)
    for kept in db.scalars(theirs.order_by(KeptReceipt.id)).all():
        _apply_kept(db, message.id, kept)


def settle(db: Session) -> int:
    """Apply what was kept for messages whose worker stopped, or whose hand-over is written down by now; how many."""
    found = select(KeptReceipt, Message.id).join(Message, _is_of)
    found = found.where(Message.state != MessageState.SENDING).order_by(KeptReceipt.id).limit(ROUND)
    # Two that do this at once share the work; and a worker locks its message first and looks for receipts then, so
    # whoever came to the receipts first must not wait for messages.
    rows = db.execute(found.with_for_update(skip_locked=True, of=[KeptReceipt, Message])).all()
    for kept, message_id in rows:
        _apply_kept(db, message_id, kept)
    return len(rows)


def forget(db: Session, *, now: datetime) -> None:
    """Remove what was kept for messages that never turned up. A job calls it."""
    db.execute(delete(KeptReceipt).where(KeptReceipt.kept_at <= now - KEPT))


def _about(receipt: Receipt) -> Select[Message]:
    if receipt.reference is not None:
        return select(Message).where(Message.reference == receipt.reference)
    return select(Message).where(Message.provider == receipt.provider, Message.provider_id == receipt.provider_id)


def _keep(db: Session, receipt: Receipt, now: datetime) -> None:
    same = KeptReceipt.reference.is_not_distinct_from(receipt.reference), KeptReceipt.status == receipt.status
    called = KeptReceipt.provider_id.is_not_distinct_from(receipt.provider_id)
    if db.scalars(select(KeptReceipt.id).where(*same, called, KeptReceipt.provider == receipt.provider)).first():
        return
    kept = KeptReceipt(reference=receipt.reference, provider=receipt.provider, provider_id=receipt.provider_id)
    kept.status, kept.at, kept.fault, kept.kept_at = receipt.status, receipt.at, receipt.fault, now
    kept.parts, kept.cost = receipt.parts, receipt.cost
    db.add(kept)
    db.flush()


def _apply_kept(db: Session, message_id: int, kept: KeptReceipt) -> None:
    receipt = Receipt(
        kept.reference, kept.provider, kept.provider_id, kept.status, kept.at, kept.fault, kept.parts, kept.cost
    )
    _apply(db, message_id, receipt)
    db.delete(kept)
    db.flush()


def _apply(db: Session, message_id: int, receipt: Receipt) -> None:
    this = update(Message).where(Message.id == message_id)
    facts = {name: getattr(receipt, name) for name in ("provider_id", "parts", "cost")}
    known = {name: func.coalesce(getattr(Message, name), value) for name, value in facts.items() if value is not None}
    if known:
        db.execute(this.values(known))
    moved: ColumnElement[bool] = Message.state.in_(BEFORE[receipt.status])
    if receipt.status != FAILED:
        # It was handed over and waits to be so again, but the provider took it after all: it must not go twice.
        moved = or_(moved, and_(Message.state == MessageState.QUEUED, Message.claimed_at.is_not(None)))
    db.execute(this.where(moved).values(_moved(receipt)))


def _moved(receipt: Receipt) -> dict[str, object]:
    values: dict[str, object] = {"state": MessageState(receipt.status), "why": None, "fault": None}
    values["provider"] = func.coalesce(Message.provider, receipt.provider)
    if receipt.status == FAILED:
        return values | {"why": NOT_ARRIVED, "fault": receipt.fault or NOT_ARRIVED_FAULT}
    values["sent_at"] = func.coalesce(Message.sent_at, receipt.at)
    return values | ({"delivered_at": receipt.at} if receipt.status == DELIVERED else {})
