"""Workers side by side, and workers that stop half-way: each message once, or shown as unknown."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import claiming, queue
from booking.outbox.delivery import deliver
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from tests.cast import NOW, Cast, build
from tests.db.post_office import COMPOSERS, Box, later, only_message, post, write

MESSAGES, WORKERS = 30, 4


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def town(server: Database) -> Cast:
    with server.transaction() as db:
        return build(db)


class SlowBox(Box):
    """A provider that takes its time, so that the workers meet."""

    def send(self, letter: Letter) -> Handed:
        time.sleep(0.003)
        return super().send(letter)


def side_by_side(url: str, box: Box) -> None:
    """Workers with databases of their own begin at the same moment."""
    begin = threading.Barrier(WORKERS)

    def work() -> None:
        own = Database(url)
        begin.wait()
        # Whoever finds all lines taken by others looks again, as the scheduler does.
        for _ in range(5):
            deliver(own, {"email": box, "sms": box}, COMPOSERS, lambda: NOW, limit=3 * MESSAGES, threads=4)
        own.close()

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)


def test_workers_side_by_side_send_each_message_once(server: Database, town: Cast, postgres_url: str) -> None:
    write(server, town.amina, *range(MESSAGES))
    write(server, town.amina, *range(MESSAGES), channel="sms")
    write(server, town.ben, *range(MESSAGES))
    box = SlowBox()
    side_by_side(postgres_url, box)
    assert Counter(box.keys).most_common(1)[0][1] == 1
    assert len(box.keys) == 3 * MESSAGES


def test_workers_side_by_side_keep_each_carers_order(server: Database, town: Cast, postgres_url: str) -> None:
    for thing in range(MESSAGES):
        write(server, town.amina, thing)
        write(server, town.ben, thing)
    box = SlowBox()
    side_by_side(postgres_url, box)
    for registration in (town.amina, town.ben):
        carer = f"/{registration.carers[0].id}/email/"
        things = [int(key.split("/")[1]) for key in box.keys if carer in key]
        assert things == sorted(things)


def test_two_threads_on_sqlite_send_each_message_once(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.transaction() as db:
        town = build(db)
    write(database, town.amina, *range(MESSAGES))
    write(database, town.ben, *range(MESSAGES))
    box = SlowBox()
    side_by_side(sqlite_url, box)
    assert sorted(Counter(box.keys).values()) == [1] * (2 * MESSAGES)
    database.close()


def stop_while_sending(database: Database) -> None:
    """A worker takes the first message in hand, begins to hand it over, and is gone."""
    with database.transaction() as db:
        message = claiming.take(db, "email", by="a worker", now=NOW, limit=1)[0]
        assert queue.begin(db, message, "Läs", provider="box", now=NOW)


def test_a_worker_that_stops_while_sending_leaves_the_message_unknown_and_nobody_resends_it(
    database: Database, cast: Cast
) -> None:
    write(database, cast.amina, 1)
    stop_while_sending(database)
    with database.transaction() as db:
        assert queue.mark_unknown(db, now=later(minutes=14)) == 0
        assert queue.mark_unknown(db, now=later(minutes=15)) == 1
    box = Box()
    post(database, box, now=later(days=1))
    assert (box.letters, only_message(database).state) == ([], MessageState.UNKNOWN)


def test_a_stopped_workers_message_holds_up_the_carers_next_for_two_minutes_at_most(
    database: Database, cast: Cast
) -> None:
    write(database, cast.amina, 1, 2)
    stop_while_sending(database)
    assert post(database, Box(), now=later(seconds=119)).sent == 0
    assert post(database, Box(), now=later(seconds=120)).sent == 1


def test_an_answer_that_comes_after_all_turns_unknown_into_sent(database: Database, cast: Cast) -> None:
    class MarkedMeanwhile(Box):
        def send(self, letter: Letter) -> Handed:
            with database.transaction() as db:
                queue.mark_unknown(db, now=later(hours=1))
            return super().send(letter)

    write(database, cast.amina, 1)
    post(database, MarkedMeanwhile())
    assert only_message(database).state is MessageState.SENT


def test_no_transaction_is_open_while_a_provider_answers(database: Database, cast: Cast) -> None:
    class Looks(Box):
        def send(self, letter: Letter) -> Handed:
            # On SQLite a second writer would wait here for its whole time-out; on PostgreSQL for the row's lock.
            with database.transaction() as db:
                states.append(db.scalars(select(Message.state).with_for_update()).one())
            return super().send(letter)

    states: list[MessageState] = []
    write(database, cast.amina, 1)
    post(database, Looks())
    assert states == [MessageState.SENDING]
