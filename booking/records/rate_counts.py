"""How often somebody has tried something: counted in the database, so that every web process counts the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, personal, plain


class RateCount(Base):
    """Tries under one key (a keyed hash: it may stem from a network address) until the window ends."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = personal(String(80), primary_key=True)
    count: Mapped[int] = plain()
    ends_at: Mapped[datetime] = plain(index=True)


def forget(db: Session, *, now: datetime) -> None:
    """Remove the counts whose window has ended. A job calls it."""
    db.execute(delete(RateCount).where(RateCount.ends_at <= now))
