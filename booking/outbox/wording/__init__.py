"""Wording: the texts of messages, in the language of whoever gets them.

``templates``  the default texts, from templates/messages     ``fields``    what stands in braces in them
``filling``    a text with its braces, filled                 ``edited``    texts that staff have written instead
``counting``   the parts of an SMS                            ``markup``    HTML beside an e-mail's plain text
``checking``   whether an edited text may be used

An SMS becomes one line. An e-mail has a subject, and a body between a greeting and an ending that are always there.
The texts are plain text: nothing is escaped as in HTML. A value that a template wants and nobody gave is an error.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from booking.base import texts
from booking.outbox.letters import Letter
from booking.outbox.wording.counting import Parts, parts
from booking.outbox.wording.filling import Words, compose, one_line
from booking.outbox.wording.markup import html
from booking.outbox.wording.templates import environment

__all__ = ["Addressee", "Parts", "Words", "environment", "letter", "one_line", "parts"]

# A number is written left to right in any language: between these it is, whatever stands around it.
ISOLATED = "\N{LEFT-TO-RIGHT ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


class Addressee(Protocol):
    """Who a letter is for: a carer."""

    @property
    def language(self) -> str:
        """The code of the language they read."""

    @property
    def mobile(self) -> str | None:
        """Their number, E.164."""

    @property
    def email(self) -> str | None:
        """Their address."""


def letter(kind: str, channel: str, carer: Addressee, key: str, *, words: Words | None = None, **values: Any) -> Letter:
    """The letter of a kind for one carer through one channel; `key` is the message's own key.

    `words` are what staff have written instead of the default. Raises ValueError when the carer has no address for
    the channel.
    """
    address = carer.mobile if channel == "sms" else carer.email
    if not address:
        raise ValueError(f"no address for {channel}")
    with texts.speaking(carer.language):
        if "phone" in values:
            values["phone"] = _number(str(values["phone"]), channel)
        made = compose(kind, channel, words, values)
        markup = None if channel == "sms" else html(made, texts.language())
    return Letter(channel, address, made.text, subject=made.subject, html=markup, key=key)


def _number(phone: str, channel: str) -> str:
    # Right to left, the groups of a number would change places: "00 00 000-08".
    if texts.direction(texts.language()) == "ltr":
        return phone
    return re.sub(r"[^\d+]", "", phone) if channel == "sms" else ISOLATED % phone
