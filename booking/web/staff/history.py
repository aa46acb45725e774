"""What has been done to a registration or a group, line by line from the audit log: when, what, who, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession
from booking.course import reminders
from booking.course.follow_ups import Contact
from booking.outbox.messages import Message
from booking.people.registrations import Registration
from booking.places.autopilot import Autopilot
from booking.places.offers import Offer
from booking.places.placements import Placement
from booking.places.runs import AllocationRun, RunDecision
from booking.places.steering import Steer
from booking.records.accounts import Account
from booking.records.audit import AuditEntry, AuditValue
from booking.web.staff import run_words, words

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `why` is empty where nobody gave a reason."""

    at: datetime
    action: str
    who: str
    why: str
    override: bool


def of_registration(db: Session, registration: Registration) -> list[Line]:
    """Everything done to the registration, its offers, its places and its messages, newest first."""
    carers = [carer.id for carer in registration.carers]
    places = db.scalars(select(Placement.id).where(Placement.registration_id == registration.id)).all()
    mine = {
        "registrations": [registration.id],
        "placements": places,
        "follow_ups": db.scalars(select(Contact.id).where(Contact.placement_id.in_(places))).all(),
        "offers": db.scalars(select(Offer.id).where(Offer.registration_id == registration.id)).all(),
        "run_decisions": db.scalars(select(RunDecision.id).where(RunDecision.registration_id == registration.id)).all(),
        "messages": db.scalars(select(Message.id).where(Message.carer_id.in_(carers))).all(),
        "steers": db.scalars(select(Steer.id).where(Steer.registration_id == registration.id)).all(),
    }
    return _lines(db, or_(*(_about(thing, list(ids)) for thing, ids in mine.items())))


def of_group(db: Session, group: Group) -> list[Line]:
    """Everything done to the group and its meetings, newest first."""
    meetings = db.scalars(select(GroupSession.id).where(GroupSession.group_id == group.id)).all()
    return _lines(db, or_(_about("groups", [group.id]), _about("group_sessions", list(meetings))))


def of_run(db: Session, run: AllocationRun) -> list[Line]:
    """Everything done to the run: who asked for it, published, undid or threw it away; newest first."""
    return _lines(db, _about("allocation_runs", [run.id]))


def of_holds(db: Session) -> list[Line]:
    """Every time that messages were stopped and let go again, newest first."""
    return _lines(db, AuditEntry.thing == "holds")


def of_autopilot(db: Session, setting: Autopilot) -> list[Line]:
    """Everything done to a programme's autopilot, and by it, newest first."""
    return _lines(db, _about("autopilots", [setting.id]))


def of_reminders(db: Session, programme_id: int) -> list[Line]:
    """Every change of a programme's plan of reminders, newest first."""
    versions = [each.id for each in reminders.versions(db, programme_id)]
    return _lines(db, _about(reminders.ReminderPlan.__tablename__, versions))


def _about(thing: str, ids: list[int]) -> ColumnElement[bool]:
    return and_(AuditEntry.thing == thing, AuditEntry.thing_id.in_(ids))


def _lines(db: Session, about: ColumnElement[bool]) -> list[Line]:
    entries = db.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id.desc()).limit(MOST)).all()
    given = select(AuditValue).where(
        AuditValue.entry_id.in_([entry.id for entry in entries]), AuditValue.field == "reason"
    )
    why = {value.entry_id: value.after or "" for value in db.scalars(given)}
    names = _names(db, {entry.actor_id for entry in entries if entry.actor == "account" and entry.actor_id})
    return [
        Line(entry.at, entry.action, _who(entry, names), _why(entry.action, why.get(entry.id, "")), entry.override)
        for entry in entries
    ]


def _why(action: str, reason: str) -> str:
    """The reason in words: what people wrote as it is, what Likaplats noted as a code as a sentence."""
    if action == "autopilot stopped":
        return words.stopped(reason)
    return run_words.fell(reason) if action == "steer fallen" else reason


def _names(db: Session, ids: set[int]) -> dict[int, str]:
    return {account.id: account.name for account in db.scalars(select(Account).where(Account.id.in_(ids)))}


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.actor == "carer":
        return _("Familjen")
    return names.get(entry.actor_id or 0, _("Likaplats"))
