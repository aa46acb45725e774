"""Who composes which kind of message: the nouns' own `letters` modules, joined. Delivery itself knows no noun."""

from __future__ import annotations

from booking.outbox.letters import Compose
from config import Settings


def build(settings: Settings) -> dict[str, Compose]:
    """The composer of every kind of message."""
    return {}
