"""Why a message did not go is told in plain words, whatever code the sender or the receipt left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from booking.course.replies import letters
from booking.outbox import causes, elks, handing, queue
from booking.outbox.causes import Cause
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import NOT_ARRIVED_FAULT
from booking.outbox.senders import SendError
from booking.people import stopping, writing

DROPPED = re.compile(r'Dropped\(\s*"([^"]+)"\s*\)')


@pytest.mark.parametrize(
    ("channel", "code", "cause"),
    [
        ("email", "recipient 550", causes.NO_ADDRESS),
        ("email", "recipient: 550", causes.NO_ADDRESS),
        ("email", "recipient 452", causes.FULL),
        ("email", "the letter cannot be an e-mail", causes.NO_ADDRESS),
        ("email", "text 554", causes.TEXT),
        ("email", "data 451", causes.BUSY),
        ("email", "greeting 535", causes.KEY),
        ("email", "sender 550", causes.KEY),
        ("email", "connect TimeoutError", causes.DOWN),
        ("email", "no answer to the text: SMTPServerDisconnected", causes.NO_ANSWER),
        ("sms", "elks credits", causes.CREDITS),
        ("sms", "elks sender", causes.SENDER),
        ("sms", "elks 401", causes.KEY),
        ("sms", "elks 429", causes.BUSY),
        ("sms", "elks 500", causes.DOWN),
        ("sms", "elks 504", causes.NO_ANSWER),
        ("sms", "elks ConnectionRefusedError", causes.DOWN),
        ("sms", "elks no answer: RemoteDisconnected", causes.NO_ANSWER),
        ("sms", "elks 400", causes.NO_NUMBER),
        ("sms", "not a number", causes.NO_NUMBER),
        ("sms", "elks failed", causes.REFUSED),
        ("sms", NOT_ARRIVED_FAULT, causes.NOT_REACHED),
        ("sms", "LookupError", causes.OUR_FAULT),
        ("sms", queue.STOPPED, causes.STOPPED),
        ("sms", queue.NEVER_UP, causes.DOWN),
        ("sms", handing.NO_SENDER, causes.NOBODY_SENDS),
        ("sms", handing.NO_COMPOSER, causes.OUR_FAULT),
        ("sms", "something new", causes.UNKNOWN),
        ("email", None, causes.UNKNOWN),
    ],
)
def test_a_code_has_its_cause(channel: str, code: str | None, cause: Cause) -> None:
    assert causes.of(code, channel) == cause


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 408, 413, 422, 429, 500, 502, 503, 504])
def test_whatever_the_gateway_answers_has_a_cause(status: int) -> None:
    told = elks.fault(status, "")
    assert causes.of(told.why if isinstance(told, SendError) else str(told), "sms") is not causes.UNKNOWN


def test_every_reason_for_which_a_message_is_dropped_has_words() -> None:
    reasons = {why for file in Path("booking").rglob("*.py") for why in DROPPED.findall(file.read_text("utf-8"))}
    assert "the offer is no longer open" in reasons
    reasons |= {handing.TOO_LATE, writing.NOT_THIS_WAY, letters.GONE, *stopping.STOPPED.values()}
    assert reasons - causes.DROPPED.keys() == set()


def message(state: MessageState, why: str | None = None, fault: str | None = None) -> Message:
    return Message(kind="offer", channel="sms", state=state, why=why, fault=fault)


def test_a_message_that_failed_says_why_and_one_that_arrived_says_nothing() -> None:
    assert causes.sentence(message(MessageState.FAILED, fault="elks credits")) == str(causes.CREDITS.sentence)
    assert causes.sentence(message(MessageState.DELIVERED)) == ""


def test_a_message_that_was_not_needed_says_why() -> None:
    gone = message(MessageState.DROPPED, "the offer is no longer open")
    assert causes.sentence(gone) == "Erbjudandet var redan besvarat eller gällde inte längre."
    assert causes.sentence(message(MessageState.DROPPED, "something else")) == "Det behövdes inte längre."


def test_a_message_that_waits_after_a_fault_says_why() -> None:
    assert causes.sentence(message(MessageState.QUEUED, "elks 503")) == str(causes.DOWN.sentence)
    assert causes.sentence(message(MessageState.QUEUED)) == ""
