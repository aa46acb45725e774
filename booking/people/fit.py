"""Whether a group can work for a registration: what a family needs must be met. Pure.

An in-person group must meet in a district the family said yes to. An online group is nobody's travel: it fits
whoever said that online works.
"""

from __future__ import annotations

import enum

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.registrations import Registration


class Need(enum.Enum):
    """Something a family asked for that a group does not meet."""

    PROGRAMME = "programme"  # Another programme.
    AGE = "age"  # No child of the right age when it starts.
    DISTRICT = "district"  # Meets in a district the family did not choose.
    ONLINE = "online"  # Meets online, which the family did not choose.
    WEEKDAY = "weekday"  # Another weekday.
    LANGUAGE = "language"  # In a language the family did not name.
    INTERPRETER = "interpreter"  # Without the interpreter they need.
    STEP_FREE = "step_free"  # With steps.
    CHILDCARE = "childcare"  # Without childcare.


def unmet(registration: Registration, group: Group, atlas: Atlas) -> list[Need]:
    """What the group does not meet, in the order above; empty when it fits."""
    checks = {
        Need.PROGRAMME: registration.programme_id == group.programme_id,
        Need.AGE: any(group.programme.suits(child.birth_year, group.first_day) for child in registration.children),
        Need.DISTRICT: group.online or _within_reach(registration, group, atlas),
        Need.ONLINE: registration.online or not group.online,
        Need.WEEKDAY: group.weekday in registration.weekdays,
        Need.LANGUAGE: _speaks(registration, group),
        Need.INTERPRETER: _interpreted(registration, group),
        Need.STEP_FREE: group.step_free or not registration.step_free,
        Need.CHILDCARE: group.childcare or not registration.childcare,
    }
    return [need for need, met in checks.items() if not met]


def fits(registration: Registration, group: Group, atlas: Atlas) -> bool:
    """True when the group meets everything the family asked for."""
    return not unmet(registration, group, atlas)


def _within_reach(registration: Registration, group: Group, atlas: Atlas) -> bool:
    there = group.venue.district_id if group.venue else None
    return there is not None and any(atlas.same(wanted, there) for wanted in registration.district_ids)


def _interpreted(registration: Registration, group: Group) -> bool:
    wanted = registration.interpreter
    return wanted is None or wanted in group.interpreters or wanted in group.languages


def _speaks(registration: Registration, group: Group) -> bool:
    # An interpreter in the group stands in for a language the family does not follow.
    if registration.interpreter is not None and _interpreted(registration, group):
        return True
    return bool(set(registration.languages) & set(group.languages))
