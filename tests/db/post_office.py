"""What the delivery tests share: senders that remember or refuse, and messages to one carer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.outbox import messages
from booking.outbox.delivery import Delivered, deliver
from booking.outbox.letters import Compose, Dropped, Handed, Letter
from booking.outbox.messages import Message
from booking.people.registrations import Registration
from tests.cast import NOW

LINK = "https://likaplats.example/e/7Kq2mX9pLw4TzzzZ"


@dataclass
class Box:
    """A sender that remembers what it got; `faults` are raised first, one per letter."""

    faults: list[Exception] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    name: str = "box"
    per_minute: int | None = None

    def send(self, letter: Letter) -> Handed:
        if self.faults:
            raise self.faults.pop(0)
        self.letters.append(letter)
        return Handed(f"id {len(self.letters)}")

    @property
    def keys(self) -> list[str]:
        return [letter.key for letter in self.letters]


def compose(db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """A letter whose text holds a way in."""
    return Letter(message.channel, "amina@example.org", f"Läs: {LINK} /Staden", key=message.key)


def gone(db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """The reason no longer holds."""
    return Dropped("the offer is no longer open")


def broken(db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """A fault of ours."""
    raise LookupError("Amina Demo")


COMPOSERS: dict[str, Compose] = {"hello": compose, "gone": gone, "broken": broken}


def write(
    database: Database,
    registration: Registration,
    *things: int,
    kind: str = "hello",
    channel: str = "email",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Queue a message about each thing to the registration's carer."""
    with database.transaction() as db:
        carer = db.get_one(Registration, registration.id).carers[0]
        for thing in things:
            messages.queue(
                db, kind, thing, carer.id, channel, now=NOW, not_before=not_before, not_after=not_after, urgent=urgent
            )


def post(database: Database, box: Box, *, now: datetime = NOW, limit: int = 100) -> Delivered:
    """One round of delivery."""
    return deliver(database, {"email": box, "sms": box}, COMPOSERS, lambda: now, limit=limit)


def only_message(database: Database) -> Message:
    """The one message there is, read afresh."""
    with database.reading() as db:
        return db.scalars(select(Message)).one()


def later(**delta: float) -> datetime:
    """An instant after NOW."""
    return NOW + timedelta(**delta)
