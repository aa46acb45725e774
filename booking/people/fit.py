"""Whether a group can work for a registration: what a family needs must be met. Pure.

An in-person group must meet in a district the family said yes to. An online group is nobody's travel: it fits
whoever said that online works.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Protocol

from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group


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


class Born(Protocol):
    """A child, of whom the year alone is known."""

    @property
    def birth_year(self) -> int: ...  # noqa: D102


class Wish(Protocol):
    """What of a registration decides where it fits; whoever reads thousands need not read all the rest."""

    @property
    def programme_id(self) -> int: ...  # noqa: D102
    @property
    def children(self) -> Sequence[Born]: ...  # noqa: D102
    @property
    def district_ids(self) -> list[int]: ...  # noqa: D102
    @property
    def online(self) -> bool: ...  # noqa: D102
    @property
    def weekdays(self) -> list[int]: ...  # noqa: D102
    @property
    def languages(self) -> list[str]: ...  # noqa: D102
    @property
    def interpreter(self) -> str | None: ...  # noqa: D102
    @property
    def step_free(self) -> bool: ...  # noqa: D102
    @property
    def childcare(self) -> bool: ...  # noqa: D102


def unmet(wish: Wish, group: Group, atlas: Atlas) -> list[Need]:
    """What the group does not meet, in the order above; empty when it fits."""
    return [need for need in Need if not meets(need, wish, group, atlas)]


def fits(wish: Wish, group: Group, atlas: Atlas) -> bool:
    """True when the group meets everything the family asked for."""
    return all(meets(need, wish, group, atlas) for need in Need)


def meets(need: Need, wish: Wish, group: Group, atlas: Atlas) -> bool:
    """True when the group meets this one need."""
    return _MET[need](wish, group, atlas)


def answer(need: Need, wish: Wish) -> Hashable:
    """What of the wish the need looks at: of two wishes with the same answer a group meets both or neither."""
    return _LOOKS_AT[need](wish)


def _within_reach(wish: Wish, group: Group, atlas: Atlas) -> bool:
    there = group.venue.district_id if group.venue else None
    return group.online or (there is not None and any(atlas.same(wanted, there) for wanted in wish.district_ids))


def _interpreted(wish: Wish, group: Group) -> bool:
    wanted = wish.interpreter
    return wanted is None or wanted in group.interpreters or wanted in group.languages


def _speaks(wish: Wish, group: Group) -> bool:
    # An interpreter in the group stands in for a language the family does not follow.
    if wish.interpreter is not None and _interpreted(wish, group):
        return True
    return bool(set(wish.languages) & set(group.languages))


_MET: Mapping[Need, Callable[[Wish, Group, Atlas], bool]] = {
    Need.PROGRAMME: lambda wish, group, _: wish.programme_id == group.programme_id,
    Need.AGE: lambda wish, group, _: any(
        group.programme.suits(child.birth_year, group.first_day) for child in wish.children
    ),
    Need.DISTRICT: _within_reach,
    Need.ONLINE: lambda wish, group, _: wish.online or not group.online,
    Need.WEEKDAY: lambda wish, group, _: group.weekday in wish.weekdays,
    Need.LANGUAGE: lambda wish, group, _: _speaks(wish, group),
    Need.INTERPRETER: lambda wish, group, _: _interpreted(wish, group),
    Need.STEP_FREE: lambda wish, group, _: group.step_free or not wish.step_free,
    Need.CHILDCARE: lambda wish, group, _: group.childcare or not wish.childcare,
}
_LOOKS_AT: Mapping[Need, Callable[[Wish], Hashable]] = {
    Need.PROGRAMME: lambda wish: wish.programme_id,
    Need.AGE: lambda wish: frozenset(child.birth_year for child in wish.children),
    Need.DISTRICT: lambda wish: frozenset(wish.district_ids),
    Need.ONLINE: lambda wish: wish.online,
    Need.WEEKDAY: lambda wish: tuple(wish.weekdays),
    Need.LANGUAGE: lambda wish: (tuple(wish.languages), wish.interpreter),
    Need.INTERPRETER: lambda wish: wish.interpreter,
    Need.STEP_FREE: lambda wish: wish.step_free,
    Need.CHILDCARE: lambda wish: wish.childcare,
}
