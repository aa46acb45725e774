"""Autopilot: a programme whose proposals are published by themselves, within limits. Off until staff switch it on.

``setting``   the limits of one programme, switched on and off and restarted by staff, each with a reason
``watching``  what makes it stop itself: a plan that failed, messages that do not arrive, too many who say no, an undo
``flying``    one round: look, then publish what the newest proposal has for the programme, or stop and raise an alarm

It publishes the newest verified proposal alone, never one that staff work in, never one older than what has happened
since. Everything it does is in the audit log as the system's act with the setting's version.
"""

from booking.places.autopilot.flying import publish_due
from booking.places.autopilot.setting import (
    Autopilot,
    Limits,
    Refused,
    Trouble,
    change,
    find_for,
    limits,
    list_running,
    restart,
    stop,
)
from booking.places.autopilot.watching import Seen, look, trouble

__all__ = [
    "Autopilot",
    "Limits",
    "Refused",
    "Seen",
    "Trouble",
    "change",
    "find_for",
    "limits",
    "list_running",
    "look",
    "publish_due",
    "restart",
    "stop",
    "trouble",
]
