"""Placements: a place held by an offer, or taken. `take` is the one function that counts and takes places.

Every path goes through it: an offer, a family that takes a free place at once, staff, a walk-in, a move. It locks the
group and then the family, so that of many who ask at the same moment only as many get a place as there are.
`groups.places_taken` is kept here and nowhere else, and the database itself refuses to overbook.
"""

from booking.places.placements.claims import claim
from booking.places.placements.facts import Facts
from booking.places.placements.hindrances import Hindrance
from booking.places.placements.hindrances import find as hindrances_of
from booking.places.placements.placement import (
    COUNTING,
    Placement,
    PlacementState,
    Source,
    find_live,
    list_taken,
)
from booking.places.placements.taking import (
    Refused,
    Way,
    keep,
    lock_everyone,
    lock_families,
    lock_for,
    release,
    release_several,
    take,
    take_several,
    write_line,
)

__all__ = [
    "COUNTING",
    "Facts",
    "Hindrance",
    "Placement",
    "PlacementState",
    "Refused",
    "Source",
    "Way",
    "claim",
    "find_live",
    "hindrances_of",
    "keep",
    "list_taken",
    "lock_everyone",
    "lock_families",
    "lock_for",
    "release",
    "release_several",
    "take",
    "take_several",
    "write_line",
]
