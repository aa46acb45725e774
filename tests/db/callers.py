"""What the tests of the call list share: Amina with an offer, reached by mail or only by phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import calls
from booking.course.calls import Call, CallWhy
from booking.outbox.messages import Message
from booking.people import families
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer, OfferState, Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at


def only_phone(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        carer.email = carer.email_hash = carer.email_confirmed_at = None
        families.set_mobile(carer, "+46700000001")


def offer_to_amina(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reason = Reason("placed_resident")
        return offers.make(db, amina, group, reason=reason, reply_by=at(2027, 1, 9), now=NOW, by=SYSTEM).id


def became(database: Database, **values: Any) -> None:
    """What became of every message there is."""
    with database.transaction() as db:
        db.execute(update(Message).values(**values))


def watch(database: Database, now: datetime = NOW) -> list[tuple[CallWhy, bool]]:
    """Take the step; every call there is then, with whether it is open."""
    with database.transaction() as db:
        calls.settle_over(db, now=now)
        for each in calls.list_unreached(db, now=now):
            calls.see_to(db, db.get_one(Offer, each), now=now)
        for each in calls.list_resting(db):
            calls.ask_resting(db, each, now=now)
    with database.reading() as db:
        return [(call.why, call.is_open) for call in db.scalars(select(Call).order_by(Call.id))]


def say(database: Database, act: Callable[..., object], cast: Cast, now: datetime = NOW, *more: object) -> Call:
    """Eva phones about the only call there is."""
    with database.transaction() as db:
        call = db.scalars(select(Call)).one()
        act(db, call, *more, now=now, by=cast.eva.actor)
    with database.reading() as db:
        return db.scalars(select(Call)).one()


def read(database: Database, offer: int) -> Offer:
    with database.reading() as db:
        return db.get_one(Offer, offer)


def run_out(database: Database, offer: int, now: datetime) -> OfferState:
    with database.transaction() as db:
        return offers.run_out(db, db.get_one(Offer, offer), now=now).state
