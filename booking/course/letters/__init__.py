"""Letters about groups and their meetings, each composed when it is sent, from what is true then.

``writing``   one letter to a carer        ``meetings``  reminders, and what is cancelled
``changes``   a later start, another group  ``to_staff``  to those who run the group
``waiting``   still in the queue, and whether one still wants to be
"""

from __future__ import annotations

from functools import partial

from booking.course.letters import changes, meetings, to_staff, waiting
from booking.course.letters.writing import Look, Sender, compose
from booking.outbox.letters import Compose
from config import DEFAULT_SENDER

LOOKS: dict[str, Look] = {**meetings.LOOKS, **changes.LOOKS, **waiting.LOOKS}


def composers(
    address: str, city: str, phone: str, mail_from: str = DEFAULT_SENDER, *, answerable: bool = False
) -> dict[str, Compose]:
    """The composer of each kind. `address` is the site's, without a slash at the end."""
    sender = Sender(address, city, phone, mail_from, answerable)
    to_carers: dict[str, Compose] = {kind: partial(compose, sender, kind, look) for kind, look in LOOKS.items()}
    return {**to_carers, "group_at_risk": partial(to_staff.group_at_risk, sender)}
