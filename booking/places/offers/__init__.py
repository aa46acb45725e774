"""Offers: a held place that waits for the family's answer. No is free; silence only pauses further offers.

``offer``      the mapped class, its states, its queries
``answering``  made, answered, lapsed, withdrawn: each a guarded update, so that of two clicks, or a click and the
               clock, exactly one wins
``telling``    what the family has been told: which offers can still be undone, and whom no message reaches
``timing``     from when the time counts, when it is reminded of, and what happens when it is out

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
from booking.places.offers.telling import ARRIVED, KIND, drop_untold, unknown_since, unreached, untold
from booking.places.offers.timing import (
    HALFWAY,
    delivered,
    hand_over,
    is_told,
    list_to_remind,
    remind,
    reminds,
    run_out,
    spoken,
    would_reply_by,
)

__all__ = [
    "ARRIVED",
    "HALFWAY",
    "KIND",
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
    "is_told",
    "list_due",
    "list_to_remind",
    "make",
    "make_several",
    "remind",
    "reminds",
    "run_out",
    "sent_since",
    "settle",
    "shown",
    "spoken",
    "take_back",
    "unknown_since",
    "unreached",
    "untold",
    "withdraw",
    "would_reply_by",
]
