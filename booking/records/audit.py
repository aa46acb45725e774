"""Who did what, when and why. Append-only in the database itself, see the triggers in the first migration.

An entry holds ids and the names of what changed; the values stand in rows of their own, encrypted, which retention
may erase without touching the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain
from booking.base.secrecy import EncryptedText


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: kind is "account", "carer" or "system"; id is that row's id, None for the system."""

    kind: str
    id: int | None = None


SYSTEM = Actor("system")


class AuditEntry(Base):
    """One act by one actor upon one thing."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_thing", "thing", "thing_id"),
        Index("ix_audit_entries_actor", "actor", "actor_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    at: Mapped[datetime] = plain(index=True)
    actor: Mapped[str] = plain(String(10))
    actor_id: Mapped[int | None] = plain()
    action: Mapped[str] = plain(String(40))
    thing: Mapped[str] = plain(String(40))
    thing_id: Mapped[int] = plain()
    override: Mapped[bool] = plain(default=False)


class AuditValue(Base):
    """A value before and after, or the stated reason (field "reason"); erasable."""

    __tablename__ = "audit_values"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    entry_id: Mapped[int] = plain(ForeignKey("audit_entries.id"), index=True)
    field: Mapped[str] = plain(String(40))
    before: Mapped[str | None] = personal(EncryptedText)
    after: Mapped[str | None] = personal(EncryptedText)


def note(
    db: Session,
    action: str,
    thing: Any,
    *,
    now: datetime,
    by: Actor,
    reason: str | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
    override: bool = False,
) -> AuditEntry:
    """Write down an act upon a mapped thing; `changes` maps field to (before, after)."""
    entry = AuditEntry(at=now, actor=by.kind, actor_id=by.id, action=action, override=override)
    entry.thing, entry.thing_id = thing.__tablename__, thing.id
    db.add(entry)
    db.flush()
    rows = dict(changes or {})
    if reason:
        rows["reason"] = (None, reason)
    for field, (before, after) in rows.items():
        db.add(AuditValue(entry_id=entry.id, field=field, before=_text(before), after=_text(after)))
    return entry


def note_all(
    db: Session, action: str, things: Iterable[Any], *, now: datetime, by: Actor, reason: str | None = None
) -> None:
    """Write down the same act, for the same reason, upon several things: a few statements, however many they are."""
    entries = [
        AuditEntry(at=now, actor=by.kind, actor_id=by.id, action=action, thing=thing.__tablename__, thing_id=thing.id)
        for thing in things
    ]
    db.add_all(entries)
    if reason:
        db.flush()
        db.add_all([AuditValue(entry_id=entry.id, field="reason", after=reason) for entry in entries])


def _text(value: object) -> str | None:
    return None if value is None else str(value)
