"""What an allocation proposes: places, the groups that start, and a reason for everyone.

Rule: a plan is a proposal; nobody is offered anything until `verify` found no breach in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.allocation.reasons import Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """One allocation. Counts are persons, `seconds` is wall time.

    `placements` maps family to group; `started` are the groups that start; `exceptions` the families
    that did not tick flexible and yet have a claim to a group they like better; `seats` is confirmed
    plus placed over the groups that start, and no plan can have more than `bound`; `proven` says that
    this one is the best there is; `stopped_early` that the time limit cut the search.
    """

    placements: dict[str, str]
    started: tuple[str, ...]
    exceptions: tuple[str, ...]
    seats: int
    bound: int
    proven: bool
    stopped_early: bool
    seconds: float
    reasons: dict[str, Reason]
