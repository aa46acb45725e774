"""The default texts, from `templates/messages`: `<kind>.sms.txt` and `<kind>.email.txt`, one for all languages.

They can be read in two ways. `render` fills them with real values, and keeps what each name stood for. `outline` gives
the text itself, with every name in braces, as staff see it when they write another. For that to work a template asks
nothing outside `{% call field("name") %}`: what depends on something is one name with one meaning there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, StrictUndefined

from booking.base import texts
from booking.base.migrating import folder

CUT = "\x1e"
"""Between an e-mail's subject, greeting, body and ending, as its layout writes them."""
PLAIN = ("link", "city", "phone", "code")
"""Values that stand in a template by themselves, outside a text."""


class Rendered:
    """What a template became: its `sections` in order, and in `fields` what the names stood for in each.

    `twice` holds the names that stood for two things in one section: a mistake in the template.
    """

    def __init__(self) -> None:
        self.sections: list[str] = []
        self.fields: list[dict[str, str]] = [{}]
        self.twice: set[str] = set()
        self._inside = 0

    def translated(self, text: str, **given: Any) -> str:
        """What the template calls `_`."""
        self._note(given)
        return texts._(text, **given)

    def counted(self, one: str, many: str, number: int, **given: Any) -> str:
        """What the template calls `ngettext`."""
        self._note({"num": number, **given})
        return texts.ngettext(one, many, number, **given)

    def called(self, name: str, caller: Callable[[], str]) -> str:
        """What the template calls `field`: all inside is one thing with that name."""
        self._inside += 1
        text = caller().strip()
        self._inside -= 1
        self._note({name: text})
        return text

    def cut(self) -> str:
        """What the template calls between its sections."""
        self.fields.append({})
        return CUT

    def _note(self, given: Mapping[str, object]) -> None:
        for name, value in given.items() if not self._inside else ():
            if self.fields[-1].setdefault(name, str(value)) != str(value):
                self.twice.add(name)


def render(kind: str, channel: str, values: Mapping[str, Any]) -> Rendered:
    """The default text with these values, in the language in use."""
    made = Rendered()
    tools = {"_": made.translated, "ngettext": made.counted, "field": made.called, "cut": made.cut}
    text = environment().get_template(_name(kind, channel)).render({**values, **tools})
    made.sections = text.split(CUT)
    for each in made.fields:
        each.update({name: str(values[name]) for name in PLAIN if name in values})
    return made


@cache
def outline(kind: str, channel: str, language: str) -> tuple[str, ...]:
    """The default text with its names in braces: the one section of an SMS, or the four of an e-mail."""

    def translated(text: str, **given: Any) -> str:
        return texts._(text, **{name: f"{{{name}}}" for name in given})

    def called(name: str, caller: Callable[[], str]) -> str:
        return f"{{{name}}}"

    tools = {"_": translated, "ngettext": _outside, "field": called, "cut": lambda: CUT, "texts": _Silent()}
    names = {name: f"{{{name}}}" for name in PLAIN}
    with texts.speaking(language):
        text = _outlining().get_template(_name(kind, channel)).render({**names, **tools})
    return tuple(section.strip() for section in text.split(CUT))


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """The kinds that there are texts of to carers, each with its channels: "sms", "email" or both."""
    found: dict[str, list[str]] = {}
    for path in sorted((folder("templates") / "messages").glob("*.txt"), reverse=True):
        if not path.name.startswith("_"):
            kind, channel, _ = path.name.split(".")
            found.setdefault(kind, []).append(channel)
    return {kind: tuple(channels) for kind, channels in found.items()}


def _name(kind: str, channel: str) -> str:
    return f"{kind}.{channel}.txt"


class _Silent:
    """Stands for `booking.base.texts` in an outline: whatever it would say comes as a name instead."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *_args: ""


def _outside(*_args: object, **_values: object) -> NoReturn:
    raise TypeError('a template that depends on a value wraps it in {% call field("name") %}')


class _Unasked(ChainableUndefined):
    """A value in an outline: it may be handed on, and nobody may ask what it is."""

    __bool__ = __iter__ = __len__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _outside
    __hash__ = ChainableUndefined.__hash__


@cache
def environment() -> Environment:
    """Jinja for messages: apart from the pages' own, since nothing here is HTML."""
    made = Environment(
        loader=FileSystemLoader(str(folder("templates") / "messages")),
        autoescape=False,  # noqa: S701  Text messages and plain e-mail; there is no HTML to escape for.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(texts=texts, either=lambda asked, yes, no: yes if asked else no)
    return made


def _outlining() -> Environment:
    made = environment().overlay(undefined=_Unasked)
    made.globals = {**environment().globals, "either": lambda _asked, _yes, _no: ""}
    return made


def tidy(text: str) -> str:
    """A body as it is sent: templates leave holes where a condition did not hold, and none stays."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
