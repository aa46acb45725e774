"""How many parts an SMS takes: what the network charges for, and how long a text may be.

GSM 03.38: seven bits a character, 160 in one SMS, 153 in each of several. A few characters take two, and such a pair
is never torn apart. One character beyond it makes the whole text UCS-2: 70 in one, 67 in each of several, and what
takes two there (an emoji) is not torn apart either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("\f^{}\\[~]|€")
LAST_SINGLE = 0xFFFF  # Beyond it, UTF-16 takes two.
LENGTHS = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text is sent: `encoding` is "GSM-7" or "UCS-2", `units` its length in it, `parts` the SMS it takes."""

    encoding: str
    units: int
    parts: int


def parts(text: str) -> Parts:
    """Count the parts of an SMS; an empty one takes one."""
    narrow = all(character in BASIC or character in DOUBLE for character in text)
    encoding = "GSM-7" if narrow else "UCS-2"
    sizes = [2 if (character in DOUBLE if narrow else ord(character) > LAST_SINGLE) else 1 for character in text]
    alone, each = LENGTHS[encoding]
    return Parts(encoding, sum(sizes), 1 if sum(sizes) <= alone else _split(sizes, each))


def wide(text: str) -> list[str]:
    """The characters because of which a text is UCS-2, each once, in the order they come."""
    return list(dict.fromkeys(character for character in text if character not in BASIC | DOUBLE))


def _split(sizes: Sequence[int], room: int) -> int:
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count
