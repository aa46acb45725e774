"""One measurement of sending: a queue, two schedulers as deployments run them, and providers that take their time.

Rule: what counts is when a provider took a message, as the provider's own log has it, and never what our rows say.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from booking.base import migrating, secrecy
from booking.base.db import Database
from booking.outbox.messages import MessageState
from tests import testpg
from tests.cast import NOW
from tests.rehearsal import processes, queue
from tests.rehearsal.processes import Program
from tests.rehearsal.stand_ins import Provider, Taking
from tests.rehearsal.worker import KEY, SECRET, Orders

KIND = "link"
"""A real message: composing it reads the carer and the city's settings, makes a link, and fills a template."""

NOBODY = "http://127.0.0.1:9"
LIMIT = 1_000_000
"""Per minute and provider: counted as every limit is, and never reached."""

LEAD = timedelta(seconds=10)
GRACE = 300.0

Told = dict[str, Any]
Begin = Callable[[Orders, Path], list[Program]]


@dataclass(frozen=True, slots=True)
class Load:
    """So many messages to as many carers as `carers`, `every` so many seconds one; with 0 all are due at once."""

    messages: int
    carers: int
    every: float = 0.0

    def due_after(self, now: datetime) -> Callable[[int], datetime]:
        """When the so-manyeth is due, if they are written down now."""
        return lambda number: now + LEAD + number * timedelta(seconds=self.every)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a migrated database that writes to the disk, as in production."""
    secrecy.install(secrecy.KeyRing((KEY,), SECRET))
    with _empty(kind, folder) as url:
        opened = Database(url)
        migrating.upgrade(opened)
        opened.close()
        yield url


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'town.db'}"
        return
    with testpg.server(durable=True) as base:
        yield testpg.create(base, "town")


def measure(kind: str, load: Load, latency: tuple[float, float], begin: Begin) -> Told:
    """What came of one load, from its first message's due time; `begin` starts the workers."""
    with tempfile.TemporaryDirectory(prefix="likaplats-") as name:
        folder = Path(name)
        with database(kind, folder) as url:
            opened = Database(url)
            told = _run(url, folder, opened, load, latency, begin)
            opened.close()
    return told


def _run(url: str, folder: Path, opened: Database, load: Load, latency: tuple[float, float], begin: Begin) -> Told:
    sms, mail = Provider("46elks", folder, {}, latency), Provider("smtp", folder, {}, latency, mail=True)
    with processes.running(sms.program, mail.program):
        carers = queue.make_carers(opened, load.carers, now=NOW)
        began = time.time()
        orders = Orders(url, (sms.url,), mail.url, began, 1.0, 20.0, NOBODY, LIMIT, real=True)
        workers = begin(orders, folder)
        with processes.running(*workers):
            # They are at work, as in any city, before anything is due.
            due = queue.fill(opened, carers, load.messages, now=NOW, kind=KIND, due=load.due_after(orders.clock()))
            _wait(opened, began, due)
            memory = [peak_memory(worker.pid) for worker in workers]
            busy = sum(cpu_seconds(worker.pid) for worker in workers)
        taken = sms.taken() + mail.taken()
    return figures(due, taken, began) | {
        "memory_mb": memory,
        "cpu_seconds": round(busy, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _wait(opened: Database, began: float, due: dict[str, datetime]) -> None:
    last = began + (max(due.values()) - NOW).total_seconds()
    while time.time() < last + GRACE:
        time.sleep(1)
        if time.time() > last and not queue.states(opened)[MessageState.QUEUED]:
            break
    time.sleep(1)


def figures(due: dict[str, datetime], taken: list[Taking], began: float) -> Told:
    """Seconds from due to taken, and how many were taken per minute while there was something to do."""
    late = [each.at - began - (due[each.reference] - NOW).total_seconds() for each in taken]
    cut = quantiles(late, n=100, method="inclusive")
    first, last = min(due.values()), max(each.at for each in taken)
    span = last - began - (first - NOW).total_seconds()
    return {
        "messages": len(due),
        "taken": len(taken),
        "taken_twice": len(taken) - len({each.reference for each in taken}),
        "median_seconds": round(median(late), 2),
        "p95_seconds": round(cut[94], 2),
        "p99_seconds": round(cut[98], 2),
        "longest_seconds": round(max(late), 2),
        "within_10_seconds": round(sum(each <= 10 for each in late) / len(due), 4),
        "per_minute": round(60 * len(taken) / span),
    }


def peak_memory(pid: int) -> int:
    """The most memory the process has held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def cpu_seconds(pid: int) -> float:
    """The processor's time that it has used, loading included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
