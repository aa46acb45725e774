"""What a family is written while it registers: the code, the way to my page, a new link, a move to the next programme.

`confirm` is about a contact check, `registered` about a family, `link` about a carer, `grown` about a registration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import DEFAULT, LANGUAGES
from booking.outbox import wording
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message
from booking.people import codes
from booking.people.confirming import list_registrations
from booking.people.doubles import LIVE
from booking.people.families import Carer, ContactCheck
from booking.people.registrations import Registration
from booking.records import links, policies


@dataclass(frozen=True, slots=True)
class _Writer:
    """Composes with the deployment's address, city and phone."""

    address: str
    city: str
    phone: str

    def confirm(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The code, and in an e-mail also a link to where it is typed."""
        check, carer = db.get_one(ContactCheck, message.thing_id), db.get_one(Carer, message.carer_id)
        if not codes.is_open(check, now) or message.channel not in codes.unconfirmed(carer):
            return Dropped("the code is used or has run out")
        language = carer.language if carer.language in LANGUAGES else DEFAULT
        where = f"{self.address}/{language}/bekrafta/{carer.code}/?kod={check.code}"
        minutes = int((check.expires_at - check.made_at).total_seconds() // 60)
        return self._letter(message, carer, code=check.code, minutes=minutes, url=where)

    def registered(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """Confirmed: what the family waits for, and the link to my page."""
        carer = db.get_one(Carer, message.carer_id)
        live = list_registrations(db, carer, *LIVE)
        if not live or message.channel not in carer.channels:
            return Dropped("nothing is waited for, or the contact is no longer used")
        waits = [(each.programme, today(each.waiting_since)) for each in live if each.state is LIVE[0]]
        return self._letter(message, carer, waits=waits, discreet=carer.family.discreet, url=self._link(db, carer, now))

    def link(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The link that was asked for."""
        carer = db.get_one(Carer, message.carer_id)
        if message.channel not in carer.channels:
            return Dropped("the contact is no longer used")
        return self._letter(message, carer, url=self._link(db, carer, now))

    def grown(self, db: Session, message: Message, now: datetime) -> Letter | Dropped:
        """The registration goes on in the next programme."""
        carer, new = db.get_one(Carer, message.carer_id), db.get_one(Registration, message.thing_id)
        if new.state not in LIVE or message.channel not in carer.channels:
            return Dropped("nothing is waited for, or the contact is no longer used")
        values = {"programme": new.programme, "since": today(new.waiting_since), "discreet": carer.family.discreet}
        return self._letter(message, carer, url=self._link(db, carer, now), **values)

    def _link(self, db: Session, carer: Carer, now: datetime) -> str:
        token = links.make(db, carer.id, now=now, days=policies.current(db).link_days)
        return f"{self.address}/m/{token}"

    def _letter(self, message: Message, carer: Carer, **values: object) -> Letter:
        values.update(city=self.city, phone=self.phone)
        return wording.letter(message.kind, message.channel, carer, message.key, **values)


def composers(address: str, city: str, phone: str) -> dict[str, Compose]:
    """A composer for each kind of this module; `address` is the site's, without a trailing slash."""
    writer = _Writer(address, city, phone)
    return {
        "confirm": writer.confirm,
        "registered": writer.registered,
        "link": writer.link,
        "grown": writer.grown,
    }
