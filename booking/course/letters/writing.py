"""Writing a letter to a carer about a group: who gets it, in which words, with which link.

Every letter looks again, when it is sent, whether what it says still holds. Families who chose *discreet* get the
same text as for everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.outbox import wording
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people.families import Carer, CarerState
from booking.records import links, policies

Values = dict[str, Any]
Look = Callable[[Session, Message, Carer, datetime], Values | Dropped]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the site's address without a slash at the end, the city's name and its phone."""

    address: str
    city: str
    phone: str


def compose(sender: Sender, kind: str, look: Look, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    """The letter to a carer, or why it is no longer to be sent."""
    carer = db.get_one(Carer, message.carer_id)
    if carer.state is CarerState.LEFT or message.channel not in carer.channels:
        return Dropped("this carer is not written to in this way any more")
    values = look(db, message, carer, now)
    if isinstance(values, Dropped):
        return values
    token = links.make(db, carer.id, now=now, days=policies.current(db).link_days)
    name = "discreet" if carer.family.discreet else kind
    link = f"{sender.address}/m/{token}"
    return wording.letter(
        name, message.channel, carer, message.key, link=link, city=sender.city, phone=sender.phone, **values
    )
