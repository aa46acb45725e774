"""The city's own settings, versioned: a change is a new row, so a decision can be judged by the rule of its day."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, plain
from booking.records.audit import Actor, note


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the settings. Hours are the city's local hours; the rest says its unit in its name."""

    reply_hours_far: int = 48
    reply_hours_soon: int = 24
    reply_hours_last: int = 4
    reply_soon_days: int = 10
    reply_last_days: int = 3
    rest_from_hour: int = 20
    rest_until_hour: int = 8
    halfway_least_hours: int = 2
    call_unknown_hours: int = 4
    call_again_hours: int = 3
    quiet_from_hour: int = 20
    quiet_until_hour: int = 8
    offers_per_week: int = 2
    undo_minutes: int = 5
    code_minutes: int = 15
    link_days: int = 90
    unconfirmed_days: int = 7
    reminder_days: tuple[int, ...] = (1,)
    first_reminder_days: tuple[int, ...] = (7, 1)
    same_morning: bool = True
    status_weeks: int = 4
    reconfirm_weeks: int = 52
    reconfirm_again_weeks: int = 3
    decision_days_before: int = 10
    no_records: bool = False
    allocation_every_minutes: int = 60


class PolicyVersion(Base):
    """The settings from `made_at` until the next version."""

    __tablename__ = "policies"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = identity()
    made_at: Mapped[datetime] = plain()
    settings: Mapped[dict[str, Any]] = plain()


def current(db: Session) -> Policy:
    """The settings in force; the defaults when the city has changed nothing."""
    found = db.scalars(select(PolicyVersion).order_by(PolicyVersion.id.desc()).limit(1)).first()
    return Policy() if found is None else _policy(found.settings)


def change(db: Session, policy: Policy, *, now: datetime, by: Actor, reason: str) -> PolicyVersion:
    """Put these settings in force from now on."""
    version = PolicyVersion(made_at=now, settings=asdict(policy))
    db.add(version)
    db.flush()
    note(db, "policy changed", version, now=now, by=by, reason=reason)
    return version


def _policy(settings: dict[str, Any]) -> Policy:
    known = {field.name for field in fields(Policy)}
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items() if k in known}
    return Policy(**values)
