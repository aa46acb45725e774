"""What a provider has taken is written down, though the database fails for a while, and once for all that it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from booking.base.db import Database
from booking.outbox import health, queue, receipts
from booking.outbox.delivery import Delivered
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import Receipt
from tests.cast import NOW, Cast
from tests.db.post_office import Box, only_message, post, write

TRUE_RECORD = queue._record


def failing(times: int, *, only: Callable[[Message], bool] = lambda message: True) -> Callable[..., bool]:
    """Recording that goes wrong so many times, for some messages."""
    left = [times]

    def record(db: Any, message: Message, *rest: Any) -> bool:
        if only(message) and left[0]:
            left[0] -= 1
            raise OperationalError("UPDATE", {}, Exception("the database is locked"))
        return TRUE_RECORD(db, message, *rest)

    return record


def test_a_database_that_fails_for_a_while_loses_nothing_of_what_was_sent(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, cast.amina, 1)
    monkeypatch.setattr(queue, "_record", failing(5))
    box = Box()
    assert post(database, box) == Delivered(sent=1)
    assert (len(box.letters), only_message(database).state) == (1, MessageState.SENT)


def test_one_message_that_cannot_be_recorded_keeps_no_other_from_it(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, cast.amina, 1)
    write(database, cast.ben, 2)
    monkeypatch.setattr("booking.outbox.working.MOST_SETBACKS", 2)
    monkeypatch.setattr(queue, "_record", failing(99, only=lambda message: message.thing_id == 1))
    box = Box()
    post(database, box)
    with database.reading() as db:
        states = {message.thing_id: message.state for message in db.query(Message)}
    assert (len(box.letters), states) == (2, {1: MessageState.SENDING, 2: MessageState.SENT})


def test_how_a_provider_fares_is_of_less_weight_than_what_became_of_a_message(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError

    write(database, cast.amina, 1)
    monkeypatch.setattr(health, "_count", broken)
    assert post(database, Box()) == Delivered(sent=1)
    assert only_message(database).state is MessageState.SENT


def test_a_message_takes_few_transactions(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.ben, 1)
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    post(database, Box())
    # One to take both, one for each to begin, one or two to record, one to find nothing more.
    assert len(commits) <= 6


def test_a_receipt_that_was_quicker_than_we_counts_as_soon_as_the_message_is_written_down(
    database: Database, cast: Cast
) -> None:
    class Quick(Box):
        def send(self, letter: Letter) -> Handed:
            said = Receipt(letter.reference, self.name, None, "delivered", NOW)
            with database.transaction() as db:
                receipts.record(db, said, now=NOW)
            return super().send(letter)

    write(database, cast.amina, 1)
    post(database, Quick())
    arrived = only_message(database)
    assert (arrived.state, arrived.delivered_at, arrived.provider_id) == (MessageState.DELIVERED, NOW, "id 1")
