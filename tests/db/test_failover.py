"""A provider that is down rests, the next one takes over, and no message is ever given to two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import health
from booking.outbox.delivery import Delivered, deliver
from booking.outbox.health import FIRST_REST, Health
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.senders import SendError, Unclear
from tests.cast import NOW, Cast
from tests.db.post_office import COMPOSERS, Box, later, only_message, write

REFUSED = SendError("recipient 550", permanent=True)
BACK = NOW + FIRST_REST


def down() -> SendError:
    return SendError("elks 503", permanent=False, provider_down=True)


@dataclass
class Dead(Box):
    """A provider that takes nothing; `asked` counts how often it was tried."""

    asked: int = 0
    fault: Exception = field(default_factory=down)

    def send(self, letter: Letter) -> Handed:
        self.asked += 1
        raise self.fault


def go(database: Database, *boxes: Box, now: datetime = NOW, threads: int = 1) -> Delivered:
    """One round of delivery of SMS, with these providers in this order."""
    return deliver(database, {"sms": boxes}, COMPOSERS, lambda: now, threads=threads)


def write_sms(database: Database, cast: Cast, *things: int) -> None:
    """An SMS about each thing to Amina and to Ben."""
    for registration in (cast.amina, cast.ben):
        write(database, registration, *things, channel="sms", urgent=True)


def standing(database: Database, name: str, now: datetime = NOW) -> Health:
    with database.reading() as db:
        return {each.provider: each for each in health.states(db, now=now)}[name]


def test_what_the_first_surely_did_not_take_goes_by_the_second_at_once(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, channel="sms")
    second = Box(name="second")
    assert go(database, Dead(name="first"), second) == Delivered(sent=1)
    sent = only_message(database)
    assert (sent.state, sent.provider, sent.fault) == (MessageState.SENT, "second", None)


def test_what_the_first_may_have_taken_never_goes_by_the_second(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, channel="sms")
    second = Box(name="second")
    assert go(database, Dead(name="first", fault=Unclear("no answer")), second) == Delivered(unknown=1)
    assert second.letters == []


@pytest.mark.parametrize("fault", [REFUSED, SendError("elks 409", permanent=False)])
def test_a_fault_of_the_message_itself_is_no_reason_to_ask_another(
    database: Database, cast: Cast, fault: SendError
) -> None:
    write(database, cast.amina, 1, channel="sms")
    second = Box(name="second")
    go(database, Dead(name="first", fault=fault), second)
    assert second.letters == []
    assert not standing(database, "first").is_down


def test_a_provider_that_is_down_is_asked_no_more(database: Database, cast: Cast) -> None:
    write_sms(database, cast, *range(10))
    first, second = Dead(name="first"), Box(name="second")
    assert go(database, first, second) == Delivered(sent=20)
    assert first.asked <= 5
    assert standing(database, "first").resting_until == BACK


def test_when_it_has_rested_one_message_tries_it_and_the_others_do_not(database: Database, cast: Cast) -> None:
    write_sms(database, cast, *range(10))
    first, second = Dead(name="first"), Box(name="second")
    go(database, first, second)
    asked = first.asked
    write_sms(database, cast, *range(10, 20))
    assert go(database, first, second, now=BACK, threads=4) == Delivered(sent=20)
    assert first.asked == asked + 1


def test_when_it_works_again_all_go_by_it(database: Database, cast: Cast) -> None:
    write_sms(database, cast, *range(3))
    go(database, Dead(name="first"), Box(name="second"))
    write_sms(database, cast, *range(3, 9))
    first, second = Box(name="first"), Box(name="second")
    go(database, first, second, now=BACK)
    assert (len(first.letters) >= 10, standing(database, "first").is_down) == (True, False)


def test_without_another_provider_the_messages_wait_untouched_while_it_rests(database: Database, cast: Cast) -> None:
    write_sms(database, cast, *range(10))
    first = Dead(name="first")
    for minute in range(0, 30, 6):
        go(database, first, now=later(minutes=minute))
    assert first.asked <= 3 + 4
    assert go(database, Box(name="first"), now=later(minutes=45)) == Delivered(sent=20)


def test_a_weekend_without_any_provider_fails_nothing(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, channel="sms", urgent=True)
    for hour in range(0, 60, 10):
        go(database, Dead(name="first"), now=later(hours=hour))
    waits = only_message(database)
    assert (waits.state, waits.tries, waits.stalls) == (MessageState.QUEUED, 0, 6)
    assert go(database, Box(name="first"), now=later(hours=61)) == Delivered(sent=1)


def test_after_three_days_without_any_provider_messages_have_failed(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1, 2)
    for hour in (0, 24, 48, 72):
        go(database, Dead(name="first"), now=later(hours=hour))
    with database.reading() as db:
        assert set(db.scalars(select(Message.state))) == {MessageState.FAILED}


def test_a_scheduler_that_was_off_for_a_week_sends_what_is_still_of_use(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1, 2)
    assert go(database, Box(name="first"), now=later(days=7)) == Delivered(sent=4)


def test_another_channel_is_not_concerned(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1, 2, 3)
    write(database, cast.amina, 1, channel="email")
    mail = Box(name="smtp")
    done = deliver(database, {"sms": Dead(name="elks"), "email": mail}, COMPOSERS, lambda: NOW, threads=1)
    assert (done.sent, len(mail.letters)) == (1, 1)


def test_what_came_of_it_is_counted_by_provider(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1, 2)
    go(database, Box([REFUSED, Unclear("no answer"), down()], name="first"))
    seen = standing(database, "first")
    assert (seen.ok, seen.refused, seen.unclear, seen.faults, seen.last_fault) == (1, 1, 1, 1, "elks 503")


def test_what_was_an_hour_ago_is_not_counted_any_more(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1)
    go(database, Box(name="first"))
    with database.reading() as db:
        assert health.states(db, now=later(hours=1, minutes=1)) == []


def test_a_provider_that_the_city_gave_up_while_it_was_down_is_forgotten_after_a_week(
    database: Database, cast: Cast
) -> None:
    write_sms(database, cast, 1, 2, 3)
    go(database, Dead(name="first"), Box(name="second"))
    assert standing(database, "first", later(days=2)).is_down
    with database.transaction() as db:
        health.forget(db, now=later(days=7, minutes=1))
        assert health.states(db, now=later(days=7, minutes=1)) == []


def test_counts_are_forgotten_after_a_week(database: Database, cast: Cast) -> None:
    write_sms(database, cast, 1)
    go(database, Box(name="first"))
    with database.transaction() as db:
        health.forget(db, now=later(days=7, minutes=1))
        assert db.query(health.ProviderMinute).count() == 0
