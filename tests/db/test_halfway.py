"""A family is reminded of an offer once, halfway through the waking time it has to answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group
from booking.outbox.delivery import deliver
from booking.outbox.messages import Message, MessageState
from booking.people import families
from booking.people.registrations import Registration
from booking.places import letters, offers
from booking.places.offers import Offer, Reason
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast, at, build
from tests.db.post_office import Box

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
# Handed over on Monday at ten in Stockholm. Wednesday is Epiphany, so 24 waking hours later it is Thursday at ten.
HALFWAY = at(2027, 1, 7)


def offer_to(database: Database, cast: Cast) -> int:
    """An offer to Amina by SMS and mail; handed over now it is to be answered by Saturday at ten."""
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        families.set_mobile(amina.carers[0], "+46700000001")
        amina.carers[0].mobile_confirmed_at = NOW
        return offers.make(
            db, amina, group, reason=Reason("placed_resident"), reply_by=at(2027, 1, 9), now=NOW, by=SYSTEM
        ).id


@pytest.fixture
def offer(database: Database, cast: Cast) -> int:
    """Such an offer, handed over."""
    made = offer_to(database, cast)
    send(database, NOW)
    return made


def send(database: Database, now: datetime) -> list[str]:
    """What is handed over then, as text."""
    box = Box()
    deliver(database, {"email": box, "sms": box}, COMPOSERS, lambda: now)
    return [letter.text for letter in box.letters]


def remind(database: Database, now: datetime) -> list[bool]:
    """Take the step; whether a reminder was written, for each offer that was due."""
    with database.transaction() as db:
        return [offers.remind(db, each, now=now) for each in offers.list_to_remind(db, now=now)]


def reminders(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).where(Message.kind == offers.HALFWAY)) or 0


def test_the_reminder_comes_when_half_of_the_waking_time_has_passed(database: Database, offer: int) -> None:
    assert remind(database, HALFWAY - timedelta(minutes=1)) == []
    assert remind(database, HALFWAY) == [True]
    sms, mail = sorted(send(database, HALFWAY), key=len)
    assert "svara om platsen senast lör 9/1 kl 10" in sms
    assert "lördag 9 januari kl. 10.00" in mail


def test_nobody_is_reminded_twice(database: Database, offer: int) -> None:
    remind(database, HALFWAY)
    assert remind(database, HALFWAY + timedelta(hours=1)) == []
    assert reminders(database) == 2


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_nobody_is_reminded_of_what_is_answered_or_gone(database: Database, offer: int, answer: str) -> None:
    with database.transaction() as db:
        end = {"reason": "the group was cancelled"} if answer == "withdraw" else {}
        getattr(offers, answer)(db, db.get_one(Offer, offer), now=NOW + timedelta(hours=1), by=SYSTEM, **end)
    assert (remind(database, HALFWAY), reminders(database)) == ([], 0)


def test_a_reminder_that_waits_is_not_sent_once_the_offer_is_answered(database: Database, offer: int) -> None:
    remind(database, HALFWAY)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, offer), now=HALFWAY, by=SYSTEM)
    assert not any("Påminnelse" in text for text in send(database, HALFWAY))
    with database.reading() as db:
        assert set(db.scalars(select(Message.state).where(Message.kind == offers.HALFWAY))) == {MessageState.DROPPED}


def test_a_reminder_that_could_not_go_in_time_is_not_sent_in_the_last_hour(database: Database, offer: int) -> None:
    remind(database, HALFWAY)
    assert send(database, at(2027, 1, 9, 8) + timedelta(minutes=1)) == []


def test_whoever_has_only_hours_to_answer_is_not_reminded_when_two_waking_hours_do_not_remain(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        policies.change(db, Policy(reply_hours_far=3), now=NOW, by=SYSTEM, reason="Kort svarstid.")
    offer_to(database, cast)
    with database.transaction() as db:
        db.execute(update(Offer).values(reply_by=NOW + timedelta(hours=3)))
    send(database, NOW)
    with database.reading() as db:
        assert db.scalars(select(Offer.remind_at)).one() is None


def test_an_offer_that_failed_to_reach_anybody_is_not_reminded_of(database: Database, offer: int) -> None:
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.FAILED))
    assert (remind(database, HALFWAY), reminders(database)) == ([False], 0)


def test_one_nobody_can_tell_of_is_reminded_of(database: Database, offer: int) -> None:
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.UNKNOWN))
    assert remind(database, HALFWAY) == [True]


def test_a_late_receipt_moves_the_reminder_later_too(database: Database, offer: int) -> None:
    with database.transaction() as db:
        moved = offers.delivered(db, db.get_one(Offer, offer), now=NOW + timedelta(hours=8))
        assert moved.reply_by == at(2027, 1, 9, 17)
        assert moved.remind_at == HALFWAY + timedelta(hours=4)


def test_a_late_receipt_after_the_reminder_brings_no_other(database: Database, offer: int) -> None:
    remind(database, HALFWAY)
    with database.transaction() as db:
        assert offers.delivered(db, db.get_one(Offer, offer), now=HALFWAY + timedelta(hours=1)).remind_at is None


def test_of_an_answer_and_a_reminder_at_the_same_moment_no_reminder_follows_the_answer(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    made = offer_to(database, cast)
    send(database, NOW)

    def answer() -> None:
        with database.transaction() as db:
            offers.accept(db, db.get_one(Offer, made), now=HALFWAY, by=SYSTEM)

    def step() -> bool:
        try:
            with database.transaction() as db:
                return offers.remind(db, db.get_one(Offer, made), now=HALFWAY)
        except Refused:
            return False

    with ThreadPoolExecutor(6) as pool:
        answered, reminded = pool.submit(answer), [pool.submit(step) for _number in range(5)]
        answered.result()
    assert sum(each.result() for each in reminded) <= 1
    texts = send(database, HALFWAY)
    assert sum("Påminnelse" in text for text in texts) == 0
    database.close()
