"""The setting of one programme: its limits, whether it runs, and why it stopped."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, relationship

from booking.base.db import Base, identity, plain
from booking.base.errors import Refused as _Refused
from booking.base.texts import _, lazy
from booking.catalogue.programmes import Programme
from booking.records import alarms, audit
from booking.records.audit import SYSTEM, Actor

ALARM = "autopilot_stopped"
THING = "programmes"  # An alarm of the autopilot is about the programme.
MOST_HOURS, ALL = 24, 100


class Trouble(enum.Enum):
    """Why an autopilot stopped itself; the values of its sentence are in `stopped_values`."""

    PLAN_FAILED = "plan_failed"  # The newest plan broke a rule, or could not be computed.
    DELIVERY = "delivery"  # Too many of the offers' messages failed, or nobody can tell.
    REFUSALS = "refusals"  # Too many of the latest offers were declined or not answered.
    UNDONE = "undone"  # Staff undid or took back an offer.

    def sentence(self, values: Mapping[str, Any]) -> str:
        """What happened, in one sentence for staff."""
        return str(_SENTENCES[self]) % values


_SENTENCES = {
    Trouble.PLAN_FAILED: lazy("Det senaste förslaget klarade inte kontrollen."),
    Trouble.DELIVERY: lazy("%(bad)s av de %(looked_at)s senaste meddelandena om erbjudanden kom inte fram."),
    Trouble.REFUSALS: lazy("%(bad)s av de %(looked_at)s senaste erbjudandena fick nej eller inget svar."),
    Trouble.UNDONE: lazy("Någon tog tillbaka %(bad)s erbjudanden."),
}


class Refused(_Refused):
    """The autopilot could not be set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far it may go: offers a day, local hours on days that are not red, and shares in percent.

    `answers` is how many of the latest ended offers and of their latest messages are looked at; before there are so
    many, no share is judged.
    """

    most_a_day: int = 20
    from_hour: int = 9
    until_hour: int = 17
    most_refused: int = 50
    most_failed: int = 20
    answers: int = 10


class Autopilot(Base):
    """One programme's autopilot. `counted_from` is when it was last set going: what came before is not held against it.

    `version` rises with every change, and stands beside each of its acts in the audit log.
    """

    __tablename__ = "autopilots"
    __table_args__ = (
        CheckConstraint("from_hour >= 0 AND from_hour < until_hour AND until_hour <= 24", name="hours"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = identity()
    programme_id: Mapped[int] = plain(ForeignKey("programmes.id"), unique=True)
    is_on: Mapped[bool] = plain(default=False)
    most_a_day: Mapped[int] = plain()
    from_hour: Mapped[int] = plain()
    until_hour: Mapped[int] = plain()
    most_refused: Mapped[int] = plain()
    most_failed: Mapped[int] = plain()
    answers: Mapped[int] = plain()
    counted_from: Mapped[datetime] = plain()
    stopped_at: Mapped[datetime | None] = plain()
    stopped_why: Mapped[str | None] = plain(String(20))
    stopped_values: Mapped[dict[str, Any]] = plain(default=dict)
    version: Mapped[int] = plain(default=1)
    programme: Mapped[Programme] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}

    @property
    def runs(self) -> bool:
        """True when it is on and has not stopped itself."""
        return self.is_on and self.stopped_at is None

    @property
    def why(self) -> str:
        """Why it stopped itself, in a sentence for staff; empty when it has not."""
        return Trouble(self.stopped_why).sentence(self.stopped_values) if self.stopped_why else ""


def limits(setting: Autopilot) -> Limits:
    """The limits as they are."""
    return Limits(**{name: getattr(setting, name) for name in Limits.__slots__})


def find_for(db: Session, programme_id: int) -> Autopilot | None:
    """The programme's autopilot; None when nobody has ever set one."""
    return db.scalars(select(Autopilot).where(Autopilot.programme_id == programme_id)).first()


def list_running(db: Session) -> list[int]:
    """The ids of the programmes whose autopilot is on and has not stopped itself."""
    query = select(Autopilot.programme_id).where(Autopilot.is_on, Autopilot.stopped_at.is_(None))
    return list(db.scalars(query.order_by(Autopilot.programme_id)))


def change(
    db: Session, programme: Programme, new: Limits, *, on: bool, reason: str, now: datetime, by: Actor
) -> Autopilot:
    """Give a programme these limits, and switch its autopilot on or off. One that stopped itself stays stopped.

    Raises Refused for a limit that makes no sense, or without a reason.
    """
    _check(new, programme, reason)
    found = find_for(db, programme.id)
    setting = found or Autopilot(programme_id=programme.id, is_on=False, counted_from=now)
    before = {} if found is None else {"on": found.is_on, **asdict(limits(found))}
    for name, value in asdict(new).items():
        setattr(setting, name, value)
    if on and not setting.is_on:
        setting.counted_from = now
    setting.is_on = on
    db.add(setting)
    db.flush()
    after = {"on": on, **asdict(new)}
    changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
    _note(db, "autopilot set", setting, now=now, by=by, reason=reason, changes=changes)
    if not on:
        _clear(db, setting, now=now)
    return setting


def restart(db: Session, setting: Autopilot, *, reason: str, now: datetime, by: Actor) -> Autopilot:
    """Let an autopilot that stopped itself go on; it judges only what happens from now. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Skriv varför."), code="reason")
    db.refresh(setting, with_for_update={"of": Autopilot})
    if setting.stopped_at is None:
        raise Refused(_("Autopiloten är redan i gång."), code="running")
    setting.counted_from = now
    _clear(db, setting, now=now)
    _note(db, "autopilot restarted", setting, now=now, by=by, reason=reason)
    return setting


def stop(db: Session, setting: Autopilot, why: Trouble, *, now: datetime, **values: Any) -> Autopilot:
    """It stops itself: nothing more is published until staff restart it, and an alarm says why."""
    setting.stopped_at, setting.stopped_why, setting.stopped_values = now, why.value, values
    db.flush()
    _note(db, "autopilot stopped", setting, now=now, by=SYSTEM, reason=why.value)
    alarms.sound(db, ALARM, thing_kind=THING, thing_id=setting.programme_id, now=now, why=why.value, **values)
    return setting


def _clear(db: Session, setting: Autopilot, *, now: datetime) -> None:
    setting.stopped_at, setting.stopped_why, setting.stopped_values = None, None, {}
    db.flush()
    alarms.settle(db, ALARM, thing_kind=THING, thing_id=setting.programme_id, now=now)


def _check(new: Limits, programme: Programme, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Skriv varför."), code="reason")
    if not 0 <= new.from_hour < new.until_hour <= MOST_HOURS:
        raise Refused(_("Välj två klockslag, det tidigare först."), code="hours")
    if not (0 <= new.most_refused <= ALL and 0 <= new.most_failed <= ALL):
        raise Refused(_("Andelarna ska vara mellan 0 och 100 procent."), code="share")
    if new.most_a_day < programme.minimum:
        too_few = _("Så få räcker inte till en grupp. Välj minst %(minimum)s om dagen.", minimum=programme.minimum)
        raise Refused(too_few, code="too_few")
    if new.answers < 1:
        raise Refused(_("Titta på minst ett svar."), code="answers")


def _note(db: Session, act: str, setting: Autopilot, *, now: datetime, by: Actor, reason: str, **more: Any) -> None:
    changes = {**more.get("changes", {}), "version": (None, setting.version)}
    audit.note(db, act, setting, now=now, by=by, reason=reason, changes=changes)
