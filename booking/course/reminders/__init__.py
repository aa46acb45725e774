"""Reminders: which message about a meeting is due to whom, and when.

``plans``    each programme's plan, kept in versions; the city's settings where nobody has made one
``timing``   when a meeting is reminded of by a plan: pure, on the city's clock, across summer time
``due``      whom to write to now
``example``  what a family in a coming group would get

Only what is due now is queued, so nothing ever has to be taken back; when it is sent, `booking.course.letters` looks
again. A clock that jumps, as the demo's can, passes over the reminders on its way: nobody is reminded of yesterday.
"""

from booking.course.reminders.due import KIND, coming, queue_due
from booking.course.reminders.example import Example, example
from booking.course.reminders.plans import (
    LANGUAGES,
    Plan,
    Refused,
    ReminderPlan,
    change,
    find,
    of,
    problems,
    versions,
)
from booking.course.reminders.timing import Slot, is_about, slots, version

__all__ = [
    "KIND",
    "LANGUAGES",
    "Example",
    "Plan",
    "Refused",
    "ReminderPlan",
    "Slot",
    "change",
    "coming",
    "example",
    "find",
    "is_about",
    "of",
    "problems",
    "queue_due",
    "slots",
    "version",
    "versions",
]
