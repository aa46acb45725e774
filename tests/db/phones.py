"""What the tests of answers by SMS share: families with phones, messages that go to them, and SMS that come in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import composers
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import replies
from booking.course.replies import Incoming, Reply
from booking.outbox.delivery import deliver
from booking.outbox.letters import Compose, Handed, Letter
from booking.outbox.messages import Message
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer, Reason
from booking.records.audit import SYSTEM
from config import Settings
from tests.cast import NOW

AMINAS, BENS, NOBODYS = "+46701740605", "+46701740606", "+46701740607"
SETTINGS = Settings("sqlite:///x", "s" * 32, ("k",), "l" * 32, base_url="https://likaplats.example")
ANSWERABLE = Settings(
    "sqlite:///x", "s" * 32, ("k",), "l" * 32, base_url="https://likaplats.example", sms_from="+46766861234"
)
_ids = itertools.count(1)


@dataclass
class Phones:
    """A provider of SMS and e-mail that remembers what it got."""

    letters: list[Letter] = field(default_factory=list)
    name: str = "phones"
    per_minute: int | None = None

    def send(self, letter: Letter) -> Handed:
        self.letters.append(letter)
        return Handed(f"p{len(self.letters)}")

    def sms(self, number: str = AMINAS) -> list[str]:
        """The texts that came to the number, the oldest first."""
        return [letter.text for letter in self.letters if letter.channel == "sms" and letter.address == number]


def give_phone(db: Session, registration: Registration, number: str) -> Carer:
    """The family's first carer has confirmed this number."""
    carer = db.get_one(Registration, registration.id).carers[0]
    families.set_mobile(carer, number)
    carer.mobile_confirmed_at = NOW
    db.flush()
    return carer


def offer_place(db: Session, registration: Registration, group: Group, *, hours: int = 48) -> Offer:
    """An offer to answer within so many hours."""
    waiting, there = db.get_one(Registration, registration.id), db.get_one(Group, group.id)
    by = NOW + timedelta(hours=hours)
    return offers.make(db, waiting, there, reason=Reason("placed_resident"), reply_by=by, now=NOW, by=SYSTEM)


def all_composers(*, answerable: bool = True) -> dict[str, Compose]:
    """What every kind of message is composed by."""
    return composers.build(ANSWERABLE if answerable else SETTINGS)


def post(database: Database, phones: Phones, *, now: datetime = NOW, answerable: bool = True) -> None:
    """Send what is due."""
    deliver(database, {"sms": phones, "email": phones}, all_composers(answerable=answerable), lambda: now)


def code_of(db: Session, kind: str, number_of: Carer) -> str:
    """The code that the carer was sent in a message of that kind."""
    sent = select(Message.answer_code).where(Message.kind == kind, Message.carer_id == number_of.id)
    found = db.scalars(sent.where(Message.answer_code.is_not(None)).order_by(Message.id.desc())).first()
    assert found is not None
    return found


def text(db: Session, said: str, *, number: str = AMINAS, now: datetime = NOW, name: str | None = None) -> Reply | None:
    """An SMS comes in from the number."""
    incoming = Incoming("46elks", name or f"s{next(_ids)}", number, said)
    return replies.receive(db, incoming, now=now)
