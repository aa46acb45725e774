"""What a change to a group says when it says no. `code` names the field of the plan that is at fault, or the state."""

from __future__ import annotations

from booking.base.errors import Refused as _Refused
from booking.base.texts import _


class Refused(_Refused):
    """The group, or who is in it, was not changed."""


def stale() -> Refused:
    """Somebody else changed the group since it was looked at."""
    return Refused(_("Någon annan hann ändra gruppen. Titta på den igen och gör om ändringen."), code="stale")
