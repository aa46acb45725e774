"""The time to answer counts from when the family is told: fixed at delivery, never moved earlier."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.outbox.delivery import deliver
from booking.outbox.messages import Message, MessageState
from booking.outbox.senders import SendError
from booking.people import families
from booking.people.registrations import Registration, RegistrationState
from booking.places import letters, offers
from booking.places.offers import Offer, OfferState, Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.db.post_office import Box

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
DEAD = "no such address"


@pytest.fixture
def offer(database: Database, cast: Cast) -> int:
    """An offer to Amina, by SMS and mail, to be answered by Saturday at ten if it is sent at once."""
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        families.set_mobile(amina.carers[0], "+46700000001")
        amina.carers[0].mobile_confirmed_at = NOW
        reason = Reason("placed_resident")
        return offers.make(db, amina, group, reason=reason, reply_by=at(2027, 1, 9), now=NOW, by=SYSTEM).id


def send(database: Database, box: Box, now: datetime) -> list[str]:
    """What was handed over at that time, as text."""
    deliver(database, {"email": box, "sms": box}, COMPOSERS, lambda: now)
    return [letter.text for letter in box.letters]


def read(database: Database, offer: int) -> Offer:
    with database.reading() as db:
        return db.get_one(Offer, offer)


def run_out(database: Database, offer: int, now: datetime) -> OfferState:
    with database.transaction() as db:
        return offers.run_out(db, db.get_one(Offer, offer), now=now).state


def test_an_offer_that_waits_in_the_outbox_gives_as_long_to_answer_as_any_other(database: Database, offer: int) -> None:
    texts = send(database, Box(), at(2027, 1, 4, 13))
    assert read(database, offer).reply_by == at(2027, 1, 9, 13)
    assert all("14.00" in text for text in texts)


def test_both_channels_say_the_same_time(database: Database, cast: Cast, offer: int) -> None:
    box = Box(faults=[SendError("busy", permanent=False)])
    send(database, box, NOW)
    send(database, box, NOW + timedelta(hours=3))
    assert [letter.text.count("10.00") > 0 for letter in box.letters] == [True, True]
    assert read(database, offer).reply_by == at(2027, 1, 9)


def test_when_the_first_did_not_get_out_the_next_gives_its_own_full_time(database: Database, offer: int) -> None:
    send(database, Box(faults=[SendError("busy", permanent=False), SendError("busy", permanent=False)]), NOW)
    send(database, Box(), NOW + timedelta(hours=3))
    assert read(database, offer).reply_by == at(2027, 1, 9, 12)


def test_a_late_receipt_moves_the_time_later_and_only_the_first_one_does(database: Database, offer: int) -> None:
    send(database, Box(), NOW)
    for hours, expected in ((4, 13), (9, 13)):
        with database.transaction() as db:
            offers.delivered(db, db.get_one(Offer, offer), now=NOW + timedelta(hours=hours))
        assert read(database, offer).reply_by == at(2027, 1, 9, expected)


def test_a_receipt_never_moves_the_time_earlier(database: Database, offer: int) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(reply_by=at(2027, 1, 12)))
        offers.delivered(db, db.get_one(Offer, offer), now=NOW)
    assert read(database, offer).reply_by == at(2027, 1, 12)


def test_an_offer_that_failed_to_reach_anybody_does_not_lapse(database: Database, cast: Cast, offer: int) -> None:
    send(database, Box(faults=[SendError(DEAD, permanent=True), SendError(DEAD, permanent=True)]), NOW)
    late = at(2027, 1, 9)
    assert run_out(database, offer, late) is OfferState.OPEN
    made = read(database, offer)
    assert made.reply_by == at(2027, 1, 13)
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).paused_at is None


def test_one_that_arrived_by_one_of_two_ways_lapses_as_usual(database: Database, offer: int) -> None:
    send(database, Box(faults=[SendError(DEAD, permanent=True)]), NOW)
    assert run_out(database, offer, at(2027, 1, 9)) is OfferState.EXPIRED


def test_an_offer_nobody_could_be_told_of_ends_with_its_groups_start_and_nothing_rests(
    database: Database, cast: Cast, offer: int
) -> None:
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.FAILED))
    assert run_out(database, offer, at(2027, 1, 26, 17)) is OfferState.WITHDRAWN
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.paused_at) == (RegistrationState.WAITING, None)


def test_after_a_long_stop_of_the_outbox_offers_are_still_sent(database: Database, offer: int) -> None:
    texts = send(database, Box(), at(2027, 1, 11))
    assert len(texts) == 2
    assert read(database, offer).reply_by == at(2027, 1, 15)
    with database.reading() as db:
        assert set(db.scalars(select(Message.state))) == {MessageState.SENT}
