"""Each programme's plan of reminders, in versions: a change is a new row, so it can be seen what held when.

A programme without a plan of its own follows the city's settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.clock import at
from booking.base.db import Base, identity, plain
from booking.base.errors import Refused as _Refused
from booking.base.texts import DEFAULT, WRITTEN, _
from booking.catalogue.programmes import Programme
from booking.outbox import quiet, wording
from booking.records import audit, policies
from booking.records.audit import Actor
from booking.records.policies import Policy

LANGUAGES = tuple(WRITTEN)
MOST_DAYS, MOST_REMINDERS, LONGEST_BRING = 30, 4, 60
SOME_DAY = date(2027, 1, 4)
TELLTALE = re.compile("barn|föräld|child|parent", re.IGNORECASE)


class Refused(_Refused):
    """The plan was not changed; the code is the field that is wrong."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many days before the first meeting and before each later one, at which hours, and what to bring.

    Days are whole days before the meeting, at `day_at`; the same morning is at `morning_at`. Hours are the city's own.
    `bring` holds one short text by language; a language without one gets the Swedish.
    """

    first_days: tuple[int, ...] = (7, 1)
    later_days: tuple[int, ...] = (1,)
    first_morning: bool = False
    later_morning: bool = True
    day_at: time = time(12)
    morning_at: time = time(8)
    bring: Mapping[str, str] = field(default_factory=dict)

    def to_bring(self, code: str) -> str:
        """What to bring, in that language, else in Swedish; empty when nothing is said."""
        return self.bring.get(code) or self.bring.get(DEFAULT) or ""

    @property
    def longest(self) -> int:
        """The most days before a meeting on which it is reminded of."""
        return max((0, *self.first_days, *self.later_days))


class ReminderPlan(Base):
    """A programme's plan from `made_at` until its next version."""

    __tablename__ = "reminder_plans"
    __table_args__ = (UniqueConstraint("programme_id", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"))
    version: Mapped[int] = plain()
    made_at: Mapped[datetime] = plain()
    first_days: Mapped[list[int]] = plain()
    later_days: Mapped[list[int]] = plain()
    first_morning: Mapped[bool] = plain()
    later_morning: Mapped[bool] = plain()
    day_at: Mapped[time] = plain()
    morning_at: Mapped[time] = plain()
    bring: Mapped[dict[str, Any]] = plain()

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return Plan(
            first_days=tuple(self.first_days),
            later_days=tuple(self.later_days),
            first_morning=self.first_morning,
            later_morning=self.later_morning,
            day_at=self.day_at,
            morning_at=self.morning_at,
            bring=dict(self.bring),
        )


def of_city(policy: Policy) -> Plan:
    """The plan of a programme that has none of its own."""
    return Plan(
        first_days=policy.first_reminder_days, later_days=policy.reminder_days, later_morning=policy.same_morning
    )


def find(db: Session, programme_id: int) -> ReminderPlan | None:
    """The newest version of the programme's own plan; None when it follows the city's."""
    return next(iter(versions(db, programme_id)), None)


def of(db: Session, programme_id: int) -> Plan:
    """The plan that holds for the programme now."""
    own = find(db, programme_id)
    return own.plan if own else of_city(policies.current(db))


def of_all(db: Session) -> dict[int, Plan]:
    """The own plans there are, by programme; the others follow the city's."""
    rows = db.scalars(select(ReminderPlan).order_by(ReminderPlan.version))
    return {row.programme_id: row.plan for row in rows}


def versions(db: Session, programme_id: int) -> Sequence[ReminderPlan]:
    """Every version of the programme's own plan, the newest first."""
    query = select(ReminderPlan).where(ReminderPlan.programme_id == programme_id)
    return db.scalars(query.order_by(ReminderPlan.version.desc())).all()


def change(
    db: Session, programme: Programme, plan: Plan, *, version: int, now: datetime, by: Actor, reason: str
) -> ReminderPlan:
    """Put a plan in force; `version` is the one that was changed, 0 for none. Refused when somebody was first."""
    for wrong in problems(db, programme, plan):
        raise wrong
    before = find(db, programme.id)
    changed = Refused(_("Någon annan har ändrat planen medan du hade sidan öppen. Läs den igen."), code="reason")
    if (before.version if before else 0) != version:
        raise changed
    made = ReminderPlan(programme_id=programme.id, version=version + 1, made_at=now)
    for name, value in asdict(plan).items():
        setattr(made, name, list(value) if isinstance(value, tuple) else value)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:  # Two saved at once: the other one's holds.
        raise changed from None
    old = before.plan if before else of_city(policies.current(db))
    audit.note(db, "reminder plan changed", made, now=now, by=by, reason=reason, changes=_changes(old, plan))
    return made


def _changes(old: Plan, new: Plan) -> dict[str, tuple[object, object]]:
    before, after = asdict(old), asdict(new)
    return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def problems(db: Session, programme: Programme, plan: Plan) -> list[Refused]:
    """Everything that keeps the plan from being put in force, each with the field it is about."""
    policy = policies.current(db)
    found = [_days(name, getattr(plan, name)) for name in ("first_days", "later_days")]
    found += [_hour(name, getattr(plan, name), policy) for name in ("day_at", "morning_at")]
    found += [_order(plan)]
    found += [_bring(programme, code, text) for code, text in plan.bring.items()]
    return [each for each in found if each is not None]


def _days(name: str, days: tuple[int, ...]) -> Refused | None:
    if any(not 1 <= day <= MOST_DAYS for day in days):
        return Refused(_("Skriv dagar från 1 till %(most)s.", most=MOST_DAYS), code=name)
    if len(days) > MOST_REMINDERS:
        return Refused(_("Välj högst %(most)s påminnelser. Fler läses inte.", most=MOST_REMINDERS), code=name)
    return None


def _hour(name: str, hour: time, policy: Policy) -> Refused | None:
    if not quiet.is_quiet(at(SOME_DAY, hour), policy):
        return None
    first, last = policy.quiet_until_hour, policy.quiet_from_hour
    said = _("Skriv en tid från %(first)02d.00 till före %(last)02d.00. Annars väntar påminnelsen till morgonen.",
             first=first, last=last)  # fmt: skip
    return Refused(said, code=name)


def _order(plan: Plan) -> Refused | None:
    if plan.morning_at < plan.day_at:
        return None
    return Refused(_("Morgonen ska komma före tiden för de andra påminnelserna."), code="morning_at")


def _bring(programme: Programme, code: str, text: str) -> Refused | None:
    name = f"bring_{code}"
    if len(text) > LONGEST_BRING:
        return Refused(_("Skriv högst %(most)s tecken, så ryms det i ett sms.", most=LONGEST_BRING), code=name)
    names = [each.name.casefold() for each in programme.texts]
    if TELLTALE.search(text) or any(each in text.casefold() for each in names):
        said = _("Texten kan läsas av fler på låst skärm. Skriv inget om barn, föräldrar eller vad gruppen heter.")
        return Refused(said, code=name)
    if code == DEFAULT and wording.parts(text).encoding != "GSM-7":
        return Refused(_("Skriv utan emojier och ovanliga tecken, så ryms det i ett sms."), code=name)
    return None
