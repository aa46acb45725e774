"""Confirming: a mobile or an e-mail counts once whoever holds it has typed in the code that was sent there.

Only then do registrations stand in the queue, with the date of the day they were sent. Only then is it looked whether
the same person already stands there, so that a stranger who types somebody's number learns nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import guarded
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.outbox import messages
from booking.people import codes, doubles, returning
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState, write_line
from booking.records import audit, policies
from booking.records.audit import SYSTEM, Actor


class Refused(_Refused):
    """The registration is not what it was."""


def get_carer(db: Session, code: str) -> Carer:
    """The carer with this unguessable code. Raises NotFound."""
    found = db.scalars(select(Carer).where(Carer.code == code)).first()
    if found is None:
        raise NotFound
    return found


def list_registrations(db: Session, carer: Carer, *states: RegistrationState) -> list[Registration]:
    """What the carer's family has asked for, in these states, in the order it was asked for."""
    query = select(Registration).where(Registration.family_id == carer.family_id, Registration.state.in_(states))
    return list(db.scalars(query.order_by(Registration.id)))


def confirm(db: Session, carer: Carer, channel: str, code: str, *, now: datetime) -> Carer:
    """The carer typed the code: the contact counts, and what waited for it joins the queue or is seen as a double.

    Typing the right code twice is harmless. Raises codes.Refused; keep what changed then, since tries are counted.
    """
    if not codes.use(db, carer, channel, code, now=now):
        return carer
    doubles.lock(db, carer, channel)
    if channel == "sms":
        carer.mobile_confirmed_at = now
    else:
        carer.email_confirmed_at = now
    audit.note(db, f"{channel} confirmed", carer, now=now, by=carer.actor)
    for registration in list_registrations(db, carer, RegistrationState.UNCONFIRMED):
        older = doubles.find(db, registration, carer)
        if older is None:
            _enter_queue(db, registration, carer, now)
        else:
            close(db, registration, now=now, by=carer.actor, why="double", duplicate_of=older)
    _tell(db, carer, now)
    return carer


def _enter_queue(db: Session, registration: Registration, carer: Carer, now: datetime) -> None:
    statement = update(Registration).where(
        Registration.id == registration.id, Registration.state == RegistrationState.UNCONFIRMED
    )
    refusal = Refused(_("Anmälan har redan ändrats."), code="changed")
    guarded(db, statement.values(state=RegistrationState.WAITING), refusal)
    classes = {"gender": carer.gender.value, "heard_from": registration.heard_from}
    record(db, "registered", registration, now=now, by=carer.actor, **classes)


def close(
    db: Session,
    registration: Registration,
    *,
    now: datetime,
    by: Actor,
    why: str,
    duplicate_of: Registration | None = None,
) -> Registration:
    """End a registration that has no place: `why` is "double", "unconfirmed" or "grown"."""
    statement = update(Registration).where(Registration.id == registration.id, Registration.state == registration.state)
    values: dict[str, object] = {"state": RegistrationState.CLOSED, "closed_at": now, "paused_at": None}
    if duplicate_of is not None:
        values["duplicate_of_id"] = duplicate_of.id
    guarded(db, statement.values(values), Refused(_("Anmälan har redan ändrats."), code="changed"))
    record(db, "closed", registration, now=now, by=by, why=why)
    return registration


def record(db: Session, event: str, registration: Registration, *, now: datetime, by: Actor, **values: Any) -> None:
    """Put an event of a registration in the audit log and in the ledger."""
    audit.note(db, event, registration, now=now, by=by)
    write_line(
        db,
        event,
        registration,
        now=now,
        since=today(registration.waiting_since).isoformat(),
        adults=registration.adults,
        channel=registration.channel,
        districts=len(registration.districts),
        weekdays=len(registration.weekdays),
        **values,
    )


def _tell(db: Session, carer: Carer, now: datetime) -> None:
    if list_registrations(db, carer, *doubles.LIVE):
        for channel in carer.channels:
            messages.queue(db, "registered", carer.family_id, carer.id, channel, now=now)
    for older in {person.id: person for _double, _older, person in doubles.earlier(db, carer)}.values():
        for channel in older.channels[:1]:
            returning.send_link(db, older, channel, now=now)


def close_unconfirmed(db: Session, *, now: datetime) -> int:
    """Close what nobody confirmed within the city's `unconfirmed_days`; returns how many. A job calls it."""
    limit = now - timedelta(days=policies.current(db).unconfirmed_days)
    query = select(Registration).where(
        Registration.state == RegistrationState.UNCONFIRMED, Registration.waiting_since <= limit
    )
    old = list(db.scalars(query.order_by(Registration.id)))
    for registration in old:
        close(db, registration, now=now, by=SYSTEM, why="unconfirmed")
    return len(old)
