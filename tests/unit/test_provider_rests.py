"""When a provider rests, and when it is back; a list of what came of its messages, one after the other."""

from datetime import datetime, timedelta

import pytest

from booking.outbox.health import FIRST_REST, LONGEST_REST, PROBE, Noted, Provider, Result, judge, rest
from tests.cast import NOW

WORDS = {"o": Result.OK, "r": Result.REFUSED, "f": Result.FAULT, "u": Result.UNCLEAR}


def after(story: str, *, now: datetime = NOW, row: Provider | None = None) -> Provider:
    """A provider after these results: ok, refused, fault, unclear."""
    row = row or Provider(name="elks", in_a_row=0, rests=0, probing=False)
    for letter in story:
        judge(row, Noted("elks", WORDS[letter], "elks 503"), now)
    return row


@pytest.mark.parametrize("story", ["", "o", "ff", "ffoff", "ffrff", "uuouu", "rrrrrr"])
def test_a_few_faults_are_no_reason_to_rest(story: str) -> None:
    assert (after(story).resting_until, after(story).down_since) == (None, None)


@pytest.mark.parametrize("story", ["fff", "uuu", "fuf", "offf"])
def test_faults_in_a_row_are(story: str) -> None:
    down = after(story)
    assert (down.resting_until, down.down_since, down.last_fault) == (NOW + FIRST_REST, NOW, "elks 503")


def test_what_was_on_its_way_when_it_went_down_makes_the_rest_no_longer() -> None:
    assert after("f" * 19).resting_until == NOW + FIRST_REST


def test_a_success_ends_every_rest() -> None:
    back = after("ffffo")
    assert (back.resting_until, back.down_since, back.in_a_row, back.rests) == (None, None, 0, 0)


def test_a_failed_trial_makes_the_next_rest_longer_and_it_is_down_since_the_first() -> None:
    row = after("fff")
    row.resting_until, row.probing = NOW + PROBE, True
    later = NOW + timedelta(seconds=20)
    after("f", now=later, row=row)
    assert (row.resting_until, row.probing, row.down_since) == (later + 2 * FIRST_REST, False, NOW)


def test_rests_grow_and_no_rest_is_longer_than_the_longest() -> None:
    rests = [rest(number) for number in range(1, 2000)]
    assert rests == sorted(rests)
    assert (rests[0], rests[1], rests[-1]) == (FIRST_REST, 2 * FIRST_REST, LONGEST_REST)
