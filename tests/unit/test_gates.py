"""A gate lets so many through at once, and who is in a hurry goes first."""

from __future__ import annotations

import threading
import time

import pytest

from booking.outbox.gates import Gate


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_are_inside_than_may_be(at_once: int) -> None:
    gate, lock, inside, most = Gate(at_once), threading.Lock(), [0], [0]

    def pass_through(hurry: bool) -> None:
        for _ in range(20):
            with gate.through(hurry=hurry):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=pass_through, args=(number % 4 == 0,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert most == [at_once]


def test_who_is_in_a_hurry_passes_those_who_wait() -> None:
    gate, order = Gate(1), list[str]()

    def come(name: str, hurry: bool) -> threading.Thread:
        def pass_through() -> None:
            with gate.through(hurry=hurry):
                order.append(name)

        thread = threading.Thread(target=pass_through)
        thread.start()
        time.sleep(0.05)  # So that they stand in line in this order.
        return thread

    with gate.through():
        threads = [come("first", False), come("second", False), come("hurrying", True)]
    for thread in threads:
        thread.join(10)
    assert order == ["hurrying", "first", "second"]


def test_a_fault_inside_leaves_the_gate_open() -> None:
    gate = Gate(1)
    with pytest.raises(RuntimeError), gate.through():
        raise RuntimeError
    with gate.through():
        pass
