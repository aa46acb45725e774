"""What goes wrong at the gateway, when, and how long it takes to answer."""

from __future__ import annotations

import enum
import random
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field


class Fault(enum.Enum):
    """One way of not answering as one should. The first five take nothing; the others have taken the message."""

    BUSY = "429"  # Too many at once.
    BROKEN = "500"  # A fault of the gateway's own, told in plain text.
    PAGE = "502"  # A page of HTML from something in between, and it repeats the number.
    CREDITS = "credits"  # No money left on the account, told in plain text.
    CUT_BEFORE = "cut-before"  # The connection ends without an answer.
    CUT_AFTER = "cut-after"  # The same, once the message has been taken.
    CUT_MIDWAY = "cut-midway"  # The answer says 200 and ends in the middle.
    STALL = "stall"  # Taken, and then silence for longer than anyone waits.
    GARBLED = "garbled"  # Taken, answered with 200 and a text that nobody understands.

    @property
    def takes(self) -> bool:
        """True when the message is on its way all the same."""
        return self in (Fault.CUT_AFTER, Fault.CUT_MIDWAY, Fault.STALL, Fault.GARBLED)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer word for word, for what no fault covers; the message is not taken."""

    status: int
    body: str = ""


@dataclass
class Faults:
    """The plan: `queued` ones first, one for each message, then by chance. `latency` is in seconds, from and to.

    `shares` says how often each happens; the same `seed` makes the same plan. Of the delivery reports that share
    comes twice (`doubled`), or in the wrong order (`swapped`).
    """

    shares: Mapping[Fault, float] = field(default_factory=dict)
    latency: tuple[float, float] = (0.0, 0.0)
    doubled: float = 0.0
    swapped: float = 0.0
    seed: int = 1
    queued: deque[Fault | Answer | None] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311  Dice for a test.
        self._lock = threading.Lock()

    def draw(self) -> tuple[float, Fault | Answer | None]:
        """Seconds to wait before the next answer, and what goes wrong with it; None for nothing."""
        with self._lock:
            seconds = self._dice.uniform(*self.latency)
            chance = self._dice.random()
            if self.queued:
                return seconds, self.queued.popleft()
        for fault, share in self.shares.items():
            chance -= share
            if chance < 0:
                return seconds, fault
        return seconds, None

    def happens(self, share: float) -> bool:
        """True in so large a share of the cases."""
        with self._lock:
            return self._dice.random() < share
