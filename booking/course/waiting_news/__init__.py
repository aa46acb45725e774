"""While a family waits: a word every fourth week, and once a year the question whether it still wants a place.

``hours``    when such a message comes: at an hour at which one can read it, and phone about it
``status``   "you are still in the queue": to whom, and when never
``signs``    what a family has done lately: that it wants to stay is told by anything it does
``question`` the yearly question, and how far each has come
``asking``   asked, asked again in another way, and then phoned; nobody is ever thrown out by silence
"""

from booking.course.waiting_news.asking import follow, list_due
from booking.course.waiting_news.hours import is_civil
from booking.course.waiting_news.question import Question, QuestionState, list_open, list_to_answer
from booking.course.waiting_news.signs import last_sign
from booking.course.waiting_news.status import STILL_WAITING, STILL_WANTED, list_untold, still_waiting, tell

__all__ = [
    "STILL_WAITING",
    "STILL_WANTED",
    "Question",
    "QuestionState",
    "follow",
    "is_civil",
    "last_sign",
    "list_due",
    "list_open",
    "list_to_answer",
    "list_untold",
    "still_waiting",
    "tell",
]
