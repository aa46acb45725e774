"""The coordinators' desk: queues, proposals, groups, places by hand.

A coordinator runs the families and the groups of their district, and sees another district's family only while it
has an offer or a place in a group of theirs; of all others there are only counts. The centre runs the whole city.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from booking.base.clock import today
from booking.places import explaining

door = Blueprint("staff", __name__, url_prefix="/samordnare")


@door.context_processor
def _for_every_page() -> dict[str, Any]:
    return {
        "label": explaining.label,
        "name_of": own.name_of,
        "home_of": own.home_of,
        "district_name": own.district_name,
        "words": words,
        "message_words": message_words,
        "stops": message_holds.standing,
        "run_sums": run_sums,
        "run_words": run_words,
        "day_of": today,
        "now": g.get("now"),
        "decision_day": own.decision_day,
        "open_calls": calls.open_calls,
    }


from booking.web.staff import (  # noqa: E402
    alarms,
    autopilot,
    call_number,
    calls,
    cancelling,
    certificates,
    family_messages,
    family_replies,
    fewer,
    group_new,
    groups,
    interest,
    message_costs,
    message_health,
    message_holds,
    message_texts,
    message_words,
    messages,
    messages_again,
    more_time,
    openings,
    overview,
    own,
    places,
    publishing,
    queue,
    registration,
    reminders,
    run_compare,
    run_families,
    run_sums,
    run_words,
    runs,
    spoken,
    steering,
    trials,
    wait_check,
    weighing,
    words,
)

__all__ = [
    "alarms",
    "autopilot",
    "call_number",
    "calls",
    "cancelling",
    "certificates",
    "family_messages",
    "family_replies",
    "door",
    "fewer",
    "group_new",
    "groups",
    "interest",
    "message_costs",
    "message_health",
    "message_holds",
    "message_texts",
    "message_words",
    "messages",
    "messages_again",
    "more_time",
    "openings",
    "overview",
    "own",
    "places",
    "publishing",
    "queue",
    "registration",
    "reminders",
    "run_compare",
    "run_families",
    "run_sums",
    "run_words",
    "runs",
    "spoken",
    "steering",
    "trials",
    "wait_check",
    "weighing",
    "words",
]
