"""The parents' door: pages under `/sv/…` and `/en/…`, without accounts and without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

door = Blueprint("parents", __name__, url_prefix="/<any(sv,en):lang>")


@door.url_defaults
def _same_language(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("lang", g.get("lang", "sv"))


from booking.web.parents import (  # noqa: E402
    about,  # noqa: F401
    answering,  # noqa: F401
    calendar,  # noqa: F401
    confirming,  # noqa: F401
    contact,  # noqa: F401
    finding,  # noqa: F401
    interest,  # noqa: F401
    invited,  # noqa: F401
    messages,  # noqa: F401
    mine,  # noqa: F401
    offered,  # noqa: F401
    registering,  # noqa: F401
    still_wanted,  # noqa: F401
)
