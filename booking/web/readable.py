"""What can be read of a request at all.

NUL stands in nothing that a person types, and PostgreSQL keeps no text with it: it is left out of what forms and
questions bring, whoever reads them. Nothing has an address with NUL in it, with bytes that are not UTF-8, or with a
number that the database cannot hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\0"
LARGEST_ID = 2**31 - 1


class Sent(ImmutableMultiDict[str, Any]):
    """Fields and their texts as they were sent, without NUL."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(_readable(name), _readable(value)) for name, value in pairs])


class ReadableRequest(Request):
    """A request whose forms and questions can be read."""

    parameter_storage_class = Sent


def install(app: Flask) -> None:
    """Read every request so."""
    app.request_class = ReadableRequest
    app.before_request(_only_addresses)


def _readable(value: Any) -> Any:
    return value.replace(NUL, "") if isinstance(value, str) else value


def _only_addresses() -> None:
    if not (_is_question() and all(map(_is_place, (request.view_args or {}).values()))):
        abort(404)


def _is_question() -> bool:
    # The server hands on any bytes; they are decoded when somebody asks for them.
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_place(value: Any) -> bool:
    return value <= LARGEST_ID if isinstance(value, int) else NUL not in str(value)
