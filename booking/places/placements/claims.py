"""Who comes first to a group: the published rule as an order of a few registrations. Pure.

The allocation engine holds the same rule over columns (`booking.allocation.policy`); a test keeps the two alike. It is
here as well so that a web worker can ask without loading the engine.
"""

from __future__ import annotations

from datetime import datetime

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.registrations import Registration

Claim = tuple[bool, bool, datetime, int]


def claim(registration: Registration, group: Group, atlas: Atlas) -> Claim:
    """The registration's claim to a place in the group: the smaller, the stronger.

    Resident before guest, then those whose group the city cancelled, then the longest wait, then the lot.
    """
    guest = not group.is_resident(registration.home_id, atlas)
    return (guest, not registration.city_cancelled, registration.waiting_since, registration.lot)
