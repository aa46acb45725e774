"""Private addresses at which a calendar programme fetches one person's meetings: a carer's, or a leader's.

Only the hash of a token is kept. An address never runs out, since a calendar asks for years; it is renewed or closed
by hand, and each person has one at a time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain
from booking.base.secrecy import hashed, new_code

LENGTH = 24
LIVE = "revoked_at IS NULL"


class Feed(Base):
    """One address for one carer or one account, never for both."""

    __tablename__ = "feeds"
    __table_args__ = (
        CheckConstraint("(carer_id IS NULL) <> (account_id IS NULL)", name="owner"),
        Index("uq_feeds_carer_id", "carer_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        Index("uq_feeds_account_id", "account_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    carer_id: Mapped[int | None] = plain(ForeignKey("carers.id"))
    account_id: Mapped[int | None] = plain(ForeignKey("accounts.id"))
    token_hash: Mapped[str] = personal(String(64), unique=True)
    made_at: Mapped[datetime] = plain()
    revoked_at: Mapped[datetime | None] = plain()


def find(db: Session, token: str) -> Feed | None:
    """The address in use that ends in this token."""
    return db.scalars(select(Feed).where(Feed.token_hash == hashed(token), Feed.revoked_at.is_(None))).first()


def find_of(db: Session, *, carer_id: int | None = None, account_id: int | None = None) -> Feed | None:
    """The address somebody has in use; give one of the two ids."""
    return db.scalars(select(Feed).where(*_owned(carer_id, account_id))).first()


def make(db: Session, *, carer_id: int | None = None, account_id: int | None = None, now: datetime) -> str:
    """A new address for a carer or an account; the one before stops answering. Returns the token, which is not kept."""
    close(db, carer_id=carer_id, account_id=account_id, now=now)
    token = new_code(LENGTH)
    db.add(Feed(carer_id=carer_id, account_id=account_id, token_hash=hashed(token), made_at=now))
    db.flush()
    return token


def close(db: Session, *, carer_id: int | None = None, account_id: int | None = None, now: datetime) -> None:
    """Let the address somebody has in use answer no more; harmless when there is none."""
    db.execute(update(Feed).where(*_owned(carer_id, account_id)).values(revoked_at=now))


def _owned(carer_id: int | None, account_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return Feed.carer_id == carer_id, Feed.account_id == account_id, Feed.revoked_at.is_(None)
