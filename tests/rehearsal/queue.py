"""A queue of messages to made-up carers, and what became of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
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
    """So many carers, each in a family of their own; their ids."""
    with database.transaction() as db:
        home = district(db, "farsta", "Farsta")
        families = [Family(home_district_id=home.id, created_at=now) for _ in range(number)]
        db.add_all(families)
        db.flush()
        carers = [Carer(family_id=family.id, name="Amina") for family in families]
        db.add_all(carers)
        db.flush()
        return [carer.id for carer in carers]


def fill(database: Database, carer_ids: list[int], number: int, *, now: datetime, first: int = 0) -> None:
    """Queue so many messages, due now: to each carer in turn, through both channels in turn.

    With more of them than carers everybody gets several. `first` is the number of the first.
    """
    with database.transaction() as db:
        for thing in range(first, first + number):
            channel = CHANNELS[thing // len(carer_ids) % len(CHANNELS)]
            carer_id = carer_ids[thing % len(carer_ids)]
            messages.queue(db, KIND, thing, carer_id, channel, now=now, urgent=True, new=True)


def states(database: Database) -> Counter[MessageState]:
    """How many messages are in each state."""
    with database.reading() as db:
        counted = db.execute(select(Message.state, func.count()).group_by(Message.state)).all()
    return Counter({row[0]: row[1] for row in counted})
