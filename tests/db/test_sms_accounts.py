"""Two accounts at real gateways: when the first cannot, the second does, and nobody gets a message twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from booking.base.db import Database
from booking.outbox.delivery import Delivered, deliver
from booking.outbox.elks import Elks
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message, MessageState
from tests import gateway as gateways
from tests.cast import NOW, Cast
from tests.db.post_office import only_message, write
from tests.gateway import Answer, Fault, Gateway


def compose(db: object, message: Message, now: object) -> Letter | Dropped:
    return Letter("sms", "+46700000001", "Hej!", key=message.key)


class Town:
    """Two gateways and the senders to them."""

    def __init__(self, first: Gateway, second: Gateway) -> None:
        self.first, self.second = first, second
        self.senders = (
            Elks(first.setting, sender="Staden", name="46elks", answer_seconds=0.5),
            Elks(second.setting, sender="Staden", name="46elks 2", answer_seconds=0.5),
        )

    def deliver(self, database: Database) -> Delivered:
        return deliver(database, {"sms": self.senders}, {"hello": compose}, lambda: NOW)


@pytest.fixture
def town() -> Iterator[Town]:
    with ExitStack() as stack:
        town = Town(stack.enter_context(gateways.running()), stack.enter_context(gateways.running()))
        for sender in town.senders:
            stack.callback(sender.close)
        yield town


def written(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, channel="sms")


def test_an_sms_goes_by_the_first_account_and_what_it_cost_is_kept(database: Database, cast: Cast, town: Town) -> None:
    written(database, cast)
    town.deliver(database)
    sent = only_message(database)
    assert (sent.state, sent.provider, sent.provider_id, sent.parts, sent.cost) == (
        MessageState.SENT, "46elks", town.first.taken[0].id, 1, 5200,
    )  # fmt: skip


@pytest.mark.parametrize(
    "fault", [Fault.CREDITS, Fault.BUSY, Fault.BROKEN, Fault.PAGE, Answer(401, "no"), Answer(400, "Invalid from X")]
)
def test_what_the_first_account_cannot_send_the_second_sends(
    database: Database, cast: Cast, town: Town, fault: Fault | Answer
) -> None:
    written(database, cast)
    town.first.next(fault)
    town.deliver(database)
    assert (len(town.first.taken), len(town.second.taken)) == (0, 1)
    assert (only_message(database).state, only_message(database).provider) == (MessageState.SENT, "46elks 2")


def test_a_gateway_that_is_gone_is_passed_by(database: Database, cast: Cast, town: Town) -> None:
    written(database, cast)
    town.first.stop()
    assert town.deliver(database).sent == 1
    assert len(town.second.taken) == 1


@pytest.mark.parametrize("fault", [Fault.STALL, Fault.CUT_AFTER, Fault.CUT_BEFORE, Answer(504, "upstream")])
def test_when_nobody_can_tell_the_second_account_never_sends_it_too(
    database: Database, cast: Cast, town: Town, fault: Fault | Answer
) -> None:
    written(database, cast)
    town.first.next(fault)
    assert town.deliver(database) == Delivered(unknown=1)
    assert (len(town.second.taken), only_message(database).state) == (0, MessageState.UNKNOWN)


def test_a_number_that_does_not_exist_is_not_tried_by_the_second_account(
    database: Database, cast: Cast, town: Town
) -> None:
    written(database, cast)
    town.first.next(Answer(400, "Invalid to number"))
    assert town.deliver(database) == Delivered(failed=1)
    assert town.second.requests == 0
