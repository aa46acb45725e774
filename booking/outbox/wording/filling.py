"""From a template, or from what staff have written instead, to the text that is sent.

Braces are filled by one plain replacement, once: what is filled in is never looked at again, and a text is never run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booking.outbox.wording import templates

NAME = re.compile(r"\{([^{}]*)\}")
# What word processors make of plain characters; one of them would more than halve what an SMS has room for.
PLAIN = str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "”": '"', "“": '"', "…": "..."})


@dataclass(frozen=True, slots=True)
class Words:
    """A text as staff write it, with names in braces; `subject` is None for an SMS."""

    text: str
    subject: str | None = None

    @property
    def names(self) -> set[str]:
        """What stands in braces anywhere in it."""
        return set(NAME.findall(f"{self.subject or ''}\n{self.text}"))


@dataclass(frozen=True, slots=True)
class Made:
    """A text to send; `subject` is None for an SMS."""

    text: str
    subject: str | None = None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every name in braces replaced. Raises KeyError for a name without a value."""
    return NAME.sub(lambda found: values[found[1]], text)


def compose(kind: str, channel: str, words: Words | None, values: Mapping[str, Any]) -> Made:
    """The text of a kind: `words` when there are any and all their names have a value today, else the default."""
    rendered = templates.render(kind, channel, values)
    if channel == "sms":
        return Made(one_line(_body(rendered.sections[0], words, rendered.fields[0]).translate(PLAIN)))
    if len(rendered.sections) == 1:
        subject, _, body = rendered.sections[0].strip().partition("\n")
        return Made(templates.tidy(body), one_line(subject))
    subject, greeting, body, ending = rendered.sections
    if words is not None and _fits(words.subject or "", rendered.fields[0]) and _fits(words.text, rendered.fields[2]):
        subject, body = fill(words.subject or "", rendered.fields[0]), fill(words.text, rendered.fields[2])
    return Made(templates.tidy("\n\n".join((greeting.strip(), body.strip(), ending.strip()))), one_line(subject))


def one_line(text: str) -> str:
    """The text without line breaks and without more than one space at a time."""
    return " ".join(text.split())


def _body(default: str, words: Words | None, values: Mapping[str, str]) -> str:
    return fill(words.text, values) if words is not None and _fits(words.text, values) else default


def _fits(text: str, values: Mapping[str, str]) -> bool:
    # A template may have lost a name since the text was written: then the default is sent rather than a hole.
    return set(NAME.findall(text)) <= values.keys()
