"""What a family in a coming group would get by a plan: so that whoever changes the plan sees what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.reminders.plans import Plan
from booking.course.reminders.timing import Slot, slots

SHOWN = 2


@dataclass(frozen=True, slots=True)
class Example:
    """One meeting with the times at which it is reminded of; `is_first` for the group's first."""

    session: GroupSession
    slots: list[Slot]
    is_first: bool


def example(meetings: Sequence[GroupSession], plan: Plan) -> list[Example]:
    """A group's first meeting and the one after it, as the plan reminds of them."""
    planned = [each for each in meetings if each.state is SessionState.PLANNED][:SHOWN]
    firsts = [index == 0 for index in range(len(planned))]
    return [
        Example(each, slots(each, plan, is_first=first), first) for each, first in zip(planned, firsts, strict=True)
    ]
