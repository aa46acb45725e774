"""Every text of every message, kept as it is read, so that a change of any is seen; and how much an SMS takes.

After a change that is meant:  LIKAPLATS_SNAPSHOTS=anew .venv/bin/pytest tests/unit/test_message_texts.py
and look at what changed in tests/unit/snapshots/messages before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from booking.base import texts
from booking.course.letters import examples
from booking.outbox.wording import Words, fields, parts, templates
from booking.outbox.wording.filling import NAME
from tests.unit.catalogues import committed
from tests.unit.message_scenes import LONGEST, USUAL

SNAPSHOTS = Path(__file__).parent / "snapshots" / "messages"
ANEW = os.environ.get("LIKAPLATS_SNAPSHOTS") == "anew"
KINDS = templates.kinds()
# A text that depends on something, in the other ways it can turn out.
OTHERWISE: dict[str, list[dict[str, Any]]] = {
    "answer_away": [{"code": None}],
    "answer_stopped": [{"mail": False}],
    "grown": [{"discreet": True}],
    "group_cancelled": [{"first": False}, {"begun": True}],
    "group_moved": [{"placed": False}],
    "missed": [{"days": 1}],
    "offer": [{"answer": None}],
    "offer_halfway": [{"answer": None}],
    "placed": [{"dates": []}],
    "registered": [{"discreet": True}],
    "reminder": [
        {"days": 0, "count": None, "leaders": []},
        {"days": 7, "count": None, "answer": None, "bring": "matsäck"},
    ],
    "session_cancelled": [{"following": None}],
    "still_waiting": [{"waits": []}],
}
# The most that a reminder by SMS says beside all that it must, with so long an address.
BESIDE = {"count": 14, "bring": "matsäck och innetofflor", "leaders": ["Ali Berg", "Eva"]}
EDITED = {
    "sms": Words("Hej! Ni kan få en plats. Svara senast {time}: {link} Hälsningar {city}, {phone}"),
    "email": Words("Välkomna till {programme}!\n\n{where}\n{dates}\n\nSvara före {time}:\n{link}", "Svar före {time}"),
}


@pytest.fixture(autouse=True, scope="module")
def _the_committed_catalogues() -> Iterator[None]:
    with committed():
        yield


def rendered(kind: str, language: str) -> str:
    """Both channels of a kind, in every way the texts can turn out, as a file to be read."""
    pieces = []
    for channel in KINDS[kind]:
        for other in ({}, *OTHERWISE.get(kind, [])):
            letter = examples.letter(kind, channel, language, USUAL, **other)
            title = ", ".join((channel, *(f"{name}={value!r}" for name, value in other.items())))
            count = f" [{parts(letter.text).encoding}, {parts(letter.text).parts}]" if channel == "sms" else ""
            subject = f"{letter.subject}\n\n" if letter.subject else ""
            pieces.append(f"== {title}{count}\n{subject}{letter.text.strip()}\n")
    return "\n".join(pieces)


def compare(name: str, text: str) -> None:
    """The text is what is kept under that name; or it is kept anew."""
    kept = SNAPSHOTS / name
    if ANEW:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert kept.exists(), f"{name} is not kept yet: see the top of this file"
    assert text == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", sorted(texts.WRITTEN))
def test_a_text_reads_as_it_was_last_read(kind: str, language: str) -> None:
    compare(f"{kind}.{language}.txt", rendered(kind, language))


@pytest.mark.parametrize("language", sorted(texts.WRITTEN))
def test_an_e_mail_looks_as_it_was_last_looked_at(language: str) -> None:
    compare(f"offer.{language}.html", examples.letter("offer", "email", language, USUAL).html or "")


def test_a_text_of_staffs_own_is_filled_with_the_same_values() -> None:
    letters = [examples.letter("offer", channel, "sv", USUAL, words) for channel, words in EDITED.items()]
    compare("edited.sv.txt", "\n\n".join(f"{letter.subject}\n{letter.text}" for letter in letters))


def test_nothing_is_kept_of_a_text_that_is_no_more() -> None:
    known = {f"{kind}.{language}.txt" for kind in KINDS for language in texts.WRITTEN} | {"edited.sv.txt"}
    known |= {f"offer.{language}.html" for language in texts.WRITTEN}
    assert {path.name for path in SNAPSHOTS.iterdir()} == known


def every_sms(language: str) -> list[tuple[str, str]]:
    """Each SMS with the longest values, in every way it can turn out."""
    found = []
    for kind in (kind for kind, channels in KINDS.items() if "sms" in channels):
        for other in ({}, *OTHERWISE.get(kind, [])):
            values = {**BESIDE, **other} if kind == "reminder" else other
            found.append((kind, examples.letter(kind, "sms", language, LONGEST, **values).text))
    return found


@pytest.mark.parametrize(
    ("language", "encoding", "most"), [("sv", "GSM-7", 2), ("en", "GSM-7", 2), ("so", "GSM-7", 3), ("ar", "UCS-2", 5)]
)
def test_an_sms_with_the_longest_names_takes_few_parts(language: str, encoding: str, most: int) -> None:
    counted = {text: parts(text) for _kind, text in every_sms(language)}
    assert {each.encoding for each in counted.values()} == {encoding}
    assert {text: each for text, each in counted.items() if each.parts > most} == {}
    assert max(each.parts for each in counted.values()) == most


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_name_in_braces_is_explained_to_staff(kind: str) -> None:
    for channel in KINDS[kind]:
        names = {name for part in templates.outline(kind, channel, "sv") for name in NAME.findall(part)}
        assert names <= fields.FIELDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_name_in_braces_stands_for_one_thing_in_each_part_of_a_text(kind: str) -> None:
    values = examples.values(kind, USUAL)
    assert [templates.render(kind, channel, values).twice for channel in KINDS[kind]] == [set()] * len(KINDS[kind])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_text_written_again_word_for_word_reads_the_same(kind: str) -> None:
    for channel in KINDS[kind]:
        parts_of_it = templates.outline(kind, channel, "sv")
        words = Words(parts_of_it[0]) if channel == "sms" else Words(parts_of_it[2], parts_of_it[0])
        default, again = (examples.letter(kind, channel, "sv", USUAL, each) for each in (None, words))
        assert (again.text, again.subject) == (default.text, default.subject)


def test_two_names_in_braces_never_look_alike() -> None:
    shown = [field.shown for field in fields.FIELDS.values()]
    assert len(shown) == len(set(shown))
