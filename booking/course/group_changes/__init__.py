"""What staff do to a group and to who is in it: open, publish, change, cancel; place, offer and move by hand.

A group that does not fill is watched over (``risks``, ``watching``), and can be given more time (``postponing``), go
up in another (``merging``), start with fewer (``lowering``) or be cancelled (``cancelling``).

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
from booking.course.group_changes.lowering import Lowered, least, lower, what_if_lowered
from booking.course.group_changes.merging import Merged, list_to_merge_with, merge, what_if_merged
from booking.course.group_changes.opening import GroupPlan, Sizes, change, open_group, publish
from booking.course.group_changes.postponing import (
    Postponed,
    check_decision,
    decide_later,
    postpone,
    what_if_postponed,
)
from booking.course.group_changes.refused import Refused
from booking.course.group_changes.risks import Outlook, at_risk, decision_day, list_at_risk, outlook
from booking.course.group_changes.watching import homes, list_changed, watch

__all__ = [
    "Cancelled",
    "GroupPlan",
    "Lowered",
    "Merged",
    "Outlook",
    "Postponed",
    "Refused",
    "Sizes",
    "at_risk",
    "cancel",
    "cancel_session",
    "change",
    "check_decision",
    "decide_later",
    "decision_day",
    "hindrances_for",
    "homes",
    "least",
    "list_at_risk",
    "list_changed",
    "list_to_merge_with",
    "lower",
    "merge",
    "move",
    "offer_by_hand",
    "open_group",
    "outlook",
    "place_by_hand",
    "postpone",
    "publish",
    "watch",
    "what_if",
    "what_if_lowered",
    "what_if_merged",
    "what_if_postponed",
    "withdraw_by_hand",
]
