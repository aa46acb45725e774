"""What a worker has in hand is in the queue still: when the worker stops nothing is lost, doubled or unknown."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import claiming, messages, queue
from booking.outbox.claiming import IN_HAND
from booking.outbox.delivery import Delivered, deliver
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.queue import Outcome
from booking.outbox.senders import SendError
from tests.cast import NOW, Cast
from tests.db.post_office import COMPOSERS, Box, later, only_message, post, write


def take(database: Database, by: str, *, now: datetime = NOW, limit: int = 10) -> list[Message]:
    with database.transaction() as db:
        return claiming.take(db, "email", by=by, now=now, limit=limit)


def begin(database: Database, message: Message, *, now: datetime = NOW) -> bool:
    with database.transaction() as db:
        return queue.begin(db, message, "Hej", provider="box", now=now)


def test_what_one_worker_has_in_hand_no_other_takes(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.ben, 1)
    assert [len(take(database, by, limit=1)) for by in ("one", "two", "three")] == [1, 1, 0]


def test_of_a_carers_messages_only_the_first_can_be_taken(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, 2, 3)
    assert [message.thing_id for message in take(database, "one")] == [1]
    assert take(database, "two") == []


def test_a_link_that_somebody_waits_for_goes_past_a_reminder_that_is_tried_again_later(
    database: Database, cast: Cast
) -> None:
    write(database, cast.amina, 1)
    post(database, Box(faults=[SendError("recipient 451", permanent=False)]))
    write(database, cast.amina, 2)
    write(database, cast.amina, 3, urgent=True)
    assert [message.thing_id for message in take(database, "one", now=later(seconds=5))] == [3]


def test_of_two_links_the_first_goes_first_though_it_is_tried_again(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, urgent=True)
    post(database, Box(faults=[SendError("recipient 451", permanent=False)]))
    write(database, cast.amina, 2, urgent=True)
    assert take(database, "one", now=later(seconds=5)) == []


def test_what_a_stopped_worker_had_in_hand_goes_soon_and_is_never_unknown(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    take(database, "stops")
    with database.transaction() as db:
        assert queue.mark_unknown(db, now=later(hours=1)) == 0
    assert post(database, Box(), now=NOW + IN_HAND / 2) == Delivered()
    assert post(database, Box(), now=NOW + IN_HAND) == Delivered(sent=1)
    assert only_message(database).tries == 1


def test_a_worker_that_took_too_long_does_not_send_what_another_has(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    slow = take(database, "slow")[0]
    quick = take(database, "quick", now=NOW + IN_HAND)[0]
    assert [begin(database, message, now=NOW + IN_HAND) for message in (slow, quick, slow)] == [False, True, False]


def test_a_worker_that_took_too_long_says_nothing_of_what_another_has(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    slow = take(database, "slow")[0]
    take(database, "quick", now=NOW + IN_HAND)
    with database.transaction() as db:
        queue.record(db, slow, Outcome(MessageState.FAILED, "LookupError"), now=NOW + IN_HAND)
    assert only_message(database).state is MessageState.QUEUED


def test_what_is_given_back_may_be_taken_at_once(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    mine = take(database, "one")
    with database.transaction() as db:
        claiming.give_back(db, [mine[0].id], by="one")
    assert len(take(database, "two")) == 1


def test_what_was_dropped_while_in_hand_is_not_sent(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    mine = take(database, "one")[0]
    with database.transaction() as db:
        db.get_one(Message, mine.id).state = MessageState.DROPPED
    assert not begin(database, mine)


def test_when_told_to_stop_a_worker_ends_what_it_has_begun_and_gives_back_the_rest(
    database: Database, cast: Cast
) -> None:
    told = threading.Event()

    class TellsToStop(Box):
        def send(self, letter: Letter) -> Handed:
            told.set()
            return super().send(letter)

    for registration in (cast.amina, cast.ben):
        write(database, registration, 1, 2)
    box = TellsToStop()
    done = deliver(database, {"email": box}, COMPOSERS, lambda: NOW, stop=told.is_set, threads=1)
    assert (done, len(box.letters)) == (Delivered(sent=1), 1)
    with database.reading() as db:
        left = db.scalars(select(Message).where(Message.state == MessageState.QUEUED)).all()
    assert [(message.taken_by, message.tries) for message in left] == [(None, 0)] * 3


def test_a_worker_that_is_told_to_stop_at_the_start_takes_nothing(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    assert deliver(database, {"email": Box()}, COMPOSERS, lambda: NOW, stop=lambda: True) == Delivered()
    assert only_message(database).taken_by is None


def test_a_message_to_staff_keeps_its_place_in_line_too(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for thing in (1, 2):
            messages.queue_for_staff(db, "hello", thing, cast.eva.id, now=NOW)
        messages.queue_for_staff(db, "hello", 1, cast.filip.id, now=NOW)
    taken = [(message.thing_id, message.account_id) for message in take(database, "one")]
    assert taken == [(1, cast.eva.id), (1, cast.filip.id)]


def test_a_machine_that_has_no_thread_left_ends_its_round_and_loses_nothing(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_anything: object) -> None:
        raise RuntimeError("can't start new thread")

    write(database, cast.amina, 1)
    with monkeypatch.context() as patched:
        patched.setattr(ThreadPoolExecutor, "submit", full)
        with pytest.raises(RuntimeError, match="thread"):
            post(database, Box())
    box = Box()
    assert deliver(database, {"email": box}, COMPOSERS, lambda: NOW + IN_HAND).sent == 1
