"""Which provider each channel has in this deployment."""

from __future__ import annotations

from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox.console import Console
from booking.outbox.demo_box import DemoBox
from booking.outbox.senders import Sender
from config import Settings


def senders_for(settings: Settings, database: Database, clock: Clock) -> dict[str, Sender]:
    """One sender for each channel, "sms" and "email"."""
    if settings.demo:
        box = DemoBox(database, clock)
        return {"sms": box, "email": box}
    return {"sms": Console(), "email": Console()}
