"""Why a family got the place it got, or none: a code, a group, and values to fill a sentence with.

Rule: a reason is true, and names dates, counts and groups, never another family. Dates are ISO dates
in Stockholm. This module loads nothing heavy, so that any door may show a reason.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Code(Enum):
    """What happened to a family; `values` are named in each sentence."""

    PLACED_RESIDENT = "placed_resident"
    """Placed where it lives; nobody there who has waited longer goes without (`choice`, `since`)."""

    PLACED_GUEST = "placed_guest"
    """Placed in another district, after the families there who could take the place (`choice`, `since`)."""

    PLACED_CANCELLED = "placed_cancelled"
    """Placed ahead of longer waits because the city had cancelled its group (`choice`, `since`)."""

    PLACED_SINGLE = "placed_single"
    """Got the one place left, which a pair with a stronger claim could not use (`choice`, `since`)."""

    PLACED_TO_START = "placed_to_start"
    """A pair placed before a single who goes first, for the group needs two to start (`choice`, `since`, `minimum`)."""

    PLACED_FLEXIBLE = "placed_flexible"
    """Placed lower in its own order, as it allowed, so that more get a place (`choice`, `since`, `reaches`: only where
    the group needs the family to reach this minimum)."""

    FULL_BEFORE = "full_before"
    """Every place it could have had was taken before this allocation began (`capacity`)."""

    FULL_LONGER_WAIT = "full_longer_wait"
    """The last place went to a family that has waited longer (`limit`: since when, `since`: own date,
    `both_cancelled`: 1 only where both go before others because the city had cancelled their groups)."""

    FULL_LOT = "full_lot"
    """The last place went, by lot, to a family that has waited exactly as long (`limit`, `since`, `both_cancelled`)."""

    FULL_CANCELLED = "full_cancelled"
    """The places went to families whose group the city had cancelled; they go first (`since`)."""

    FULL_RESIDENTS = "full_residents"
    """Families who live where the group belongs took the places (`since`)."""

    HELD_FOR_RESIDENTS = "held_for_residents"
    """No place there is open to other districts; what is left is held for its own (`free`)."""

    PAIR_ONE_LEFT = "pair_one_left"
    """One place was left at the pair's turn and it needs two (`left`: then, `free`: still, `needs`)."""

    PAIR_NEEDED = "pair_needed"
    """A family with a weaker claim stays, for without it the group would not start (`minimum`)."""

    TOO_FEW = "too_few"
    """No chosen group starts; the best liked had `had` persons of the `needs` it must have."""

    KEPT_CLOSED = "kept_closed"
    """No chosen group starts; `had` of `needs` would come, but no plan found seats more people with it."""

    NO_CHOICES = "no_choices"
    """There is no group it can attend."""

    @property
    def placed(self) -> bool:
        """Whether the code belongs to a family that was placed."""
        return self.value.startswith("placed_")


class Reason(NamedTuple):
    """One family's answer; `group` is the group it speaks of, None when there is none."""

    code: Code
    group: str | None
    values: dict[str, int | str]
