"""What the schedulers do, in small steps: `step(services) -> int`, how many things it did.

A step takes its work by guard, each thing in a transaction of its own, so any number of schedulers on any number of
machines may run them side by side. What fails is logged without saying whom it was about, and stops nothing else.
`stopping` tells a step that the process wants to end.

``sending``  messages   ``placing``  runs, offers, invitations, calls   ``meeting``  groups and meetings
``upkeep``   what is rare   ``taking``  how a step takes its work
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from booking.jobs.meeting import (
    ask_still_wanted,
    end_groups,
    remind,
    tell_missed,
    tell_waiting,
    watch_absences,
    watch_groups,
)
from booking.jobs.placing import (
    compute,
    expire_offers,
    invite,
    list_calls,
    publish_by_itself,
    remind_of_offers,
    request_run,
)
from booking.jobs.sending import deliver, fall_back, mark_unknown, watch_messages
from booking.jobs.taking import Stopping
from booking.jobs.upkeep import close_unconfirmed, find_openings, grow, learn_waits, tidy
from booking.services import Services

__all__ = [
    "Step",
    "ask_still_wanted",
    "close_unconfirmed",
    "compute",
    "deliver",
    "end_groups",
    "expire_offers",
    "fall_back",
    "find_openings",
    "grow",
    "invite",
    "learn_waits",
    "list_calls",
    "mark_unknown",
    "publish_by_itself",
    "remind",
    "remind_of_offers",
    "request_run",
    "steps",
    "tell_missed",
    "tell_waiting",
    "tidy",
    "watch_absences",
    "watch_groups",
    "watch_messages",
]


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how often it is taken, in seconds. One that stands `apart` never waits for what the others compute."""

    work: Callable[[Services, Stopping], int]
    seconds: float
    apart: bool = False

    @property
    def name(self) -> str:
        """What it is called in the log."""
        return self.work.__name__


def steps(*, demo: bool) -> tuple[Step, ...]:
    """Every step. In the demo people watch, so messages go out sooner."""
    return (
        Step(deliver, 1 if demo else 2, apart=True),
        Step(compute, 2),
        Step(publish_by_itself, 30),
        Step(expire_offers, 15),
        Step(remind_of_offers, 60),
        Step(list_calls, 60),
        Step(invite, 60),
        Step(request_run, 15),
        Step(remind, 60),
        Step(tell_missed, 60),
        Step(watch_absences, 300),
        Step(tell_waiting, 600),
        Step(ask_still_wanted, 600),
        Step(mark_unknown, 60),
        Step(watch_messages, 60),
        Step(fall_back, 60),
        Step(end_groups, 300),
        Step(watch_groups, 300),
        Step(close_unconfirmed, 600),
        Step(grow, 3600),
        Step(find_openings, 5),
        Step(learn_waits, 600),
        Step(tidy, 3600),
    )
