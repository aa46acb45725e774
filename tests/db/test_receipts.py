"""Receipts: in any order, twice, too early or never, a message ends in the state that is true."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from booking.base.db import Database
from booking.outbox import messages, queue, receipts
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import KeptReceipt, Receipt
from booking.outbox.senders import SendError
from booking.people.registrations import Registration
from tests.cast import NOW, Cast, build
from tests.db.post_office import Box, later, only_message, post, write

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
KEY = "hello/1/1/1/sms/1"


def receipt(
    status: str,
    *,
    reference: str | None = None,
    name: str | None = "id 1",
    at: datetime = NOW,
    fault: str | None = None,
    parts: int | None = None,
    cost: int | None = None,
) -> Receipt:
    """A receipt for the one message, by its reference."""
    return Receipt(reference or messages.reference(KEY), "box", name, status, at, fault, parts, cost)


def tell(database: Database, *told: Receipt, now: datetime = NOW) -> Message:
    """Record the receipts, each in a transaction of its own; the one message afterwards."""
    for each in told:
        with database.transaction() as db:
            receipts.record(db, each, now=now)
    return only_message(database)


def kept(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(KeptReceipt)) or 0


def sent(database: Database, cast: Cast) -> None:
    """One SMS has been handed over."""
    write(database, cast.amina, 1, channel="sms")
    with database.transaction() as db:
        db.execute(update(Message).values(key=KEY, reference=messages.reference(KEY)))
        assert db.get_one(Registration, cast.amina.id).carers[0].id == 1
    post(database, Box())


def stands(database: Database, state: MessageState) -> None:
    """The message is in that state, for the sake of the test."""
    with database.transaction() as db:
        db.execute(update(Message).values(state=state))


def test_a_receipt_says_that_a_message_arrived_and_when(database: Database, cast: Cast) -> None:
    sent(database, cast)
    message = tell(database, receipt("delivered", at=later(minutes=1), parts=2, cost=10_400), now=later(minutes=2))
    assert (message.state, message.delivered_at) == (MessageState.DELIVERED, later(minutes=1))
    assert (message.parts, message.cost) == (2, 10_400)


@one_database
@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "failed", "delivered"])))
def test_the_order_of_receipts_does_not_matter(database: Database, cast: Cast, order: tuple[str, ...]) -> None:
    sent(database, cast)
    assert tell(database, *(receipt(status) for status in order)).state is MessageState.DELIVERED


@one_database
@pytest.mark.parametrize("start", [MessageState.SENT, MessageState.UNKNOWN])
@pytest.mark.parametrize(
    ("told", "state"),
    [
        (["sent"], MessageState.SENT),
        (["failed"], MessageState.FAILED),
        (["failed", "sent", "failed"], MessageState.FAILED),
        (["sent", "failed"], MessageState.FAILED),
        (["delivered", "delivered"], MessageState.DELIVERED),
        (["delivered", "failed", "sent"], MessageState.DELIVERED),
    ],
)
def test_what_nobody_could_tell_of_is_settled_by_a_receipt_and_moves_only_forward(
    database: Database, cast: Cast, start: MessageState, told: list[str], state: MessageState
) -> None:
    sent(database, cast)
    stands(database, start)
    assert tell(database, *(receipt(status) for status in told)).state is state


@one_database
def test_a_second_receipt_changes_nothing(database: Database, cast: Cast) -> None:
    sent(database, cast)
    tell(database, receipt("delivered", at=later(minutes=1)), now=later(minutes=1))
    again = tell(database, receipt("delivered", at=later(hours=1)), now=later(hours=1))
    assert again.delivered_at == later(minutes=1)


@one_database
def test_why_a_message_failed_is_kept_in_a_short_code(database: Database, cast: Cast) -> None:
    sent(database, cast)
    message = tell(database, receipt("failed", fault="absent"))
    assert (message.fault, message.why) == ("absent", receipts.NOT_ARRIVED)
    assert tell(database, receipt("delivered")).fault is None


def test_a_receipt_that_comes_before_the_hand_over_is_written_down_is_applied_then(
    database: Database, cast: Cast
) -> None:
    class Quick(Box):
        def send(self, letter: Letter) -> Handed:
            early = receipt("delivered", reference=letter.reference, at=later(seconds=1))
            with database.transaction() as db:
                receipts.record(db, early, now=later(seconds=1))
                receipts.record(db, early, now=later(seconds=1))
            assert kept(database) == 1
            return super().send(letter)

    write(database, cast.amina, 1, channel="sms")
    post(database, Quick())
    message = only_message(database)
    assert (message.state, message.provider_id) == (MessageState.DELIVERED, "id 1")
    assert kept(database) == 0


@one_database
@pytest.mark.parametrize("permanent", [False, True])
def test_what_a_provider_refused_and_took_all_the_same_goes_no_second_time(
    database: Database, cast: Cast, permanent: bool
) -> None:
    class Confused(Box):
        def send(self, letter: Letter) -> Handed:
            with database.transaction() as db:
                receipts.record(db, receipt("delivered", reference=letter.reference), now=NOW)
            raise SendError("elks 500", permanent=permanent)

    write(database, cast.amina, 1, channel="sms")
    post(database, Confused())
    assert (only_message(database).state, kept(database)) == (MessageState.DELIVERED, 0)


def test_a_receipt_tells_of_a_message_whose_worker_was_killed(database: Database, cast: Cast) -> None:
    sent(database, cast)
    stands(database, MessageState.SENDING)
    assert tell(database, receipt("delivered")).state is MessageState.SENDING
    with database.transaction() as db:
        assert receipts.settle(db) == 0
        queue.mark_unknown(db, now=later(hours=1))
        assert receipts.settle(db) == 1
    assert (only_message(database).state, kept(database)) == (MessageState.DELIVERED, 0)


def test_a_kept_receipt_waits_for_nobody_who_writes_down_the_hand_over(postgres_url: str) -> None:
    """Who writes that down looks for kept receipts afterwards: the two must not wait in a circle."""
    server = Database(postgres_url)
    with server.transaction() as db:
        written = messages.queue(db, "hello", 1, build(db).amina.carers[0].id, "sms", now=NOW)
        assert written is not None
        written.state = MessageState.SENDING
    told = receipt("delivered", reference=written.reference)
    with server.transaction() as db:
        receipts.record(db, told, now=NOW)
        written.state = MessageState.UNKNOWN
        db.merge(written)
    with server.transaction() as worker, server.transaction() as db:
        worker.execute(update(Message).values(state=MessageState.SENT))
        db.execute(text("SET LOCAL lock_timeout = '2s'"))
        assert receipts.settle(db) == 0
        db.commit()
        receipts.early(worker, written)
    assert (only_message(server).state, kept(server)) == (MessageState.DELIVERED, 0)
    server.close()


@one_database
def test_a_receipt_by_the_providers_own_name_waits_until_we_know_the_name(database: Database, cast: Cast) -> None:
    sent(database, cast)
    by_name = Receipt(None, "box", "id 1", "delivered", NOW)
    with database.transaction() as db:
        db.execute(update(Message).values(provider_id=None))
        assert receipts.record(db, by_name, now=NOW) is None
        db.execute(update(Message).values(provider_id="id 1"))
        assert receipts.settle(db) == 1
    assert only_message(database).state is MessageState.DELIVERED


@one_database
def test_what_waits_to_be_tried_again_does_not_go_twice_when_it_was_taken_after_all(
    database: Database, cast: Cast
) -> None:
    sent(database, cast)
    stands(database, MessageState.QUEUED)
    assert tell(database, receipt("failed")).state is MessageState.QUEUED
    assert tell(database, receipt("sent")).state is MessageState.SENT
    box = Box()
    post(database, box, now=later(days=1))
    assert box.letters == []


@one_database
def test_a_receipt_for_what_was_never_handed_over_sends_nothing_away(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, channel="sms", not_before=later(days=1))
    name = only_message(database).reference
    assert tell(database, receipt("delivered", reference=name)).state is MessageState.QUEUED


@one_database
def test_a_receipt_for_nothing_of_ours_is_not_kept(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        assert receipts.record(db, receipt("delivered", reference="f" * 24), now=NOW) is None
    assert kept(database) == 0


@one_database
def test_what_is_kept_for_nothing_is_forgotten_after_a_week(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        receipts.record(db, Receipt(None, "box", "id 9", "sent", NOW), now=NOW)
        receipts.forget(db, now=NOW + timedelta(days=6))
        assert db.scalar(select(func.count()).select_from(KeptReceipt)) == 1
        receipts.forget(db, now=NOW + timedelta(days=7))
    assert kept(database) == 0
