"""What a family is written while it registers: the code, the way to my page, a new link, a move to the next programme.

`confirm` is about a contact check, `registered` about a family, `link` about a carer, `grown` about a registration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import DEFAULT, LANGUAGES
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message
from booking.people import codes
from booking.people.confirming import list_registrations
from booking.people.doubles import LIVE
from booking.people.families import Carer, ContactCheck
from booking.people.registrations import Registration
from booking.people.writing import Sender, letter, write
from config import DEFAULT_SENDER


@dataclass(frozen=True, slots=True)
class _Writer:
    """Composes with the deployment's address, city and phone."""

    sender: Sender

    def confirm(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The code, and in an e-mail also a link to where it is typed."""
        check, carer = db.get_one(ContactCheck, message.thing_id), db.get_one(Carer, message.carer_id)
        if not codes.is_open(check, now) or message.channel not in codes.unconfirmed(carer):
            return Dropped("the code is used or has run out")
        language = carer.language if carer.language in LANGUAGES else DEFAULT
        where = f"{self.sender.address}/{language}/bekrafta/{carer.code}/?kod={check.code}"
        minutes = int((check.expires_at - check.made_at).total_seconds() // 60)
        return letter(db, self.sender, "confirm", message, carer, code=check.code, minutes=minutes, link=where)

    def registered(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """Confirmed: what the family waits for, and the link to my page."""
        carer = db.get_one(Carer, message.carer_id)
        live = list_registrations(db, carer, *LIVE)
        if not live:
            return Dropped("nothing is waited for")
        waits = [(each.programme, today(each.waiting_since)) for each in live if each.state is LIVE[0]]
        return write(db, self.sender, "registered", message, carer, now, waits=waits)

    def link(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The link that was asked for."""
        return write(db, self.sender, "link", message, db.get_one(Carer, message.carer_id), now)

    def grown(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The registration goes on in the next programme."""
        carer, new = db.get_one(Carer, message.carer_id), db.get_one(Registration, message.thing_id)
        if new.state not in LIVE:
            return Dropped("nothing is waited for")
        since = today(new.waiting_since)
        return write(db, self.sender, "grown", message, carer, now, programme=new.programme, since=since)


def composers(
    address: str, city: str, phone: str, mail_from: str = DEFAULT_SENDER, *, answerable: bool = False
) -> dict[str, Compose]:
    """A composer for each kind of this module; `address` is the site's, without a trailing slash."""
    writer = _Writer(Sender(address, city, phone, mail_from, answerable))
    return {
        "confirm": writer.confirm,
        "registered": writer.registered,
        "link": writer.link,
        "grown": writer.grown,
    }
