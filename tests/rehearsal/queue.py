"""A queue of messages to made-up carers, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.base.secrecy import lookup
from booking.outbox import messages
from booking.outbox.letters import Letter
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer, Family
from tests.cast import district

KIND = "drill"
CHANNELS = ("sms", "email")


def compose(db: Session, message: Message, now: datetime) -> Letter:
    """A letter whose text is its key, so that what a provider took says which message it was."""
    if message.channel == "sms":
        return Letter("sms", f"+4670{message.carer_id:07}", message.key, key=message.key)
    address = f"carer{message.carer_id}@example.org"
    return Letter("email", address, f"{message.key}\n", "Ett meddelande", f"<p>{message.key}</p>", message.key)


def make_carers(database: Database, number: int, *, now: datetime) -> list[int]:
    """So many carers, each in a family of their own, with a mobile and an e-mail; their ids."""
    with database.transaction() as db:
        home = district(db, "farsta", "Farsta")
        families = [Family(home_district_id=home.id, created_at=now) for _ in range(number)]
        db.add_all(families)
        db.flush()
        carers = [_carer(family.id, now) for family in families]
        db.add_all(carers)
        db.flush()
        return [carer.id for carer in carers]


def _carer(family_id: int, now: datetime) -> Carer:
    carer = Carer(family_id=family_id, name="Amina", mobile=f"+4670{family_id:07}", mobile_confirmed_at=now)
    carer.email, carer.email_confirmed_at = f"carer{family_id}@example.org", now
    carer.mobile_hash, carer.email_hash = lookup(carer.mobile or ""), lookup(carer.email)
    return carer


def fill(
    database: Database,
    carer_ids: list[int],
    number: int,
    *,
    now: datetime,
    kind: str = KIND,
    due: Callable[[int], datetime] | None = None,
) -> dict[str, datetime]:
    """Queue so many messages to each carer in turn, through both channels in turn; when each is due, by reference.

    With more of them than carers everybody gets several. They are due now, or when `due` says of the so-manyeth.
    """
    dues: dict[str, datetime] = {}
    with database.transaction() as db:
        for thing in range(number):
            channel = CHANNELS[thing // len(carer_ids) % len(CHANNELS)]
            carer_id = carer_ids[thing % len(carer_ids)]
            at = due(thing) if due else now
            made = messages.queue(db, kind, thing, carer_id, channel, now=now, not_before=at, urgent=True, new=True)
            assert made is not None
            dues[messages.reference(made.key)] = at
    return dues


def states(database: Database) -> Counter[MessageState]:
    """How many messages are in each state."""
    with database.reading() as db:
        counted = db.execute(select(Message.state, func.count()).group_by(Message.state)).all()
    return Counter({row[0]: row[1] for row in counted})
