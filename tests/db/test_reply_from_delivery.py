"""The time to answer counts from when the family is told: fixed at delivery, never moved earlier."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.outbox import resending
from booking.outbox.delivery import deliver
from booking.outbox.messages import Message, MessageState
from booking.outbox.senders import SendError
from booking.people import families
from booking.people.registrations import Registration, RegistrationState
from booking.places import letters, offers
from booking.places.offers import Offer, OfferState, Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at, group, registration
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


def test_what_the_night_holds_counts_from_the_morning(database: Database, offer: int) -> None:
    late = at(2027, 1, 4, 19)
    assert send(database, Box(), late + timedelta(hours=3)) == []
    texts = send(database, Box(), at(2027, 1, 5, 7))
    assert len(texts) == 2
    made = read(database, offer)
    assert (made.handed_at, made.reply_by) == (at(2027, 1, 5, 7), at(2027, 1, 9, 19))


def test_a_receipt_that_comes_days_late_counts_from_when_the_message_arrived(database: Database, offer: int) -> None:
    send(database, Box(), NOW)
    arrived = NOW + timedelta(minutes=10)
    with database.transaction() as db:
        made = offers.delivered(db, db.get_one(Offer, offer), now=NOW + timedelta(days=3), at=arrived)
        assert (made.reply_by, made.delivered_at) == (at(2027, 1, 9, 10), arrived)


@pytest.mark.parametrize("claimed", [NOW - timedelta(days=9), NOW + timedelta(days=9)])
def test_a_receipt_with_a_time_that_cannot_be_moves_nothing_beyond_what_can(
    database: Database, offer: int, claimed: datetime
) -> None:
    send(database, Box(), NOW)
    with database.transaction() as db:
        made = offers.delivered(db, db.get_one(Offer, offer), now=NOW + timedelta(hours=1), at=claimed)
        assert NOW <= (made.delivered_at or claimed) <= NOW + timedelta(hours=1)
        assert at(2027, 1, 9) <= made.reply_by <= at(2027, 1, 9, 10)


def test_a_receipt_for_an_offer_that_has_lapsed_changes_nothing(database: Database, offer: int) -> None:
    send(database, Box(), NOW)
    run_out(database, offer, at(2027, 1, 9))
    with database.transaction() as db:
        made = offers.delivered(db, db.get_one(Offer, offer), now=at(2027, 1, 10))
        assert (made.state, made.delivered_at, made.reply_by) == (OfferState.EXPIRED, None, at(2027, 1, 9))


def test_what_is_sent_again_because_nobody_could_tell_gives_the_whole_time(database: Database, offer: int) -> None:
    send(database, Box(), NOW)
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.UNKNOWN))
        first = db.scalars(select(Message).order_by(Message.id)).first()
        assert first is not None
        resending.send_again(db, first, now=at(2027, 1, 8), by=SYSTEM)
    assert len(send(database, Box(), at(2027, 1, 8))) == 1
    assert read(database, offer).reply_by == at(2027, 1, 12)


def test_over_the_night_an_hour_is_won_the_time_is_counted_in_waking_hours(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        komet, farsta = db.merge(cast.komet), db.merge(cast.farsta)
        there = group(db, komet, farsta, first_day=date(2027, 11, 23))
        hodan = registration(db, "Hodan Demo", farsta, komet, [farsta], NOW)
        made = offers.make(
            db, hodan, there, reason=Reason("by_hand"), reply_by=at(2027, 10, 30), now=at(2027, 10, 29), by=SYSTEM
        )
    send(database, Box(), at(2027, 10, 30, 16))  # Saturday at 18 by summer time.
    found = read(database, made.id)
    assert found.reply_by == at(2027, 11, 3, 17)  # Wednesday at 18 by winter time.
    assert found.remind_at == at(2027, 11, 1, 17)  # Monday at 18.
