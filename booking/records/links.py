"""A parent's way in without an account: a long random link to one carer's own pages.

Only the hash of a token is kept. A link expires, can be revoked, and changes nothing by being opened.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain
from booking.base.secrecy import hashed, new_token


class Link(Base):
    """One link sent to one carer."""

    __tablename__ = "links"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    carer_id: Mapped[int] = plain(ForeignKey("carers.id"), index=True)
    token_hash: Mapped[str] = personal(String(64), unique=True)
    made_at: Mapped[datetime] = plain()
    expires_at: Mapped[datetime] = plain()
    revoked_at: Mapped[datetime | None] = plain()

    def is_open(self, now: datetime) -> bool:
        """True while the link may be used."""
        return self.revoked_at is None and now < self.expires_at


def make(db: Session, carer_id: int, *, now: datetime, days: int) -> str:
    """A new link for a carer; returns the token, which is not kept and cannot be shown again."""
    token = new_token()
    db.add(Link(carer_id=carer_id, token_hash=hashed(token), made_at=now, expires_at=now + timedelta(days=days)))
    db.flush()
    return token


def find(db: Session, token: str) -> Link | None:
    """The link of a token, open or not."""
    return db.scalars(select(Link).where(Link.token_hash == hashed(token))).first()


def revoke_all(db: Session, carer_id: int, *, now: datetime) -> None:
    """Cut off every link a carer has, as after a lost phone."""
    db.execute(update(Link).where(Link.carer_id == carer_id, Link.revoked_at.is_(None)).values(revoked_at=now))
