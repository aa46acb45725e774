"""The demo's post box: nothing leaves the machine; every letter can be read at /dev/outbox."""

from __future__ import annotations

from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import DemoMessage


class DemoBox:
    """Puts each letter in the database, in a transaction of its own."""

    name = "demo"
    per_minute: int | None = None

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def send(self, letter: Letter) -> Handed:
        """Put the letter in the box."""
        row = DemoMessage(at=self._clock(), channel=letter.channel, address=letter.address, body=letter.text)
        row.subject = letter.subject
        with self._database.transaction() as db:
            db.add(row)
            db.flush()
            return Handed(str(row.id))
