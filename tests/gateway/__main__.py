"""The gateway as a process of its own, until it is told to end."""

from __future__ import annotations

import argparse
import signal

from tests.gateway.server import Gateway
from tests.gateway.words import add_to, faults_from


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway", description="An SMS gateway for tests.")
    parser.add_argument("--port", type=int, default=8046)
    parser.add_argument("--user", default="u5a1")
    parser.add_argument("--password", default="secret")
    parser.add_argument("--reports", action="store_true", help="send delivery reports to `whendelivered`")
    parser.add_argument("--doubled", type=float, default=0.0, help="share of the delivery reports that come twice")
    parser.add_argument("--swapped", type=float, default=0.0, help="share of them that come in the wrong order")
    parser.add_argument("--credits", type=int, help="money on the account, in 1/10000 of a krona")
    add_to(parser)
    given = parser.parse_args()
    faults = faults_from(given, doubled=given.doubled, swapped=given.swapped)
    gateway = Gateway(given.user, given.password, given.credits, faults, given.port, log=given.log)
    gateway.reporting = given.reports
    gateway.start()
    print(gateway.setting, flush=True)  # noqa: T201  Whoever started it reads where it listens.
    signal.sigwait((signal.SIGTERM, signal.SIGINT))
    gateway.stop()


if __name__ == "__main__":
    main()
