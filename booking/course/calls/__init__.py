"""The call list: families whom somebody must phone, because no message reaches them or an answer was not understood.

``call``      the mapped classes, who stands on the list and why, and the queries
``watching``  who comes on the list by itself, and who leaves it
``news``      what happened that nobody could write to them
``acting``    what somebody heard when they phoned
``script``    what to say
"""

from booking.course.calls.acting import (
    accepted,
    declined,
    leaves,
    needs_interpreter,
    new_number,
    no_answer,
    offer_of,
    offers_of,
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
    count_open,
    find_open,
    get_by_code,
    list_open,
    put,
    settle,
)
from booking.course.calls.news import list_untold, news_for, tell_by_phone
from booking.course.calls.script import languages, said
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
    "count_open",
    "declined",
    "find_open",
    "get_by_code",
    "languages",
    "leaves",
    "list_open",
    "list_resting",
    "list_unreached",
    "list_untold",
    "needs_interpreter",
    "news_for",
    "new_number",
    "no_answer",
    "offer_of",
    "offers_of",
    "put",
    "said",
    "see_to",
    "settle",
    "settle_over",
    "stays",
    "tell_by_phone",
    "thinking",
    "wrong_number",
]
