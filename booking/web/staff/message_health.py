"""How the providers fare who carry the messages, and what waits for each channel: for the centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlalchemy import func, select

from booking.base import texts
from booking.base.texts import _, lazy
from booking.outbox import causes, health, waiting
from booking.outbox.health import Health
from booking.outbox.messages import Message
from booking.outbox.waiting import Waits
from booking.web import access
from booking.web.staff import door

NAMES = {"smtp": lazy("Mejlservern"), "console": lazy("Ingen: står bara i loggen"), "demo": lazy("Demots postlåda")}
NOBODY = "console"


@dataclass(frozen=True, slots=True)
class Line:
    """A provider: what it is called, how it stands in words, and how it has fared. `fault` is its last, in words."""

    name: str
    health: Health
    state: tuple[str, str]
    fault: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, its providers in the order in which they are tried, and how many messages wait for what in it.

    `oldest` is since when the first waits whose turn it is.
    """

    channel: str
    lines: list[Line]
    waits: Mapping[Waits, int]
    oldest: datetime | None


@door.get("/meddelanden/leverantorer")
@access.for_central
def message_health() -> str:
    """Every channel with its providers, and how each has fared during the last hour."""
    known = {each.provider: each for each in health.states(access.db(), now=access.now())}
    channels = [
        _channel(channel, [known.get(sender.name, Health(sender.name)) for sender in senders])
        for channel, senders in access.services().senders.items()
    ]
    return render_template("staff/message_health.html", channels=channels)


def _channel(channel: str, providers: list[Health]) -> Channel:
    db, seen = access.db(), waiting.look(access.db(), now=access.now())
    due = waiting.that_wait_for(seen, Waits.TURN), Message.channel == channel
    oldest = db.scalar(select(func.min(Message.not_before)).where(*due))
    return Channel(
        channel=channel,
        lines=[_line(each) for each in providers],
        waits=waiting.counts(db, seen, channel=channel),
        oldest=oldest,
    )


def _line(each: Health) -> Line:
    return Line(name(each.provider), each, _state(each), fault(each.provider, each.last_fault))


def name(provider: str) -> str:
    """What staff call a provider."""
    return str(NAMES.get(provider, provider))


def fault(provider: str | None, code: str | None) -> str:
    """Why a provider is down, in words; empty when nobody has said."""
    return str(causes.of(code, "email" if provider == "smtp" else "sms").sentence) if code else ""


def _state(each: Health) -> tuple[str, str]:
    """How the provider stands, and the colour of its tag."""
    if each.provider == NOBODY:
        return _("Skickar inget"), "warning"
    if each.down_since is not None:
        return _("Nere sedan %(time)s", time=texts.short_time(each.down_since)), "danger"
    if not (each.ok or each.refused or each.faults or each.unclear):
        return _("Inget skickat på en timme"), "neutral"
    troubled = each.faults + each.unclear
    return (_("Fungerar, med fel"), "warning") if troubled else (_("Fungerar"), "success")
