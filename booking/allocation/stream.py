"""Reads one JSON object piece by piece, so that a file need not fit into memory.

Rule: what is read is exactly JSON, and a fault is told with its line. Values are decoded by the standard
library; here is only what stands between them on the two outermost levels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn, TextIO

PIECE = 1 << 20
"""Characters read at a time."""

TAIL = 16
"""A value that ends this close to what has been read may go on: a number was perhaps cut in two."""

_SPACE = re.compile(r"[ \t\n\r]*")


class NotJson(ValueError):
    """The text is not JSON; the message goes on from "the text is", with the line where that is known."""


class Doubled(dict[str, object]):
    """An object in which a name is given twice; `name` is the first that is."""

    name: str


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    doubled, names = Doubled(fields), [name for name, _ in pairs]
    doubled.name = next(name for at, name in enumerate(names) if name in names[:at])
    return doubled


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


class JsonStream:
    """A JSON text that is read as it is asked for; every method raises `NotJson` for what is none."""

    def __init__(self, source: TextIO) -> None:
        self._source, self._text, self._at = source, "", 0
        self._lines, self._ended = 1, False

    def peek(self) -> str:
        """Return the next character that is no space, or nothing at the end of the text."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._read_on()

    def members(self) -> Iterator[str]:
        """Yield the names of the object that comes; after each, its value must be read."""
        self._expect("{", "Expecting an object")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                self._fail("Expecting property name enclosed in double quotes")
            name = str(self.value())
            self._expect(":", "Expecting ':' delimiter")
            yield name
            if not self._goes_on("}"):
                return

    def elements(self) -> Iterator[object]:
        """Yield the values of the list that comes."""
        self._expect("[", "Expecting a list")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if not self._goes_on("]"):
                return

    def value(self) -> object:
        """Return the value that comes, whole."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended:
                    self._fail(error.msg, error.pos)
            except (RecursionError, ValueError) as error:
                raise NotJson(f"not JSON that can be read: {error}") from error
            else:
                if self._ended or end + TAIL < len(self._text):
                    self._at = end
                    return found
            self._read_on()

    def end(self) -> None:
        """Make sure that nothing comes any more."""
        if self.peek():
            self._fail("Extra data")

    def _goes_on(self, closing: str) -> bool:
        """Pass a comma or the closing bracket; say whether it was the comma."""
        found = self.peek()
        if found not in (",", closing):
            self._fail("Expecting ',' delimiter")
        self._at += 1
        return found == ","

    def _expect(self, character: str, message: str) -> None:
        if self.peek() != character:
            self._fail(message)
        self._at += 1

    def _read_on(self) -> None:
        """Read as much again as is left unread, a piece at least; let go of what was used."""
        self._lines += self._text.count("\n", 0, self._at)
        rest = self._text[self._at :]
        piece = self._source.read(max(PIECE, len(rest)))
        self._text, self._at, self._ended = rest + piece, 0, not piece

    def _fail(self, message: str, at: int | None = None) -> NoReturn:
        line = self._lines + self._text.count("\n", 0, self._at if at is None else at)
        raise NotJson(f"not JSON: {message} in line {line}")
