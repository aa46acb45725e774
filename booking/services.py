"""What the composition root puts together and hands out: settings, database, clock, senders, composers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking import composers
from booking.base import secrecy
from booking.base.clock import Clock, system_clock, use_zone
from booking.base.db import Database
from booking.outbox.delivery import Compose
from booking.outbox.providers import senders_for
from booking.outbox.routes import Routes, Senders, in_order
from booking.records.demo_clock import demo_clock
from config import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """One deployment, put together. Nothing in it changes while the process lives."""

    settings: Settings
    database: Database
    clock: Clock
    senders: Routes
    composers: Mapping[str, Compose]


def build(settings: Settings, *, clock: Clock | None = None, senders: Senders | None = None) -> Services:
    """Put everything together: a channel, its senders in order; one kind of message, one composer."""
    use_zone(ZoneInfo(settings.timezone))
    secrecy.install(secrecy.KeyRing(settings.data_keys, settings.lookup_key))
    database = Database(settings.database_url)
    true_clock = clock or system_clock
    read_clock = demo_clock(database, true_clock) if settings.demo else true_clock
    return Services(
        settings=settings,
        database=database,
        clock=read_clock,
        senders=in_order(senders if senders is not None else senders_for(settings, database, read_clock)),
        composers=composers.build(settings),
    )
