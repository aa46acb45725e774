"""The processes of a rehearsal: started, killed without warning, started again; none outlives it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.rehearsal.worker import Orders

ROOT = Path(__file__).resolve().parent.parent.parent


class Program:
    """One process of ours. `ready` says that it prints a line once it works."""

    def __init__(self, module: str, words: Sequence[str], log: Path, *, ready: bool = False) -> None:
        self._command, self._log, self._ready = [sys.executable, "-m", module, *words], log, ready
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start it, anew if it was killed."""
        with self._log.open("a") as log:
            out = subprocess.PIPE if self._ready else log
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=out, stderr=log, text=True)
        if self._process.stdout is not None and not self._process.stdout.readline():
            raise RuntimeError(f"it did not start: {self._log.read_text()[-1000:]}")

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it at once, wherever it is: SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """None of them outlives the block."""
    try:
        yield
    finally:
        for program in programs:
            program.kill()


def worker(orders: Orders, log: Path) -> Program:
    """A worker of its own, at work."""
    return Program("tests.rehearsal.worker", [str(orders)], log, ready=True)


def site(orders: Orders, port: int, log: Path) -> Program:
    """The web site, at the orders' own address."""
    return Program("tests.rehearsal.site", [str(orders), str(port)], log, ready=True)
