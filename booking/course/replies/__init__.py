"""Answers by SMS: JA or NEJ with the code of a message, STOPP and HJÄLP without one.

``reply``      the mapped class: one SMS, and what became of it
``reading``    what a text says, by the ``words`` of several languages; pure
``receiving``  an SMS comes in: once, from a number that somebody has confirmed
``answering``  yes and no, to an offer or a meeting
``unsure``     what a person must see to         ``telling``  the SMS in return
``letters``    how that is written
"""

from booking.course.replies.receiving import Incoming, receive
from booking.course.replies.reply import Reply, ReplyState, forget, get

__all__ = ["Incoming", "Reply", "ReplyState", "forget", "get", "receive"]
