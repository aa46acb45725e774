"""From due to handed over: how soon, how many a minute, and with how much memory; against a plain loop.

    python -m benchmarks.messages                                       both databases; about a quarter of an hour
    python -m benchmarks.messages sqlite --minutes 1 --burst 2000
    python -m benchmarks.messages --latency 0.02-0.05 --rate 6000 --json figures.json

Two schedulers, as deployments run them, hand real letters, SMS and e-mail in equal parts, to a gateway and a mail
server in processes of their own, which take 50 to 200 ms for each and set no limit. First at a steady rate, then as
many as can be when all are due at once. The line to beat is what GOV.UK Notify promises: 95 % handed to the provider
within 10 seconds, at 3,000 a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.posting import Load, Told, measure
from tests.rehearsal import processes
from tests.rehearsal.processes import Program
from tests.rehearsal.worker import Orders

DATABASES = ("sqlite", "postgresql")
WORKERS = 2
PROMISED_SECONDS, PROMISED_SHARE, PROMISED_RATE = 10.0, 0.95, 3_000
CARERS = 5_000


def ours(orders: Orders, folder: Path) -> list[Program]:
    return [processes.worker(orders, folder / f"worker {number}") for number in range(WORKERS)]


def plain(orders: Orders, folder: Path) -> list[Program]:
    return [
        Program("benchmarks.plain_posting", [str(orders)], folder / f"worker {number}", ready=True)
        for number in range(WORKERS)
    ]


def compare(kind: str, given: argparse.Namespace) -> Told:
    """What came of each load on one database."""
    steady = Load(round(given.rate * given.minutes), CARERS, 60 / given.rate)
    found: Told = {}
    for name, load, begin in (
        ("steady", steady, ours),
        ("burst", Load(given.burst, CARERS), ours),
        ("plain loop, burst", Load(given.plain, CARERS), plain),
    ):
        print(f"  {kind}: {name} ...", file=sys.stderr, flush=True)
        found[name] = measure(kind, load, given.latency, begin)
    found["times_the_plain_loop"] = round(found["burst"]["per_minute"] / found["plain loop, burst"]["per_minute"], 1)
    found["keeps_the_promise"] = (
        given.rate >= PROMISED_RATE
        and found["steady"]["p95_seconds"] <= PROMISED_SECONDS
        and found["steady"]["within_10_seconds"] >= PROMISED_SHARE
    )
    return found


def where() -> Told:
    """What the figures were measured on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure how soon and how fast messages are handed over.")
    parser.add_argument("databases", nargs="*", metavar="DATABASE", help=f"of {', '.join(DATABASES)}; default both")
    parser.add_argument("--rate", type=float, default=PROMISED_RATE, help="messages per minute when steady")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long the steady rate lasts")
    parser.add_argument("--burst", type=int, default=10_000, help="messages that are due all at once")
    parser.add_argument("--plain", type=int, default=600, help="the same for the plain loop")
    parser.add_argument("--latency", type=_seconds, default=(0.05, 0.2), help="what a provider takes for an answer")
    parser.add_argument("--json", type=Path, default=Path("var", "messages-benchmark.json"), help="where to write")
    given = parser.parse_args(words)
    unknown = [name for name in given.databases if name not in DATABASES]
    if unknown:
        parser.error(f"no such database: {', '.join(unknown)}")
    return given


def _seconds(word: str) -> tuple[float, float]:
    least, _, most = word.partition("-")
    return float(least), float(most or least)


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    figures: Told = {"where": where(), "rate": given.rate, "latency": given.latency, "databases": {}}
    for kind in given.databases or DATABASES:
        figures["databases"][kind] = compare(kind, given)
    text = json.dumps(figures, indent=1)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
