"""The parents' door: pages under `/sv/…` and `/en/…`, without accounts and without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

door = Blueprint("parents", __name__, url_prefix="/<any(sv,en):lang>")


@door.url_defaults
def _same_language(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("lang", g.get("lang", "sv"))


from booking.web.parents import about, answering, confirming, finding, interest, mine, registering  # noqa: E402, F401
