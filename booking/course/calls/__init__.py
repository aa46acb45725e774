"""The call list: families whom somebody must phone, because no message reaches them or an answer was not understood.

``call``      the mapped classes, who stands on the list and why, and the queries
``watching``  who comes on the list by itself, and who leaves it
``acting``    what somebody heard when they phoned
"""

from booking.course.calls.acting import (
    accepted,
    declined,
    leaves,
    needs_interpreter,
    no_answer,
    offer_of,
    stays,
    thinking,
    wrong_number,
)
from booking.course.calls.call import (
    OFFERS,
    Call,
    CallTry,
    CallWhy,
    Outcome,
    Refused,
    TryResult,
    find_open,
    get_by_code,
    list_open,
    put,
    settle,
)
from booking.course.calls.watching import ask_resting, list_resting, list_unreached, see_to, settle_over

__all__ = [
    "OFFERS",
    "Call",
    "CallTry",
    "CallWhy",
    "Outcome",
    "Refused",
    "TryResult",
    "accepted",
    "ask_resting",
    "declined",
    "find_open",
    "get_by_code",
    "leaves",
    "list_open",
    "list_resting",
    "list_unreached",
    "needs_interpreter",
    "no_answer",
    "offer_of",
    "put",
    "see_to",
    "settle",
    "settle_over",
    "stays",
    "thinking",
    "wrong_number",
]
