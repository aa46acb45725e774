"""The providers of a rehearsal, as processes of their own, and what they took."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gateway import Fault
from tests.rehearsal.processes import Program

PASSWORD = "secret"
USER = "u5a1"


@dataclass(frozen=True, slots=True)
class Taking:
    """One message that a provider took; `at` is in seconds since 1970. Its `text` is its key, in a drill."""

    at: float
    to: str
    text: str
    reference: str
    provider: str


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Provider:
    """A stand-in: an SMS gateway, or a mail server when `mail` is set. It can be killed and started again."""

    def __init__(
        self,
        name: str,
        folder: Path,
        faults: Mapping[Fault, float],
        latency: tuple[float, float],
        *words: str,
        mail: bool = False,
    ) -> None:
        self.name, self.port = name, free_port()
        self.log = folder / f"{name}.jsonl"
        told = ["--port", str(self.port), "--latency", f"{latency[0]}-{latency[1]}", "--log", str(self.log), *words]
        told += [word for fault, share in faults.items() for word in ("--fault", f"{fault.value}={share}")]
        module = "tests.gateway.mail" if mail else "tests.gateway"
        self.url = f"smtp://127.0.0.1:{self.port}" if mail else f"46elks+http://{USER}:{PASSWORD}@127.0.0.1:{self.port}"
        self.program = Program(module, told, folder / f"{name}.log", ready=True)

    def taken(self) -> list[Taking]:
        """What it took, in order."""
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [Taking(line["at"], line["to"], line["message"], _reference(line), self.name) for line in lines]


def _reference(line: dict[str, Any]) -> str:
    """What we call the message outside: it ends the address for receipts, and begins an e-mail's id."""
    name = line["whendelivered"] or "" if "whendelivered" in line else str(line["id"]).strip("<>").partition("@")[0]
    return str(name).rpartition("/")[2]
