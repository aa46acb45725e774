"""Texts of messages: from templates, in the language of whoever gets them, neutral outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError

from booking.base.migrating import folder
from booking.outbox import queue, wording
from booking.outbox.kinds import KINDS

FOLDER = folder("templates") / "messages"


@dataclass
class Amina:
    language: str = "sv"
    mobile: str | None = "+46700000001"
    email: str | None = "amina@example.org"


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The real layout, and whatever templates a test puts beside it."""
    there = {"_layout.email.txt": (FOLDER / "_layout.email.txt").read_text(encoding="utf-8")}
    monkeypatch.setattr(wording.environment(), "loader", DictLoader(there))
    wording.environment().cache.clear()  # type: ignore[union-attr]
    return there


def test_an_sms_is_one_line_without_a_subject(templates: dict[str, str]) -> None:
    templates["hello.sms.txt"] = "Hej!\n  {{ link }}\n\n/{{ city }}\n"
    made = wording.letter("hello", "sms", Amina(), "k", link="x.se/e/1", city="Staden")
    assert (made.text, made.subject, made.address) == ("Hej! x.se/e/1 /Staden", None, "+46700000001")


def test_an_emails_first_line_is_its_subject(templates: dict[str, str]) -> None:
    templates["hello.email.txt"] = "Ett meddelande\n\nRad ett.\n\n\n\nRad två.\n"
    made = wording.letter("hello", "email", Amina(), "k")
    assert (made.subject, made.text, made.address) == ("Ett meddelande", "Rad ett.\n\nRad två.\n", "amina@example.org")


def test_the_layout_has_a_neutral_subject_a_greeting_and_a_number_to_ring(templates: dict[str, str]) -> None:
    templates["hello.email.txt"] = (
        '{% extends "_layout.email.txt" %}{% block body %}{{ _("Läs: %(link)s", link=link) }}{% endblock %}'
    )
    made = wording.letter("hello", "email", Amina(), "k", link="x.se/m/1", city="Stockholms stad", phone="08-1")
    assert made.subject == "Meddelande från Stockholms stad"
    assert made.text == (
        "Hej!\n\nLäs: x.se/m/1\n\nVänliga hälsningar\nStockholms stad\n\n"
        "Det går inte att svara på det här mejlet. Frågor? Ring 08-1.\n"
    )


def test_a_value_that_nobody_gave_is_an_error_and_not_a_hole(templates: dict[str, str]) -> None:
    templates["hello.sms.txt"] = "Hej {{ name }}!"
    with pytest.raises(UndefinedError):
        wording.letter("hello", "sms", Amina(), "k")


def test_nothing_is_escaped_as_in_html(templates: dict[str, str]) -> None:
    templates["hello.sms.txt"] = "{{ place }}"
    made = wording.letter("hello", "sms", Amina(), "k", place="Kaffe & kaka <3")
    assert made.text == "Kaffe & kaka <3"


@pytest.mark.parametrize(("language", "spoken"), [("sv", "sv"), ("en", "en"), ("fi", "sv")])
def test_the_text_is_in_the_carers_language_or_else_in_swedish(
    templates: dict[str, str], language: str, spoken: str
) -> None:
    templates["hello.sms.txt"] = "{{ texts.language() }}"
    assert wording.letter("hello", "sms", Amina(language), "k").text == spoken


def test_a_line_break_in_a_subject_cannot_become_a_header(templates: dict[str, str]) -> None:
    templates["hello.email.txt"] = "{{ subject }}\nText"
    made = wording.letter("hello", "email", Amina(), "k", subject="Hej\r\nBcc: x@example.org")
    assert made.subject == "Hej"


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_carer_without_an_address_gets_no_letter(templates: dict[str, str], channel: str) -> None:
    templates[f"hello.{channel}.txt"] = "Hej\nText"
    with pytest.raises(ValueError, match=f"no address for {channel}"):
        wording.letter("hello", channel, Amina(mobile=None, email=None), "k")


def kinds() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.txt") if not path.name.startswith("_"))


@pytest.mark.parametrize("path", kinds(), ids=lambda path: path.name)
def test_every_kind_has_a_text_for_both_channels_that_can_be_read(path: Path) -> None:
    kind, channel, _ = path.name.split(".")
    other = {"sms": "email", "email": "sms"}[channel]
    # What answers an SMS goes by SMS alone.
    assert (FOLDER / f"{kind}.{other}.txt").exists() is not (kind in KINDS and KINDS[kind].in_return)
    wording.environment().parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://likaplats.example/e/7Kq2mX9pLw4TzzzZ", "https://likaplats.example/e/…"),
        ("likaplats.example/m/7Kq2mX9pLw4T Du kan", "likaplats.example/m/… Du kan"),
        ("(x.se/m/7Kq2mX9pLw4T).", "(x.se/m/…)."),
        ("x.se/sv/min-sida/7Kq2mX9pLw4T/?a=1", "x.se/sv/min-sida/…/?a=1"),
        ("https://foraldragrupper.example/sv/grupper", "https://foraldragrupper.example/sv/grupper"),
        ("tors 14/1 kl 12.00, 08-000 00 00", "tors 14/1 kl 12.00, 08-000 00 00"),
    ],
)
def test_what_is_kept_of_a_text_opens_nothing(text: str, kept: str) -> None:
    assert queue.TOKEN.sub("…", text) == kept
