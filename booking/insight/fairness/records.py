"""What people decided over the plan or beside it: every act that passed somebody has its reason on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.insight.fairness.cases import Finding
from booking.places.offers import Offer
from booking.places.placements import Placement, Source
from booking.records.audit import AuditEntry, AuditValue

NO_RUN = "none"


def check(db: Session, *, since: datetime | None) -> Iterator[Finding]:
    """Acts that passed somebody without a reason, and offers that nobody is on record as having made."""
    given = select(AuditValue.id).where(AuditValue.entry_id == AuditEntry.id, AuditValue.field == "reason")
    silent = select(AuditEntry.id).where(AuditEntry.override, ~given.exists(), *_from(AuditEntry.at, since))
    for entry in db.scalars(silent.order_by(AuditEntry.id)):
        yield Finding(NO_RUN, f"act {entry}", "passed somebody, and no reason is on record")
    made = select(AuditEntry.id).where(
        AuditEntry.thing == Offer.__tablename__, AuditEntry.thing_id == Offer.id, AuditEntry.action == "offer made"
    )
    nobodys = select(Offer.id).where(~made.exists(), *_from(Offer.made_at, since))
    for offer in db.scalars(nobodys.order_by(Offer.id)):
        yield Finding(NO_RUN, f"offer {offer}", "nobody is on record as having made it")


def count_overrides(db: Session, *, since: datetime | None) -> int:
    """How many places staff gave past what stood in the way, with their reasons."""
    query = select(func.count(Placement.id)).where(Placement.override.is_not(None), *_from(Placement.made_at, since))
    return db.scalar(query) or 0


def count_beside(db: Session, *, since: datetime | None) -> int:
    """How many places were offered by hand or taken by invitation, from no run at all."""
    by_hand = select(func.count(Offer.id)).where(Offer.run_id.is_(None), *_from(Offer.made_at, since))
    invited = select(func.count(Placement.id)).where(Placement.source == Source.INVITATION)
    return (db.scalar(by_hand) or 0) + (db.scalar(invited.where(*_from(Placement.made_at, since))) or 0)


def _from(column: InstrumentedAttribute[datetime], since: datetime | None) -> list[ColumnElement[bool]]:
    return [] if since is None else [column >= since]
