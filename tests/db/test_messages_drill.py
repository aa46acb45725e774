"""Ten thousand messages, two workers that are killed every few seconds, and providers that go wrong in every way.

Every message is taken by a provider exactly once, or stands as unknown and was taken at most once; none is lost, and
nobody's messages come in the wrong order.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox.messages import Message, MessageState
from tests.cast import NOW
from tests.gateway import Fault
from tests.rehearsal import processes, queue
from tests.rehearsal.processes import Program
from tests.rehearsal.stand_ins import Provider, Taking, free_port
from tests.rehearsal.worker import Orders

MESSAGES, CARERS, WORKERS = 10_000, 1_000, 2
KILL_SECONDS = 3.0  # From when the last one killed is at work again.
SPEED = 8.0  # What is unknown after a quarter of an hour is so after two minutes.
OUTAGE = (12.0, 20.0)  # Seconds from the start: the first gateway is killed, and comes back.
QUIET_SECONDS = 10.0
PATIENCE = 1500
LATENCY = (0.02, 0.12)
FAULTS = {
    Fault.BUSY: 0.01,
    Fault.BROKEN: 0.01,
    Fault.PAGE: 0.01,
    Fault.CREDITS: 0.005,
    Fault.GARBLED: 0.01,
    Fault.CUT_BEFORE: 0.003,
    Fault.CUT_AFTER: 0.003,
    Fault.CUT_MIDWAY: 0.005,
    Fault.STALL: 0.002,
}
LIVE = (MessageState.QUEUED, MessageState.SENDING)
THERE = (MessageState.SENT, MessageState.DELIVERED)


@dataclass
class Rehearsal:
    """What happened."""

    taken: list[Taking]
    states: dict[str, MessageState]
    seconds: float
    kills: int
    tries: int
    times: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.times = Counter(taking.text for taking in self.taken)

    def figures(self, kind: str) -> dict[str, object]:
        """For whoever watches."""
        unknown = [key for key, state in self.states.items() if state is MessageState.UNKNOWN]
        return {
            "database": kind,
            "messages": len(self.states),
            "sent": sum(state in THERE for state in self.states.values()),
            "of them known to have arrived": sum(state is MessageState.DELIVERED for state in self.states.values()),
            "unknown": len(unknown),
            "unknown, and taken": sum(self.times[key] for key in unknown),
            "taken twice": sum(times > 1 for times in self.times.values()),
            "by provider": dict(Counter(taking.provider for taking in self.taken)),
            "tried again": self.tries,
            "kills": self.kills,
            "seconds": round(self.seconds),
            "per minute": round(60 * len(self.states) / self.seconds),
            "load": os.getloadavg()[0],
        }


@contextmanager
def providers(folder: Path) -> Iterator[tuple[list[Provider], Provider]]:
    """Two SMS gateways and a mail server. Of the gateways' reports some come twice, some in the wrong order."""
    reports = ("--reports", "--doubled", "0.1", "--swapped", "0.2")
    sms = [
        Provider(name, folder, FAULTS, LATENCY, "--seed", str(seed), *reports)
        for seed, name in enumerate(("46elks", "46elks 2"))
    ]
    mail = Provider("smtp", folder, FAULTS, LATENCY, mail=True)
    with processes.running(*(provider.program for provider in (*sms, mail))):
        yield sms, mail


def rehearse(url: str, folder: Path) -> Rehearsal:
    database = Database(url)
    queue.fill(database, queue.make_carers(database, CARERS, now=NOW), MESSAGES, now=NOW)
    with providers(folder) as (sms, mail):
        began, port = time.time(), free_port()
        urls, address = tuple(each.url for each in sms), f"http://127.0.0.1:{port}"
        orders = Orders(url, urls, mail.url, began, SPEED, answer_seconds=1.5, base_url=address)
        site = processes.site(orders, port, folder / "site")
        workers = [processes.worker(orders, folder / f"worker {number}") for number in range(WORKERS)]
        with processes.running(site, *workers):
            kills = kill_and_start(database, workers, sms[0].program)
            seconds = time.time() - began
            settle(database)
        taken = sorted((taking for each in (*sms, mail) for taking in each.taken()), key=lambda taking: taking.at)
    with database.reading() as db:
        rows = db.execute(select(Message.key, Message.state, Message.tries, Message.stalls)).all()
    database.close()
    tries = sum(row.tries + row.stalls for row in rows) - len(rows)
    return Rehearsal(taken, {row.key: row.state for row in rows}, seconds, kills, tries)


def kill_and_start(database: Database, workers: list[Program], gateway: Program) -> int:
    """Kill one worker after the other until the queue is empty, and the gateway once; how often."""
    began, kills, down, over = time.monotonic(), 0, False, False
    while queue.states(database)[MessageState.QUEUED]:
        passed = time.monotonic() - began
        assert passed < PATIENCE, queue.states(database)
        if not down and not over and passed > OUTAGE[0]:
            gateway.kill()
            down = True
        if down and passed > OUTAGE[1]:
            gateway.start()
            down, over = False, True
        time.sleep(KILL_SECONDS)
        victim = workers[kills % len(workers)]
        victim.kill()
        victim.start()
        kills += 1
    return kills


def settle(database: Database) -> None:
    """Until nothing is on its way any more, and no more receipts come; what a killed worker had is unknown by then."""
    deadline, before = time.monotonic() + PATIENCE, queue.states(database)
    while True:
        time.sleep(QUIET_SECONDS)
        now = queue.states(database)
        if now == before and not any(now[state] for state in LIVE):
            return
        assert time.monotonic() < deadline, now
        before = now


def out_of_order(taken: list[Taking]) -> list[str]:
    """The messages that a provider took after a later one of the same recipient."""
    latest: defaultdict[str, int] = defaultdict(lambda: -1)
    late = []
    for taking in taken:
        thing = int(taking.text.split("/")[1])
        if thing < latest[taking.to]:
            late.append(taking.text)
        latest[taking.to] = max(thing, latest[taking.to])
    return late


@pytest.mark.drill
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_workers_and_failing_providers_neither_lose_nor_double_a_message(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    done = rehearse(url, tmp_path)
    with capsys.disabled():
        print(f"\n{json.dumps(done.figures(kind), indent=1, default=str)}")  # noqa: T201  What it is for.
    assert len(done.states) == MESSAGES
    assert set(done.states.values()) <= {*THERE, MessageState.UNKNOWN}
    assert done.times.keys() <= done.states.keys()
    assert [key for key, state in done.states.items() if state in THERE and done.times[key] != 1] == []
    assert [key for key, times in done.times.items() if times != 1] == []
    assert out_of_order(done.taken) == []
    assert done.kills >= 2
