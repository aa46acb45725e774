"""The leaders' follow-up list: families who stayed away without a word, until somebody has been in touch with them.

``contact``   that somebody was in touch: the day and how, and nothing else
``absences``  who stands on a group's list, and for which meetings
``watching``  twice in a row, and the coordinator sees it too
"""

from booking.course.follow_ups.absences import Absence, list_open, open_of
from booking.course.follow_ups.contact import STAYED_AWAY_TWICE, Contact, ContactKind, Refused, list_noted, note
from booking.course.follow_ups.watching import list_changed, watch

__all__ = [
    "STAYED_AWAY_TWICE",
    "Absence",
    "Contact",
    "ContactKind",
    "Refused",
    "list_changed",
    "list_noted",
    "list_open",
    "note",
    "open_of",
    "watch",
]
