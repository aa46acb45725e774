"""Routes: which senders a channel has, in the order in which they are preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from booking.outbox.senders import Sender

CHANNELS = ("sms", "email")

Senders = Mapping[str, Sender | Sequence[Sender]]
Routes = Mapping[str, Sequence[Sender]]


def in_order(senders: Senders) -> dict[str, tuple[Sender, ...]]:
    """Each channel's senders, the preferred one first; a lone sender may be given as it is."""
    return {
        channel: (cast(Sender, given),) if hasattr(given, "send") else tuple(given)
        for channel, given in senders.items()
    }


def per_minute(sender: Sender) -> int | None:
    """How many messages the sender's provider may be given in a minute; None for any number."""
    return getattr(sender, "per_minute", None)
