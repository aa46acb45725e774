"""Delivery: claims what is due, composes it, hands it to a sender with no transaction open, records what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.outbox.messages import Message
from booking.outbox.senders import Letter


@dataclass(frozen=True, slots=True)
class Dropped:
    """The reason for a message has gone: it is not sent. `why` names nobody."""

    why: str


Compose = Callable[[Session, Message, datetime], Letter | Dropped]
