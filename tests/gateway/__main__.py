"""The gateway as a process of its own, until it is told to end."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from tests.gateway.faults import Fault, Faults
from tests.gateway.server import Gateway


def _fault(word: str) -> tuple[Fault, float]:
    name, _, share = word.partition("=")
    return Fault(name), float(share)


def _seconds(word: str) -> tuple[float, float]:
    least, _, most = word.partition("-")
    return float(least), float(most or least)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway", description="An SMS gateway for tests.")
    parser.add_argument("--port", type=int, default=8046)
    parser.add_argument("--user", default="u5a1")
    parser.add_argument("--password", default="secret")
    parser.add_argument("--latency", type=_seconds, default=(0.0, 0.0), help="seconds to an answer, such as 0.05-0.2")
    parser.add_argument("--fault", type=_fault, action="append", default=[], help="a fault and its share: stall=0.01")
    parser.add_argument("--doubled", type=float, default=0.0, help="share of the delivery reports that come twice")
    parser.add_argument("--swapped", type=float, default=0.0, help="share of them that come in the wrong order")
    parser.add_argument("--reports", action="store_true", help="send delivery reports to `whendelivered`")
    parser.add_argument("--credits", type=int, help="money on the account, in 1/10000 of a krona")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="a file that gets a line of JSON for each message taken")
    given = parser.parse_args()
    faults = Faults(dict(given.fault), given.latency, given.doubled, given.swapped, given.seed)
    gateway = Gateway(given.user, given.password, given.credits, faults, given.port, log=given.log)
    gateway.reporting = given.reports
    gateway.start()
    print(gateway.setting, flush=True)  # noqa: T201  Whoever started it reads where it listens.
    signal.sigwait((signal.SIGTERM, signal.SIGINT))
    gateway.stop()


if __name__ == "__main__":
    main()
