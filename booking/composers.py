"""Who composes which kind of message: the nouns' own `letters` modules, joined. Delivery itself knows no noun."""

from __future__ import annotations

from booking.course import letters as about_meetings
from booking.course.replies import letters as in_return
from booking.outbox.letters import Compose
from booking.people import letters as about_registering
from booking.places import letters as about_places
from config import Settings

LETTERS = (about_registering, about_places, about_meetings, in_return)


def build(settings: Settings) -> dict[str, Compose]:
    """The composer of every kind of message. Raises ValueError when two nouns claim one kind."""
    # In the demo an SMS is answered beside it, in the post box.
    answerable = settings.sms_answerable or settings.demo
    joined: dict[str, Compose] = {}
    for letters in LETTERS:
        composers = letters.composers(
            settings.base_url, settings.city, settings.phone, settings.mail_from, answerable=answerable
        )
        if twice := joined.keys() & composers.keys():
            raise ValueError(f"more than one composer for {', '.join(sorted(twice))}")
        joined |= composers
    return joined
