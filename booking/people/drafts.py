"""Drafts: answers on their way to a registration, under the hash of a token that only the visitor's browser has.

A draft lives for a day. When it is sent its answers are gone in the same step, and only a pointer to the confirmation
stays until its day is over, so that a second click leads to the same page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.base.secrecy import hashed, new_code
from booking.people.registrations import Draft

LIFE = timedelta(hours=24)
SENT = "sent"


def start(db: Session, answers: Mapping[str, Any], *, now: datetime) -> str:
    """A new draft with these first answers; returns its token, which is not kept."""
    token = new_code(24)
    db.add(Draft(token_hash=hashed(token), answers=dict(answers), expires_at=now + LIFE))
    db.flush()
    return token


def forget(db: Session, *, now: datetime) -> None:
    """Remove the drafts whose day is over. A job calls it."""
    db.execute(delete(Draft).where(Draft.expires_at <= now))


def find(db: Session, token: str, *, now: datetime) -> Draft | None:
    """The draft of a token, unless it is sent or its day is over."""
    query = select(Draft).where(Draft.token_hash == hashed(token), Draft.expires_at > now)
    return db.scalars(query).first()


def keep(db: Session, draft: Draft, name: str, answers: Mapping[str, Any], *, now: datetime) -> Draft:
    """Keep the answers of one step, and the draft for another day."""
    draft.answers = {**draft.answers, name: dict(answers)}
    draft.expires_at = now + LIFE
    db.flush()
    return draft


def claim(db: Session, token: str, *, now: datetime) -> bool:
    """Make a draft a sent one; False when somebody was first. The answers are gone from then on."""
    statement = update(Draft).where(Draft.token_hash == hashed(token), Draft.expires_at > now)
    result = db.execute(statement.values(token_hash=_sent(token), answers={}))
    return bool(getattr(result, "rowcount", 0) == 1)


def point(db: Session, token: str, carer_code: str) -> None:
    """Remember where a sent draft led."""
    db.execute(update(Draft).where(Draft.token_hash == _sent(token)).values(answers={SENT: carer_code}))


def find_sent(db: Session, token: str) -> str | None:
    """The code of the carer whom a sent draft became."""
    found = db.scalars(select(Draft).where(Draft.token_hash == _sent(token))).first()
    return str(found.answers[SENT]) if found is not None and SENT in found.answers else None


def _sent(token: str) -> str:
    return hashed(f"sent {token}")
