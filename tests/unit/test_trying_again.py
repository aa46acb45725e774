"""When a message that did not go is tried again, and when it is given up."""

from datetime import timedelta

import pytest

from booking.outbox import queue
from booking.outbox.messages import Message, MessageState
from booking.outbox.queue import FIRST_PAUSE, GIVE_UP_AFTER, LONGEST_PAUSE, LONGEST_STALL, MOST_TRIES
from tests.cast import NOW


def message(*, tries: int = 0, stalls: int = 0, key: str = "offer/1/1/1/sms/1") -> Message:
    return Message(key=key, tries=tries, stalls=stalls, not_before=NOW)


def pause(outcome: queue.Outcome) -> timedelta:
    assert outcome.not_before is not None
    return outcome.not_before - NOW


@pytest.mark.parametrize(("tries", "least"), [(0, 30), (1, 60), (2, 120), (6, 1920), (7, 3600), (18, 3600)])
def test_each_pause_is_twice_the_one_before_up_to_an_hour_and_at_most_half_as_much_more(tries: int, least: int) -> None:
    shortest = timedelta(seconds=least)
    assert shortest <= pause(queue.again(message(tries=tries), "elks 409", now=NOW)) <= 1.5 * shortest


def test_many_that_failed_together_do_not_come_back_together() -> None:
    pauses = {pause(queue.again(message(key=f"offer/{thing}/1/1/sms/1"), "x", now=NOW)) for thing in range(100)}
    assert len(pauses) > 60


def test_the_last_try_is_the_last() -> None:
    states = [queue.again(message(tries=tries), "x", now=NOW).state for tries in (MOST_TRIES - 2, MOST_TRIES - 1)]
    assert states == [MessageState.QUEUED, MessageState.FAILED]


def test_all_tries_together_take_about_half_a_day() -> None:
    total = sum((pause(queue.again(message(tries=n), "x", now=NOW)) for n in range(MOST_TRIES - 1)), timedelta())
    assert timedelta(hours=10) < total < timedelta(hours=24)


@pytest.mark.parametrize("stalls", [0, 5, 50, 5000])
def test_a_provider_that_is_down_uses_up_no_tries(stalls: int) -> None:
    outcome = queue.stall(message(stalls=stalls, tries=MOST_TRIES), "elks 503", now=NOW)
    assert (outcome.state, outcome.stalled) == (MessageState.QUEUED, True)
    assert FIRST_PAUSE <= pause(outcome) <= 1.5 * LONGEST_STALL < LONGEST_PAUSE


def test_for_a_provider_that_stays_down_a_message_waits_three_days_from_when_it_was_due() -> None:
    waits = message(stalls=7)
    waits.due_at, waits.not_before = NOW, NOW + GIVE_UP_AFTER
    times = NOW + GIVE_UP_AFTER - timedelta(seconds=1), NOW + GIVE_UP_AFTER
    assert [queue.stall(waits, "x", now=now).state for now in times] == [MessageState.QUEUED, MessageState.FAILED]
