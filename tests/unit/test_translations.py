"""Every text in every language: none missing, none left over, placeholders kept, messages neutral and short to send.

Pages are read in Swedish and English, so the English catalogue has every text. The other languages that messages are
written in have the texts of messages alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from booking.base import texts
from booking.outbox.wording.checking import TELLING
from booking.outbox.wording.counting import BASIC
from tests.unit.catalogues import catalogue, committed, path

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = sorted(set(texts.WRITTEN) - {texts.DEFAULT})
MAPPINGS = {language: "babel.cfg" if language in texts.LANGUAGES else "babel-letters.cfg" for language in TRANSLATED}
Text = str | tuple[str, ...]
"""A text, or one for each number."""

OFFICIAL = ("insats", "målgrupp", "ärende", "handläggare", "vårdnadshavare")


@cache
def written(mapping_file: str = "babel.cfg") -> dict[Text, set[str]]:
    """Every text in the code and the templates, with the files it stands in; read as the extraction does it."""
    with (ROOT / mapping_file).open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found: dict[Text, set[str]] = {}
    keywords = {**DEFAULT_KEYWORDS, "lazy": None}
    for name, _line, text, _comments, _context in extract_from_dir(
        ROOT, methods, options, keywords, directory_filter=_is_ours
    ):
        found.setdefault(text, set()).add(name)
    return found


def _is_ours(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[0] in ("booking", "templates")


def messages(language: str) -> dict[Text, Message]:
    """The translated texts by what they translate; without the header."""
    return {_hashable(message.id): message for message in catalogue(language) if message.id}


def _hashable(text: Text | list[str]) -> Text:
    return tuple(text) if isinstance(text, list) else text


def forms(text: Text | list[str] | None) -> tuple[str, ...]:
    """The text itself, or one for each number; a missing one is empty."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def placeholders(text: str) -> list[str]:
    """What is filled in, and any per cent sign that would be taken for it."""
    return sorted(re.findall(r"%(?:\(\w+\)[sd])?", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_in_the_code_is_in_the_catalogue_and_no_other(language: str) -> None:
    assert set(messages(language)) ^ set(written(MAPPINGS[language])) == set()
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    needed = catalogue(language).num_plurals
    found = messages(language).values()
    assert [each.id for each in found if each.fuzzy or not all(forms(each.string))] == []
    assert [each.id for each in found if each.pluralizable and len(forms(each.string)) != needed] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_text(language: str) -> None:
    def differs(message: Message) -> bool:
        swedish = [placeholders(text) for text in forms(message.id)]
        translated = [placeholders(text) for text in forms(message.string)]
        return any(names != swedish[min(at, len(swedish) - 1)] for at, names in enumerate(translated))

    assert [each.id for each in messages(language).values() if differs(each)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_names_no_person_no_address_and_no_file(language: str) -> None:
    text = path(language).read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#:")]
    assert comments == []
    assert "@" not in text.partition("\n\n")[0]


@pytest.mark.parametrize("word", OFFICIAL)
def test_no_swedish_text_speaks_like_an_authority(word: str) -> None:
    assert [text for text in written() for form in forms(text) if word in form.lower()] == []


def outside() -> Iterator[str]:
    """The Swedish texts that others at home may see: every SMS, and every e-mail's subject line."""
    yield from (str(text) for text, files in written().items() if any(name.endswith(".sms.txt") for name in files))
    for template in (ROOT / "templates" / "messages").glob("*.email.txt"):
        for subject in re.findall(r"block subject %}(.*?){% endblock", template.read_text(encoding="utf-8")):
            yield from re.findall(r'_\("(.+?)"', subject)


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_others_may_see_names_no_programme_and_no_child(language: str) -> None:
    seen = {form for text in outside() for form in (text, str(messages(language)[text].string))}
    assert len(seen) > 40
    assert [text for text in seen for word in TELLING if word in text.lower()] == []


@pytest.mark.parametrize("language", sorted(set(TRANSLATED) - {"ar"}))
def test_an_sms_in_latin_letters_needs_no_wide_characters(language: str) -> None:
    sms = [text for text, files in written().items() if any(name.endswith(".sms.txt") for name in files)]
    seen = [form for text in sms for form in (str(text), str(messages(language)[text].string))]
    assert {character for text in seen for character in text} - BASIC == set()


@pytest.fixture
def english() -> Iterator[None]:
    """English out of the committed catalogue, whatever has been compiled or not."""
    with committed(), texts.speaking("en"):
        yield


@pytest.mark.usefixtures("english")
def test_an_english_time_is_said_as_one_says_it_in_english() -> None:
    meeting = datetime(2027, 1, 26, 16, 30, tzinfo=UTC)
    assert texts.full_time(meeting) == "Tuesday 26 January at 17:30"
    assert texts.short_time(meeting) == "Tue 26 Jan 17:30"
    assert texts.clock_time(meeting) == "17:30"


@pytest.mark.usefixtures("english")
def test_an_english_number_has_its_own_form_for_one() -> None:
    places = [texts.ngettext("%(num)d plats kvar", "%(num)d platser kvar", number) for number in (1, 3)]
    assert places == ["1 place left", "3 places left"]


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        ("ar", "الثلاثاء 26 يناير الساعة 17:30", "الثلاثاء 26/1 الساعة 17:30"),
        ("so", "Talaado 26 Janaayo saacadda 17:30", "Talaado 26/1 saacadda 17:30"),
    ],
)
def test_a_time_in_a_message_has_the_digits_that_stand_on_clocks_in_sweden(
    language: str, full: str, short: str
) -> None:
    meeting = datetime(2027, 1, 26, 16, 30, tzinfo=UTC)
    with committed(), texts.speaking(language):
        assert (texts.full_time(meeting), texts.short_time(meeting)) == (full, short)


@pytest.mark.parametrize("language", ["ar", "so", "fi"])
def test_a_page_is_not_read_in_a_language_that_only_messages_are_written_in(language: str) -> None:
    texts.speak(language)
    assert texts.language() == "sv"
