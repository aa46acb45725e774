"""What the gateway's published contract says of a message: who may be named, how many parts, what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,10}")
KNOWN = {"from", "to", "message", "whendelivered", "dryrun", "dontlog", "flashsms"}
COST = 5200
"""Of one part, in 1/10000 of a krona."""

PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("\f^{}\\[~]|€")


def wrong_with(form: Mapping[str, str]) -> str | None:
    """What the gateway would complain of, in its own plain text; None when it would take the message.

    Stricter than is known of the real one in that it knows no other field: a misspelt one of ours is found here.
    """
    for name in ("from", "to", "message"):
        if not form.get(name):
            return f"Missing key {name}"
    if not NUMBER.fullmatch(form["to"]):
        return f"Invalid to number {form['to']}"
    if not (NUMBER.fullmatch(form["from"]) or NAME.fullmatch(form["from"])):
        return f"Invalid from {form['from']}"
    if unknown := set(form) - KNOWN:
        return f"Unknown key {min(unknown)}"
    url = form.get("whendelivered")
    return "Invalid whendelivered" if url and not url.startswith(("http://", "https://")) else None


def parts(text: str) -> int:
    """How many SMS the text takes."""
    if set(text) <= PLAIN | DOUBLE:
        units, alone, each = sum(2 if letter in DOUBLE else 1 for letter in text), 160, 153
    else:
        units, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // each)
