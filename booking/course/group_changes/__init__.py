"""What staff do to a group and to who is in it: open, publish, change, cancel; place, offer and move by hand.

Each is one step: whatever it touches changes together or not at all, everyone concerned is told once, and the reason
stands in the audit log. None of it touches a queue date, and none can overbook or pass a longer wait unsaid.
"""

from booking.course.group_changes.by_hand import (
    hindrances_for,
    move,
    offer_by_hand,
    place_by_hand,
    withdraw_by_hand,
)
from booking.course.group_changes.cancelling import Cancelled, cancel, cancel_session, what_if
from booking.course.group_changes.opening import GroupPlan, Sizes, change, open_group, publish
from booking.course.group_changes.refused import Refused
from booking.course.group_changes.risks import Outlook, at_risk, decision_day, list_at_risk, outlook
from booking.course.group_changes.watching import list_changed, watch

__all__ = [
    "Cancelled",
    "GroupPlan",
    "Outlook",
    "Refused",
    "Sizes",
    "at_risk",
    "cancel",
    "cancel_session",
    "change",
    "decision_day",
    "hindrances_for",
    "list_at_risk",
    "list_changed",
    "move",
    "offer_by_hand",
    "open_group",
    "outlook",
    "place_by_hand",
    "publish",
    "watch",
    "what_if",
    "withdraw_by_hand",
]
