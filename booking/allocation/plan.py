"""What an allocation proposes: places, the groups that start, and a reason for everyone.

Rule: a plan is a proposal; nobody is offered anything until `verify` found no breach in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.allocation.reasons import Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """One allocation. Counts are persons, `seconds` is wall time.

    `placements` maps family to group; `started` are the groups that start; `exceptions` the families
    that did not tick flexible and yet have a claim to a group they like better; `seats` is confirmed
    plus placed over the groups that start, and no plan can have more than `bound`; `proven` says that
    this one is the best there is; `stopped_early` that the time limit cut the search; `kept_closed` are
    the groups that do not start although families who are not flexible would fill them.
    """

    placements: Mapping[str, str]
    started: tuple[str, ...]
    exceptions: tuple[str, ...]
    seats: int
    bound: int
    proven: bool
    stopped_early: bool
    seconds: float
    reasons: Mapping[str, Reason]
    kept_closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier plan to start from: group by family, and the groups that were to start.

    Ids that are gone are passed over. `touched` are the groups that anything has happened to since: what
    no choice connects with one of them is left as it was, as far as that is still valid. None: anything
    may have changed, and the earlier plan is preferred wherever none has more seats.
    """

    placements: Mapping[str, str]
    started: frozenset[str]
    touched: frozenset[str] | None = None
