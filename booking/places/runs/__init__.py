"""Allocation runs: asked for, computed by a worker, looked at by staff, then published as offers.

``run``        the run, its states, and who may move it on  ``decision``  what it decided for each registration
``asking``     asking for one: by hand, on trial, when due  ``snapshot``  what it was computed from, kept sealed
``comparing``  what changed from one run to another         ``discarding``  thrown away, whole or what is left of it

This package is what the web may load. The computing itself, with the engine, is in `booking.places.run_engine` and is
loaded by workers alone.
"""

from booking.places.runs.asking import ANSWERED, HOURLY, request, request_due
from booking.places.runs.comparing import Difference, Move, difference, find_previous
from booking.places.runs.decision import (
    DecisionState,
    RunDecision,
    exclude,
    find_decision,
    list_decisions,
    release,
)
from booking.places.runs.discarding import discard, discard_older
from booking.places.runs.run import (
    COMPUTED,
    KEPT,
    STUCK_AFTER,
    AllocationRun,
    Refused,
    RunState,
    claim,
    find_last,
    get_by_code,
    give_back,
    last_look,
    list_recent,
    list_to_compute,
    settle,
    turn,
)
from booking.places.runs.snapshot import RunSnapshot, find_snapshot, forget_discarded

__all__ = [
    "ANSWERED",
    "COMPUTED",
    "HOURLY",
    "KEPT",
    "STUCK_AFTER",
    "AllocationRun",
    "DecisionState",
    "Difference",
    "Move",
    "Refused",
    "RunDecision",
    "RunSnapshot",
    "RunState",
    "claim",
    "difference",
    "discard",
    "discard_older",
    "exclude",
    "find_decision",
    "find_last",
    "find_previous",
    "find_snapshot",
    "forget_discarded",
    "get_by_code",
    "give_back",
    "last_look",
    "list_decisions",
    "list_recent",
    "list_to_compute",
    "release",
    "request",
    "request_due",
    "settle",
    "turn",
]
