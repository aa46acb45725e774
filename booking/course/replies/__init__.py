"""Answers by SMS: JA or NEJ with the code of a message, STOPP and HJÄLP without one.

``reply``  the mapped class: one SMS, and what became of it
"""

from booking.course.replies.reply import Reply, ReplyState, forget, get

__all__ = ["Reply", "ReplyState", "forget", "get"]
