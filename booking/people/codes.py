"""Codes: six digits sent to a mobile or an e-mail, to be typed in by whoever holds it.

A code lives for the city's `code_minutes` and may be tried TRIES times. Every try is counted before it is judged.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.base.db import guarded
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import new_digits
from booking.base.texts import _
from booking.outbox import messages
from booking.people import contacts
from booking.people.families import Carer, ContactCheck
from booking.records import policies

CHANNELS = ("sms", "email")
TRIES = 5
PAUSE = timedelta(minutes=1)
MOST, WINDOW = 6, timedelta(hours=24)


class Refused(_Refused):
    """No code was sent, or the code does not count."""


def is_open(check: ContactCheck, now: datetime) -> bool:
    """True while the code may be typed in."""
    return check.used_at is None and now < check.expires_at and check.tries < TRIES


def address(carer: Carer, channel: str) -> str | None:
    """What the carer gave for a channel, confirmed or not."""
    return carer.mobile if channel == "sms" else carer.email


def unconfirmed(carer: Carer) -> list[str]:
    """The channels for which the carer gave something that is not confirmed."""
    confirmed = {"sms": carer.mobile_confirmed_at, "email": carer.email_confirmed_at}
    return [channel for channel in CHANNELS if address(carer, channel) and confirmed[channel] is None]


def find(db: Session, carer: Carer, channel: str | None = None) -> ContactCheck | None:
    """The newest code sent to a carer, through one channel or any."""
    query = select(ContactCheck).where(ContactCheck.carer_id == carer.id)
    if channel is not None:
        query = query.where(ContactCheck.channel == channel)
    return db.scalars(query.order_by(ContactCheck.id.desc()).limit(1)).first()


def ask(db: Session, carer: Carer, channel: str, *, now: datetime) -> ContactCheck:
    """Send a new code to what the carer gave for the channel; earlier codes no longer count."""
    if channel not in unconfirmed(carer):
        raise Refused(_("Det finns inget mer att bekräfta."), code="confirmed")
    latest = find(db, carer, channel)
    if latest is not None and now < latest.made_at + PAUSE:
        raise Refused(_("Vi har nyss skickat en kod. Vänta en minut innan du ber om en ny."), code="pause")
    if _sent_lately(db, carer, channel, now) >= MOST:
        raise Refused(_("Vi har skickat många koder dit i dag. Försök i morgon, eller ring oss."), code="many")
    check = ContactCheck(carer_id=carer.id, channel=channel, code=new_digits(), made_at=now)
    check.expires_at = now + timedelta(minutes=policies.current(db).code_minutes)
    db.add(check)
    db.flush()
    messages.queue(db, "confirm", check.id, carer.id, channel, now=now, not_after=check.expires_at)
    return check


def _sent_lately(db: Session, carer: Carer, channel: str, now: datetime) -> int:
    # Counted per address, whoever typed it: nobody's phone is flooded by registering it again and again.
    same = Carer.mobile_hash == carer.mobile_hash if channel == "sms" else Carer.email_hash == carer.email_hash
    query = select(ContactCheck.id).join(Carer, Carer.id == ContactCheck.carer_id)
    query = query.where(same, ContactCheck.channel == channel, ContactCheck.made_at > now - WINDOW)
    return len(db.scalars(query.limit(MOST)).all())


def use(db: Session, carer: Carer, channel: str, typed: str, *, now: datetime) -> bool:
    """Judge what was typed: True when the code counts, False when it already did (a second click).

    Raises Refused for a wrong or dead code; the try is counted all the same, so keep what changed.
    """
    dead = Refused(_("Koden har slutat gälla. Be om en ny."), code="dead")
    check = _latest_locked(db, carer, channel)
    if check is None:
        raise dead
    right = hmac.compare_digest(check.code, contacts.digits(typed))
    if right and check.used_at is not None and now < check.expires_at:
        return False
    alive = update(ContactCheck).where(ContactCheck.id == check.id, ContactCheck.used_at.is_(None))
    alive = alive.where(ContactCheck.expires_at > now, ContactCheck.tries < TRIES)
    guarded(db, alive.values(tries=ContactCheck.tries + 1, used_at=now if right else None), dead)
    if not right and check.tries >= TRIES:
        raise dead
    if not right:
        raise Refused(_("Koden stämmer inte. Titta efter och skriv den igen."), code="wrong")
    return True


def _latest_locked(db: Session, carer: Carer, channel: str) -> ContactCheck | None:
    query = select(ContactCheck).where(ContactCheck.carer_id == carer.id, ContactCheck.channel == channel)
    query = query.order_by(ContactCheck.id.desc()).limit(1).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).first()
