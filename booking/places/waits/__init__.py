"""How long it may take: an honest range for a family like this one, from the city's own history, or nothing at all.

``curve``    from many waits, ended or not, to a range
``history``  the waits, read from the ledger without identity
``stored``   the curves kept for the pages, and whom they say something to
``words``    a range as one says it
"""

from booking.places.waits.curve import Curve, Wait
from booking.places.waits.history import Key, Story, best, curves, half_left, read
from booking.places.waits.stored import (
    WaitCurve,
    all_curves,
    class_of,
    expected,
    for_key,
    is_due,
    keep,
    key_of,
    refresh,
    typical,
)
from booking.places.waits.words import heading, how_sure, in_words, on_a_card, sentence

__all__ = [
    "Curve",
    "Key",
    "Story",
    "Wait",
    "WaitCurve",
    "all_curves",
    "best",
    "class_of",
    "curves",
    "expected",
    "for_key",
    "half_left",
    "heading",
    "how_sure",
    "in_words",
    "is_due",
    "keep",
    "key_of",
    "on_a_card",
    "read",
    "refresh",
    "sentence",
    "typical",
]
