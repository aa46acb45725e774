"""Every reason to phone and everything heard on the phone has its words, and every reason something to say."""

from __future__ import annotations

import pytest

from booking.base import texts
from booking.course.calls import OFFERS, CallWhy, TryResult
from booking.course.calls.news import KINDS
from booking.outbox import kinds
from booking.outbox.wording import templates
from booking.web.staff import calls, words


def test_every_reason_and_everything_heard_has_words() -> None:
    assert set(calls.WHY) == set(CallWhy)
    assert set(calls.HEARD) == set(TryResult)
    heard = {f"call {result.value.replace('_', ' ')}" for result in TryResult if result is not TryResult.SPOKEN}
    assert heard - words.ACT.keys() == set()


def test_what_a_family_has_not_been_told_is_a_kind_of_message_with_a_name() -> None:
    assert set(KINDS) - kinds.KINDS.keys() == set()


@pytest.mark.parametrize("why", sorted({why.value for why in set(CallWhy) - OFFERS} | {"offer"}))
@pytest.mark.parametrize("language", list(texts.WRITTEN))
def test_every_reason_has_something_to_say_in_every_language_we_write(why: str, language: str) -> None:
    with texts.speaking(language):
        templates.environment().get_template(f"phone/{why}.said.txt")
        assert language == "sv" or texts._("Hej! Jag ringer från %(city)s.", city="x") != "Hej! Jag ringer från x."
