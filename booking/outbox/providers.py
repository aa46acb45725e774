"""Which provider each channel has in this deployment."""

from __future__ import annotations

from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox.console import Console
from booking.outbox.demo_box import DemoBox
from booking.outbox.mail import Mail
from booking.outbox.senders import Sender
from config import Settings


def senders_for(settings: Settings, database: Database, clock: Clock) -> dict[str, Sender]:
    """One sender for each channel, "sms" and "email"."""
    if settings.demo:
        box = DemoBox(database, clock)
        return {"sms": box, "email": box}
    return {"sms": Console(), "email": _mail(settings, clock)}


def _mail(settings: Settings, clock: Clock) -> Sender:
    if settings.smtp_url is None:
        return Console()
    return Mail(settings.smtp_url, sender=settings.mail_from, sender_name=settings.city, clock=clock)
