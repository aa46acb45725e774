"""The call list: who comes on it by itself, and who leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.course import calls
from booking.course.calls import CallWhy
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.db.callers import became, offer_to_amina, only_phone, read, run_out, watch

BEGINS = datetime.fromisoformat("2027-01-26T16:30+00:00")


@pytest.fixture
def offer(database: Database, cast: Cast) -> int:
    """An offer to Amina, who is reached by mail, to be answered by Saturday at ten."""
    return offer_to_amina(database, cast)


@pytest.fixture
def by_phone(database: Database, cast: Cast) -> int:
    """The same, but she has only a number that nobody has confirmed: she registered by phone."""
    only_phone(database, cast)
    return offer_to_amina(database, cast)


def test_a_family_with_nothing_to_write_to_is_phoned_at_once(database: Database, by_phone: int) -> None:
    assert watch(database) == [(CallWhy.PHONE_ONLY, True)]
    assert watch(database) == [(CallWhy.PHONE_ONLY, True)]


def test_so_is_one_that_answered_stopp_and_has_no_mail(database: Database, cast: Cast) -> None:
    only_phone(database, cast)
    with database.transaction() as db:
        db.execute(update(Carer).values(mobile_confirmed_at=NOW, sms_stopped_at=NOW))
    offer_to_amina(database, cast)
    assert watch(database) == [(CallWhy.PHONE_ONLY, True)]


def test_nobody_is_phoned_about_an_offer_that_can_still_be_undone(database: Database, by_phone: int) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(told_from=NOW + timedelta(minutes=5)))
    assert watch(database) == []
    assert len(watch(database, NOW + timedelta(minutes=5))) == 1


@pytest.mark.parametrize(
    ("state", "hours", "listed"),
    [
        (MessageState.QUEUED, 5, False),
        (MessageState.SENDING, 5, False),
        (MessageState.SENT, 5, False),
        (MessageState.DELIVERED, 5, False),
        (MessageState.FAILED, 0, True),
        (MessageState.DROPPED, 0, True),
        (MessageState.UNKNOWN, 3, False),
        (MessageState.UNKNOWN, 4, True),
    ],
)
def test_a_family_is_phoned_when_every_message_failed_or_none_shows_a_sign_for_four_waking_hours(
    database: Database, offer: int, state: MessageState, hours: int, listed: bool
) -> None:
    became(database, state=state, claimed_at=NOW)
    assert watch(database, NOW + timedelta(hours=hours)) == [(CallWhy.NOT_REACHED, True)] * listed


def test_a_family_whose_number_is_confirmed_meanwhile_gets_the_offer_instead(
    database: Database, cast: Cast, by_phone: int
) -> None:
    with database.transaction() as db:
        db.execute(update(Carer).where(Carer.mobile.is_not(None)).values(mobile_confirmed_at=NOW))
    assert watch(database) == []
    with database.reading() as db:
        assert db.scalars(select(Message.channel).where(Message.kind == "offer")).all() == ["sms"]


def test_an_offer_that_nobody_could_be_told_of_never_lapses(database: Database, by_phone: int) -> None:
    assert run_out(database, by_phone, at(2027, 1, 9)) is OfferState.OPEN
    assert read(database, by_phone).reply_by == at(2027, 1, 13)


@pytest.mark.parametrize(("hours", "state"), [(-5, OfferState.OPEN), (-4, OfferState.WITHDRAWN)])
def test_when_there_is_no_time_left_to_answer_in_it_is_taken_back_and_costs_nothing(
    database: Database, cast: Cast, by_phone: int, hours: int, state: OfferState
) -> None:
    with database.transaction() as db:
        db.execute(update(Offer).values(reply_by=BEGINS - timedelta(hours=6)))
    assert run_out(database, by_phone, BEGINS + timedelta(hours=hours)) is state
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.paused_at, amina.waiting_since) == (
            RegistrationState.WAITING,
            None,
            cast.amina.waiting_since,
        )


def test_what_ends_takes_the_family_off_the_list(database: Database, by_phone: int) -> None:
    watch(database)
    with database.transaction() as db:
        offers.withdraw(db, db.get_one(Offer, by_phone), now=NOW, by=SYSTEM, reason="the group was cancelled")
    assert watch(database) == [(CallWhy.PHONE_ONLY, False)]


def test_a_receipt_that_comes_after_all_takes_the_family_off_the_list(database: Database, offer: int) -> None:
    became(database, state=MessageState.UNKNOWN, claimed_at=NOW - timedelta(hours=20))
    watch(database)
    became(database, state=MessageState.DELIVERED)
    assert watch(database) == [(CallWhy.NOT_REACHED, False)]


def test_a_family_stands_once_for_a_reason_and_the_list_is_the_districts_own(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        for thing in (1, 2):
            calls.put(db, amina, CallWhy.ANSWER_UNCLEAR, thing_kind="replies", thing_id=thing, now=NOW)
        assert [call.thing_id for call in calls.list_open(db, [cast.farsta.id])] == [2]
        assert calls.list_open(db, [cast.skarpnack.id]) == []
        assert len(calls.list_open(db, None)) == 1
        assert calls.settle(db, amina, CallWhy.ANSWER_UNCLEAR, now=NOW) == 1
        assert calls.list_open(db, None) == []


def test_an_answer_that_was_unclear_is_settled_by_a_clear_one(database: Database, cast: Cast, offer: int) -> None:
    became(database, state=MessageState.SENT)
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        calls.put(db, amina, CallWhy.ANSWER_UNCLEAR, thing_kind="replies", thing_id=1, now=NOW)
    assert watch(database) == [(CallWhy.ANSWER_UNCLEAR, True)]
    with database.transaction() as db:
        offers.accept(db, db.get_one(Offer, offer), now=NOW + timedelta(hours=1), by=SYSTEM)
    assert watch(database) == [(CallWhy.ANSWER_UNCLEAR, False)]
