"""The call list: families whom somebody must phone, because no message reaches them or an answer was not understood.

``call``  the mapped classes, who stands on the list and why, and the queries
"""

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

__all__ = [
    "OFFERS",
    "Call",
    "CallTry",
    "CallWhy",
    "Outcome",
    "Refused",
    "TryResult",
    "find_open",
    "get_by_code",
    "list_open",
    "put",
    "settle",
]
