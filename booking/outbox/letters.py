"""Letters: what a message has become when its time came. Nouns write them, senders hand them over.

A noun's own `letters` module composes them: it looks again whether the reason still holds, and if not says Dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.outbox.messages import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be handed over. `subject` is None for SMS; `html` may stand beside `text` for e-mail."""

    channel: str
    address: str
    text: str
    subject: str | None = None
    html: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """The reason for a message has gone: it is not sent. `why` names nobody."""

    why: str


Compose = Callable[[Session, Message, datetime], Letter | Dropped]
