"""What an SMS asks to be answered with is understood when it comes back, in every language."""

from __future__ import annotations

import re

import pytest

from booking.base import texts
from booking.course.letters import examples
from booking.course.replies.reading import read
from booking.course.replies.words import Word
from tests.unit.catalogues import committed
from tests.unit.message_scenes import USUAL


@pytest.mark.parametrize("language", sorted(texts.WRITTEN))
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("offer", [Word.YES, Word.NO]),
        ("offer_halfway", [Word.YES, Word.NO]),
        ("reminder", [Word.NO]),
        ("answer_away", [Word.YES]),
    ],
)
def test_a_word_with_the_code_is_read_as_it_was_meant(language: str, kind: str, words: list[Word]) -> None:
    with committed():
        text = examples.letter(kind, "sms", language, USUAL).text
    asked = [read(found) for found in re.findall(r"\w+ K74", text)]
    assert [(each.word, each.codes) for each in asked] == [(word, ("K74",)) for word in words]


@pytest.mark.parametrize("language", sorted(texts.WRITTEN))
@pytest.mark.parametrize(
    ("kind", "word"), [("answer_stopped", Word.START), ("answer_started", Word.STOP), ("answer_help", Word.STOP)]
)
def test_a_word_in_capitals_alone_is_read_as_it_was_meant(language: str, kind: str, word: Word) -> None:
    with committed():
        text = examples.letter(kind, "sms", language, USUAL).text
    assert [read(found).word for found in re.findall(r"\bST[A-Z]+\b", text)] == [word]
