"""Connections are kept for the next letter, used by one thread at a time, and let go of when they are no good."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from booking.outbox.connections import Connections


@dataclass
class Client:
    """One end of a real connection; the test holds the other."""

    sock: socket.socket | None
    other: socket.socket
    goodbyes: int = 0

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
        self.sock = None


@dataclass
class Town:
    """Makes connections, and remembers them."""

    made: list[Client] = field(default_factory=list)

    def connect(self) -> Client:
        self.made.append(Client(*socket.socketpair()))
        return self.made[-1]

    def connections(self, *, idle_seconds: float = 60.0, most_letters: int = 100) -> Connections[Client]:
        def goodbye(client: Client) -> None:
            client.goodbyes += 1

        return Connections(self.connect, goodbye=goodbye, idle_seconds=idle_seconds, most_letters=most_letters)

    def close(self) -> None:
        for client in self.made:
            client.close()
            client.other.close()


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.close()


def test_a_connection_that_is_laid_aside_is_used_again(town: Town) -> None:
    connections = town.connections()
    connections.lay_aside(connections.take())
    assert connections.take().client is town.made[0]
    assert len(town.made) == 1


def test_two_at_once_never_share_one(town: Town) -> None:
    connections = town.connections()
    assert connections.take().client is not connections.take().client


def test_one_that_the_other_side_has_closed_is_not_used(town: Town) -> None:
    connections = town.connections()
    connections.lay_aside(connections.take())
    town.made[0].other.close()
    assert connections.take().client is town.made[1]
    assert town.made[0].sock is None


def test_one_on_which_the_other_side_has_spoken_unasked_is_not_used(town: Town) -> None:
    connections = town.connections()
    connections.lay_aside(connections.take())
    town.made[0].other.sendall(b"421 goodbye\r\n")
    assert connections.take().client is town.made[1]


def test_a_fresh_one_can_be_asked_for(town: Town) -> None:
    connections = town.connections()
    connections.lay_aside(connections.take())
    assert connections.take(fresh=True).client is town.made[1]


def test_one_that_has_carried_enough_is_closed_with_a_goodbye(town: Town) -> None:
    connections = town.connections(most_letters=2)
    connections.lay_aside(connections.take())
    connections.lay_aside(connections.take())
    assert (town.made[0].goodbyes, town.made[0].sock) == (1, None)


def test_one_that_has_waited_too_long_is_not_used(town: Town) -> None:
    connections = town.connections(idle_seconds=0.0)
    connections.lay_aside(connections.take())
    assert connections.take().client is town.made[1]


def test_what_is_laid_aside_is_closed_with_the_sender(town: Town) -> None:
    connections = town.connections()
    connections.lay_aside(connections.take())
    del connections
    gc.collect()
    assert town.made[0].sock is None
