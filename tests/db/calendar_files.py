"""Calendar files in tests: composed as delivery composes them, and compared with the files in `snapshots/`."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar
from sqlalchemy import select

from booking.base.db import Database
from booking.course import letters as about_meetings
from booking.outbox.letters import Attachment, Letter
from booking.outbox.messages import Message
from booking.people.writing import Sender
from booking.places import letters as about_places

SENDER = Sender("https://likaplats.example", "Stockholms stad", "08-000 00 00", "no-reply@likaplats.example")
COMPOSERS = {
    kind: compose
    for module in (about_places, about_meetings)
    for kind, compose in module.composers(SENDER.address, SENDER.city, SENDER.phone, SENDER.mail_from).items()
}
SNAPSHOTS = Path(__file__).parent / "snapshots"
UID = re.compile(r"^UID:(\w+)$", re.MULTILINE)


def letter(database: Database, kind: str, *, now: datetime, channel: str = "email") -> Letter:
    """The newest message of a kind, composed."""
    with database.transaction() as db:
        found = select(Message).where(Message.kind == kind, Message.channel == channel).order_by(Message.id.desc())
        made = COMPOSERS[kind](db, db.scalars(found).all()[0], now)
    assert isinstance(made, Letter), made
    return made


def files(database: Database, kind: str, *, now: datetime) -> dict[str, Attachment]:
    """The files of that letter, by name."""
    return {each.name: each for each in letter(database, kind, now=now).attachments}


def events(data: bytes) -> list[Any]:
    """The events of a file, read back by the library."""
    return list(Calendar.from_ical(data).walk("VEVENT"))


def readable(data: bytes) -> str:
    """The file as a snapshot holds it: with plain line ends, and each UID by the order in which it first comes."""
    order = itertools.count(1)
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return "UID:" + names.setdefault(found[1], f"({next(order)})")

    return UID.sub(named, data.decode().replace("\r\n", "\n"))


def snapshot(name: str) -> str:
    """What a file should be."""
    return (SNAPSHOTS / name).read_text(encoding="utf-8")
