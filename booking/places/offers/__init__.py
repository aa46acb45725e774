"""Offers: a held place that waits for the family's answer. No is free; silence only pauses further offers.

``offer``      the mapped class, its states, its queries
``answering``  made, answered, lapsed, withdrawn: each a guarded update, so that of two clicks, or a click and the
               clock, exactly one wins
``telling``    what the family has been told: which offers can still be undone, and from when its time counts

The family's place in the queue is not touched by any of it.
"""

from booking.places.offers.answering import (
    Proposal,
    accept,
    decline,
    expire,
    make,
    make_several,
    settle,
    take_back,
    withdraw,
)
from booking.places.offers.offer import (
    Offer,
    OfferState,
    Reason,
    Refused,
    find_open,
    get_by_code,
    list_due,
    sent_since,
    shown,
)
from booking.places.offers.telling import delivered, drop_untold, hand_over, run_out, untold

__all__ = [
    "Offer",
    "OfferState",
    "Proposal",
    "Reason",
    "Refused",
    "accept",
    "decline",
    "delivered",
    "drop_untold",
    "expire",
    "find_open",
    "get_by_code",
    "hand_over",
    "list_due",
    "make",
    "make_several",
    "run_out",
    "sent_since",
    "settle",
    "shown",
    "take_back",
    "untold",
    "withdraw",
]
