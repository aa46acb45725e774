"""Which providers each channel has in this deployment, in order of preference.

Another provider of SMS is one module beside `elks`, with a class like `Elks`: a `name`, a `per_minute`, and a `send`
that several threads may call at once, with a table that tells a passing fault from a lasting one and from what nobody
can tell (see `senders`). Its scheme stands in `config.SMS_SCHEMES` and what makes it in `SMS` below; deployments then
name it in LIKAPLATS_SMS_URL. tests/db/test_elks.py shows which faults to try it with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from booking.base.clock import Clock
from booking.base.db import Database
from booking.outbox import gateway
from booking.outbox.console import Console
from booking.outbox.demo_box import DemoBox
from booking.outbox.elks import Elks
from booking.outbox.mail import Mail
from booking.outbox.senders import Sender
from config import Settings


def _elks(url: str, name: str, settings: Settings) -> Sender:
    receipts = gateway.receipt_address(settings.base_url, settings.secret_key)
    sender = settings.sms_from or ""
    return Elks(url, sender=sender, receipts=receipts, name=name, per_minute=settings.sms_per_minute)


SMS: Mapping[str, Callable[[str, str, Settings], Sender]] = {"46elks": _elks, "46elks+http": _elks}


def senders_for(settings: Settings, database: Database, clock: Clock) -> dict[str, tuple[Sender, ...]]:
    """The senders of each channel, "sms" and "email", the preferred one first."""
    if settings.demo:
        box = DemoBox(database, clock)
        return {"sms": (box,), "email": (box,)}
    return {"sms": _sms(settings) or (Console(),), "email": (_mail(settings, clock),)}


def _sms(settings: Settings) -> tuple[Sender, ...]:
    made: list[Sender] = []
    seen: Counter[str] = Counter()
    for url in settings.sms_urls:
        scheme = url.partition("://")[0]
        name = scheme.partition("+")[0]
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name} {seen[name]}"
        made.append(SMS[scheme](url, numbered, settings))
    return tuple(made)


def _mail(settings: Settings, clock: Clock) -> Sender:
    if settings.smtp_url is None:
        return Console()
    name, limit = settings.city, settings.mail_per_minute
    return Mail(settings.smtp_url, sender=settings.mail_from, sender_name=name, clock=clock, per_minute=limit)
