"""Connections that are kept open between letters: one for each thread that sends at the time, and used by one at once.

A server hangs up when it likes. Before a kept connection is used again it is looked at, without sending anything:
one that the other side has closed is thrown away, so that nobody finds out in the middle of a letter.
"""

from __future__ import annotations

import select
import socket
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Connection(Protocol):
    """What can be kept: a client of the standard library, with its socket while it is open."""

    sock: socket.socket | None

    def close(self) -> None:
        """Hang up."""


C = TypeVar("C", bound=Connection)


def _say_nothing(client: Connection) -> None:
    """What most protocols want to hear before one hangs up."""


@dataclass(slots=True)
class Kept(Generic[C]):
    """A connection, how many letters it has carried, and when it was last laid aside."""

    client: C
    letters: int = 0
    since: float = 0.0


class Connections(Generic[C]):
    """Open connections to one server. Safe to share between threads; hangs up on all when it is gone itself."""

    def __init__(
        self,
        connect: Callable[[], C],
        *,
        goodbye: Callable[[C], None] = _say_nothing,
        idle_seconds: float,
        most_letters: int,
    ) -> None:
        self._connect, self._goodbye = connect, goodbye
        self._idle_seconds, self._most_letters = idle_seconds, most_letters
        self._laid_aside: list[Kept[C]] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _hang_up, self._laid_aside)

    def take(self, *, fresh: bool = False) -> Kept[C]:
        """One that is open, or a new one; raises what connecting raises. Lay it aside afterwards, or drop it."""
        while not fresh:
            with self._lock:
                kept = self._laid_aside.pop() if self._laid_aside else None
            if kept is None:
                break
            if time.monotonic() - kept.since < self._idle_seconds and _is_quiet(kept.client.sock):
                return kept
            self.drop(kept)
        return Kept(self._connect())

    def lay_aside(self, kept: Kept[C]) -> None:
        """Keep it for the next letter, unless it has carried enough of them or is closed."""
        kept.letters += 1
        kept.since = time.monotonic()
        if kept.letters >= self._most_letters:
            self._goodbye(kept.client)
        if kept.letters >= self._most_letters or kept.client.sock is None:
            return self.drop(kept)
        with self._lock:
            self._laid_aside.append(kept)
        return None

    def drop(self, kept: Kept[C]) -> None:
        """Hang up, for good."""
        with suppress(OSError):
            kept.client.close()

    def close(self) -> None:
        """Hang up on all that are laid aside."""
        with self._lock:
            kept, self._laid_aside[:] = list(self._laid_aside), []
        _hang_up(kept)


def _is_quiet(sock: socket.socket | None) -> bool:
    # A server that says something unasked, says goodbye or has hung up: the socket can be read.
    if sock is None:
        return False
    poll = select.poll()
    poll.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poll.poll(0)


def _hang_up(laid_aside: list[Kept[C]]) -> None:
    while laid_aside:
        with suppress(OSError):
            laid_aside.pop().client.close()
