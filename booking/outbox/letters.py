"""Letters: what a message has become when its time came. Nouns write them, senders hand them over.

A noun's own `letters` module composes them: it looks again whether the reason still holds, and if not says Dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.outbox.messages import Message, reference


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in an e-mail; `content_type` with its parameters, such as "text/calendar; charset=utf-8"."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be handed over. `subject` is None for SMS; `html` may stand beside `text` for e-mail.

    `unsubscribe` is the address at which whoever gets the e-mail can say that they want no more.
    """

    channel: str
    address: str
    text: str
    subject: str | None = None
    html: str | None = None
    key: str = ""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str | None = None

    @property
    def reference(self) -> str:
        """What the provider may know the message by: the same as the row's, and it says nothing."""
        return reference(self.key)


@dataclass(frozen=True, slots=True)
class Handed:
    """A provider has taken a letter. `parts` counts an SMS's parts; `cost` is in 1/10000 of the account's currency."""

    provider_id: str | None = None
    parts: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """The reason for a message has gone: it is not sent. `why` names nobody."""

    why: str


Compose = Callable[[Session, Message, datetime], Letter | Dropped]
