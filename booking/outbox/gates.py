"""A gate that lets so many threads through at once, and those that are in a hurry before all others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets `at_once` threads through; of those that wait, first the ones in a hurry, then in the order they came."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        lock = threading.Lock()
        self._hurrying, self._waiting = threading.Condition(lock), threading.Condition(lock)
        self._in_a_hurry = 0

    @contextmanager
    def through(self, *, hurry: bool = False) -> Iterator[None]:
        """Hold one of the places while the block lasts."""
        self._enter(hurry)
        try:
            yield
        finally:
            with self._waiting:
                self._free += 1
                (self._hurrying if self._in_a_hurry else self._waiting).notify()

    def _enter(self, hurry: bool) -> None:
        with self._waiting:
            if not hurry:
                while not self._free or self._in_a_hurry:
                    self._waiting.wait()
                self._free -= 1
                return
            self._in_a_hurry += 1
            while not self._free:
                self._hurrying.wait()
            self._in_a_hurry -= 1
            self._free -= 1
            if self._free:  # Whoever was passed by meanwhile may go now.
                self._waiting.notify()
