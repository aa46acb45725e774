"""A mail server as a process of its own: aiosmtpd, with the faults that mail servers have.

    python -m tests.gateway.mail --port 8025 --fault stall=0.01 --latency 0.05-0.2 --log taken.jsonl

The first five faults of `Faults` take nothing (busy, broken, no room, a cut connection), the others have taken the
letter. No mail leaves the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.gateway.faults import Answer, Fault, Faults
from tests.gateway.words import add_to, faults_from

STALL_SECONDS = 60.0
REFUSALS = {
    Fault.BUSY: "421 4.7.0 too many letters",
    Fault.BROKEN: "451 4.3.0 a fault of mine",
    Fault.PAGE: "451 4.7.1 greylisted",
    Fault.CREDITS: "452 4.3.1 no room left",
}


class Postmaster:
    """Takes letters and writes each down, or does not, as the faults say."""

    def __init__(self, faults: Faults, log: Path | None) -> None:
        self._faults, self._log = faults, log
        self.taken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer to a letter."""
        seconds, fault = self._faults.draw()
        await asyncio.sleep(seconds)
        if isinstance(fault, Answer):
            return f"{fault.status} {fault.body}"
        if fault in REFUSALS:
            return REFUSALS[fault]
        if fault is None or fault.takes:
            self._take(envelope)
        if fault is Fault.STALL:
            await asyncio.sleep(STALL_SECONDS)
        if fault is not None and fault is not Fault.GARBLED and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 what" if fault is Fault.GARBLED else "250 taken"

    def _take(self, envelope: Envelope) -> None:
        self.taken += 1
        if self._log is None:
            return
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        body = letter.get_body(("plain",))
        said: dict[str, Any] = {"at": time.time(), "to": envelope.rcpt_tos[0], "id": letter["Message-ID"]}
        said["message"] = body.get_content().strip() if body is not None else ""
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")


def main() -> None:
    """Run it until it is told to end."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway.mail", description="A mail server for tests.")
    parser.add_argument("--port", type=int, default=8025)
    add_to(parser)
    given = parser.parse_args()
    server = Controller(Postmaster(faults_from(given), given.log), hostname="127.0.0.1", port=given.port)
    server.start()
    print(f"smtp://127.0.0.1:{given.port}", flush=True)  # noqa: T201  Whoever started it reads where it listens.
    signal.sigwait((signal.SIGTERM, signal.SIGINT))
    server.stop()


if __name__ == "__main__":
    main()
