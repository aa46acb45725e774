"""Private calendar addresses: made, renewed and closed by the carer or the leader whose meetings they show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.course.calendars.carers import list_all
from booking.course.calendars.entries import Entry
from booking.course.calendars.leaders import list_led
from booking.people.families import Carer
from booking.people.writing import Sender
from booking.records import audit, feeds
from booking.records.accounts import Account

Owner = Carer | Account


def make_address(db: Session, who: Owner, *, now: datetime) -> str:
    """A new address of their own; the one before stops answering. Returns its token, which is not kept."""
    # Two clicks at once: the second waits, and renews what the first has made.
    db.refresh(who, with_for_update=True)
    token = feeds.make(db, **_ids(who), now=now)
    audit.note(db, "calendar address made", who, now=now, by=who.actor)
    return token


def close_address(db: Session, who: Owner, *, now: datetime) -> None:
    """Let their address answer no more; harmless when there is none."""
    if feeds.find_of(db, **_ids(who)) is not None:
        feeds.close(db, **_ids(who), now=now)
        audit.note(db, "calendar address closed", who, now=now, by=who.actor)


def has_address(db: Session, who: Owner) -> bool:
    """True while some calendar programme may fetch their meetings."""
    return feeds.find_of(db, **_ids(who)) is not None


def list_behind(db: Session, token: str, sender: Sender, *, now: datetime) -> list[Entry] | None:
    """What the address that ends in this token shows; None when there is no such address in use."""
    feed = feeds.find(db, token)
    if feed is None:
        return None
    if feed.carer_id is not None:
        return list_all(db, db.get_one(Carer, feed.carer_id), sender, now=now)
    return list_led(db, db.get_one(Account, feed.account_id), sender, now=now)


def _ids(who: Owner) -> dict[str, int]:
    return {"carer_id" if isinstance(who, Carer) else "account_id": who.id}
