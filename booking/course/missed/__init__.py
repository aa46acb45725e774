"""After a no-show: who stayed away without a word, and the warm message they get the same evening.

``staying_away``  what it is to stay away, from the leaders' ticks and what families have said themselves
``telling``       to whom the message is due now, and when it goes
"""

from booking.course.missed.staying_away import at_meetings, stayed_away
from booking.course.missed.telling import KIND, Moment, following, is_missed, moment, queue_due

__all__ = ["KIND", "Moment", "at_meetings", "following", "is_missed", "moment", "queue_due", "stayed_away"]
