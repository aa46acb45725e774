"""How many SMS a text takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.outbox.wording import Parts, parts
from booking.outbox.wording.counting import BASIC, DOUBLE, wide


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts("GSM-7", 0, 1)),
        ("a" * 160, Parts("GSM-7", 160, 1)),
        ("a" * 161, Parts("GSM-7", 161, 2)),
        ("a" * 306, Parts("GSM-7", 306, 2)),
        ("a" * 307, Parts("GSM-7", 307, 3)),
        ("åäöÅÄÖéÉü" + "a" * 151, Parts("GSM-7", 160, 1)),
        ("€" * 80, Parts("GSM-7", 160, 1)),
        ("a" * 159 + "€", Parts("GSM-7", 161, 2)),
        # The pair that would stand across two parts goes to the second.
        ("a" * 152 + "€" + "a" * 152, Parts("GSM-7", 306, 3)),
        ("a" * 153 + "€" + "a" * 151, Parts("GSM-7", 306, 2)),
        ("á" * 70, Parts("UCS-2", 70, 1)),
        ("á" * 71, Parts("UCS-2", 71, 2)),
        ("م" * 134, Parts("UCS-2", 134, 2)),
        ("م" * 135, Parts("UCS-2", 135, 3)),
        ("a" * 69 + "…", Parts("UCS-2", 70, 1)),
        ("😀" * 35, Parts("UCS-2", 70, 1)),
        ("a" * 66 + "😀" + "a" * 66, Parts("UCS-2", 134, 3)),
        ("a" * 67 + "😀" + "a" * 65, Parts("UCS-2", 134, 2)),
        # In UCS-2 nothing takes two but what UTF-16 writes so.
        ("م" + "€" * 69, Parts("UCS-2", 70, 1)),
    ],
)
def test_the_parts_of_a_text(text: str, expected: Parts) -> None:
    assert parts(text) == expected


@given(st.text(st.sampled_from(sorted(BASIC | DOUBLE)), max_size=700))
def test_a_narrow_text_is_counted_as_the_standards_own_septets_are_packed(text: str) -> None:
    septets = b"".join(b"\x1bx" if character in DOUBLE else b"x" for character in text)
    assert (parts(text).units, parts(text).encoding) == (len(septets), "GSM-7")
    assert parts(text).parts == packed(septets, 160, 153, lambda rest: rest.startswith(b"\x1b"))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(lambda text: text + "م"))
def test_a_wide_text_is_counted_as_utf_16_is_packed(text: str) -> None:
    units = text.encode("utf-16-be")
    assert (parts(text).units * 2, parts(text).encoding) == (len(units), "UCS-2")
    assert parts(text).parts == packed(units, 140, 134, lambda rest: 0xD8 <= rest[0] <= 0xDB)


def packed(units: bytes, alone: int, each: int, begins_pair: object) -> int:
    """A second reading: cut from the front, one step back where a pair would be torn apart."""
    assert callable(begins_pair)
    step = 2 if alone == 140 else 1
    if len(units) <= alone:
        return 1
    count = 0
    while units:
        cut = min(each, len(units))
        if cut < len(units) and begins_pair(units[cut - step :]):
            cut -= step
        units, count = units[cut:], count + 1
    return count


def test_the_characters_that_make_a_text_wide_are_named_once() -> None:
    assert wide("Hej ”du” – vi ses…") == ["”", "–", "…"]
