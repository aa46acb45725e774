"""Every change of state, without identity, so that figures survive erasure. Append-only in the database.

`subject` is a random key kept on the registration; when that row is erased, nobody can tell whose line it was.
Reports and expected waits are made from here alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, plain


class LedgerLine(Base):
    """One change of state."""

    __tablename__ = "ledger_lines"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    at: Mapped[datetime] = plain(index=True)
    event: Mapped[str] = plain(String(40), index=True)
    subject: Mapped[str | None] = plain(String(24), index=True)
    programme_id: Mapped[int | None] = plain()
    district_id: Mapped[int | None] = plain()
    group_id: Mapped[int | None] = plain()
    values: Mapped[dict[str, Any]] = plain(default=dict)


def write(
    db: Session,
    event: str,
    *,
    now: datetime,
    subject: str | None = None,
    programme_id: int | None = None,
    district_id: int | None = None,
    group_id: int | None = None,
    **values: Any,
) -> None:
    """Add a line. `values` must identify nobody: states, counts, channels, classes."""
    line = LedgerLine(at=now, event=event, subject=subject, programme_id=programme_id)
    line.district_id, line.group_id, line.values = district_id, group_id, values
    db.add(line)
