"""How a carer wants to hear from us: by which of the confirmed ways, in which language, with how many words.

Nobody becomes unreachable in silence: a family that nothing can be written to stands on the call list, until one of
its carers can be written to again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.errors import Refused as _Refused
from booking.base.texts import WRITTEN, _
from booking.course import calls
from booking.course.calls import CallWhy
from booking.people import codes, families, stopping
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, RegistrationState
from booking.records import audit
from booking.records.audit import Actor

LIVE = (RegistrationState.WAITING, RegistrationState.PLACED)


class Refused(_Refused):
    """The choice is not one of those there are."""


@dataclass(frozen=True, slots=True)
class Choices:
    """`channels` of the confirmed ones, none of them to be phoned instead; `discreet` holds for the whole family."""

    channels: frozenset[str]
    language: str
    discreet: bool


def of(carer: Carer) -> Choices:
    """What holds now."""
    return Choices(frozenset(carer.channels), carer.language, carer.family.discreet)


def choose(db: Session, carer: Carer, wanted: Choices, *, now: datetime, by: Actor) -> Choices:
    """Let the choices hold from now on, also for what is written but not sent. Choosing the same again is harmless."""
    if not wanted.channels <= set(carer.confirmed) or wanted.language not in WRITTEN:
        raise Refused(_("Välj bland alternativen."), code="unknown")
    lock(db, carer)
    _use(db, carer, wanted.channels, now=now, by=by)
    before = of(carer)
    carer.language, carer.family.discreet = wanted.language, wanted.discreet
    db.flush()
    changes = {
        name: (getattr(before, name), getattr(wanted, name))
        for name in ("language", "discreet")
        if getattr(before, name) != getattr(wanted, name)
    }
    if changes:
        audit.note(db, "message choices changed", carer, now=now, by=by, changes=changes)
    return of(carer)


def stop_email(db: Session, carer: Carer, *, now: datetime, by: Actor) -> None:
    """No more e-mail to this carer, as asked from within an e-mail; harmless when it was so already."""
    lock(db, carer)
    stopping.stop(db, carer, stopping.EMAIL, now=now, by=by)
    see_to(db, carer, now=now)


def give(db: Session, carer: Carer, channel: str, address: str, *, now: datetime, by: Actor) -> None:
    """Keep a mobile (E.164) or an e-mail address where none is confirmed, and send a code there.

    What was given before and never confirmed goes. Raises Refused when one is confirmed, and codes.Refused.
    """
    lock(db, carer)
    if channel in carer.confirmed:
        raise Refused(_("Det är redan bekräftat. Ring oss om du har bytt."), code="confirmed")
    if channel == stopping.SMS:
        families.set_mobile(carer, address)
        carer.sms_stopped_at = None
    else:
        families.set_email(carer, address)
        carer.email_stopped_at = None
    db.flush()
    audit.note(db, "contact given", carer, now=now, by=by)
    codes.ask(db, carer, channel, now=now)


def lock(db: Session, *carers: Carer) -> None:
    """Lock the carers' families, in order of id, before any channel changes.

    Of two carers who stop at the same moment the second one then sees that nobody is left to write to.
    """
    ids = {carer.family_id for carer in carers}
    db.execute(select(Family.id).where(Family.id.in_(ids)).order_by(Family.id).with_for_update())
    for carer in carers:
        db.refresh(carer)
        db.refresh(carer.family)


def see_to(db: Session, carer: Carer, *, now: datetime) -> None:
    """Put what the carer waits for or goes to on the call list, or take it off: whether anybody can be written to."""
    query = select(Registration).where(Registration.carers.contains(carer), Registration.state.in_(LIVE))
    for registration in db.scalars(query.order_by(Registration.id)):
        if any(each.channels for each in registration.carers):
            calls.settle(db, registration, CallWhy.NO_CHANNEL, now=now)
        else:
            calls.put(db, registration, CallWhy.NO_CHANNEL, carer_id=carer.id, now=now)


def _use(db: Session, carer: Carer, channels: Collection[str], *, now: datetime, by: Actor) -> None:
    # Those to be used first: what waits for one that is stopped then finds the other.
    for channel in sorted(carer.confirmed, key=lambda each: each not in channels):
        change = stopping.start if channel in channels else stopping.stop
        change(db, carer, channel, now=now, by=by)
    see_to(db, carer, now=now)
