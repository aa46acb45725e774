"""Wording: the texts of messages, from `templates/messages`, in the language of whoever gets them.

`<kind>.sms.txt` becomes one line. The first line of `<kind>.email.txt` is the subject, the rest is the body. The texts
are plain text: nothing is escaped as in HTML. A value that a template wants and nobody gave is an error.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking.base import texts
from booking.base.migrating import folder
from booking.outbox.letters import Letter


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


def letter(kind: str, channel: str, carer: Addressee, key: str, **values: Any) -> Letter:
    """The letter of a kind for one carer through one channel; `key` is the message's own key.

    Raises ValueError when the carer has no address for the channel.
    """
    address = carer.mobile if channel == "sms" else carer.email
    if not address:
        raise ValueError(f"no address for {channel}")
    with texts.speaking(carer.language):
        text = environment().get_template(f"{kind}.{channel}.txt").render(**values)
    if channel == "sms":
        return Letter(channel, address, " ".join(text.split()), key=key)
    subject, _, body = text.strip().partition("\n")
    return Letter(channel, address, _tidy(body), subject=" ".join(subject.split()), key=key)


def _tidy(body: str) -> str:
    # Templates leave holes where a condition did not hold: never more than one empty line, none at the ends.
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@cache
def environment() -> Environment:
    """Jinja for messages: apart from the pages' own, since nothing here is HTML."""
    made = Environment(
        loader=FileSystemLoader(str(folder("templates") / "messages")),
        autoescape=False,  # noqa: S701  Text messages and plain e-mail; there is no HTML to escape for.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(texts._, texts.ngettext, newstyle=False)  # type: ignore[attr-defined]
    made.globals.update(_=texts._, ngettext=texts.ngettext, texts=texts)
    return made
