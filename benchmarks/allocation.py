"""Contenders on made-up cities: today's habits, the textbook, a plain model, and ours.

    python -m benchmarks.allocation                          1,000 and 10,000 families; a few minutes
    python -m benchmarks.allocation 100k-lean 1m             larger ones, on demand
    python -m benchmarks.allocation 1k --time-limit 5 --flexible 0.5 --seed 2 --json figures.json

Every contender runs in a process of its own, one after the other, so that time and memory are its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import tables
from benchmarks.one import run as run_here
from benchmarks.targets import judge
from benchmarks.towns import SIZES, town

USUAL = ["1k", "1k-lean", "10k", "10k-lean"]
SECONDS = {"100": 5.0, "1k": 20.0, "10k": 20.0, "100k": 60.0, "1m": 120.0}
HABITS = ["each district alone", "first come, first served", "deferred acceptance"]
SMALL = 1_000
LARGEST_MODEL = 10_000
"""Families up to which one plain model for the whole town is worth waiting for."""

LARGEST_CITY = 100_000
"""Families up to which planning anew is measured; nobody plans a whole country anew after an answer."""

Told = dict[str, Any]


def measure(size: str, given: argparse.Namespace) -> dict[str, Told]:
    """Run every contender on a town of this size; return their figures by name."""
    seconds = given.time_limit or SECONDS[size.removesuffix("-lean")]
    with tempfile.TemporaryDirectory(prefix="likaplats-") as folder:
        path, flexible = Path(folder, "town.json"), Path(folder, "flexible.json")
        town(size, flexible=given.flexible, seed=given.seed).write(path)
        run = run_here if given.together else run_apart
        found = {name: run(name, path, seconds) for name in HABITS}
        if SIZES[size].families <= LARGEST_MODEL or given.plain_model:
            found["plain HiGHS model"] = run("plain HiGHS model", path, seconds)
        else:
            found["plain HiGHS model"] = {"skipped": "left out, takes many minutes; --plain-model runs it"}
        found |= {name: run(name, path, seconds) for name in _ours(size)}
        if given.long:
            found["ours, five times as long"] = run("ours", path, 5 * seconds)
        if not given.quick:
            town(size, flexible=1.0, seed=given.seed).write(flexible)
            found["ours, everyone flexible"] = run("ours", flexible, seconds)
            told: Told = {"skipped": "left out at this size"}
            if SIZES[size].families <= LARGEST_CITY:
                told = run("again", path, seconds)
            found |= {"planned anew": told, "after one answer": told} if "skipped" in told else told
    return found


def _ours(size: str) -> list[str]:
    return ["ours, --fast", *(["ours, 0.5 s"] if SIZES[size].families <= SMALL else []), "ours"]


def run_apart(contender: str, path: Path, seconds: float) -> Told:
    """Run one contender in a new process; one that fails is told of and stops nobody else."""
    print(f"  {path.stem}: {contender} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.one", contender, str(path), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode:
        return {"skipped": f"FAILED: {(done.stderr.strip() or str(done.returncode)).splitlines()[-1]}"}
    told: Told = json.loads(done.stdout)
    return told


def where() -> Told:
    """Return what the figures were measured on."""
    libraries = {name: _version(name) for name in ("numpy", "highspy", "numba")}
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "load": [round(load, 1) for load in os.getloadavg()],
        **libraries,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def report(size: str, run: dict[str, Told]) -> None:
    """Print what was found about one town."""
    families, groups = SIZES[size].families, SIZES[size].groups
    print(f"\n## {size}: {families:,} families, {groups:,} groups\n\n{tables.contenders(run)}\n")
    print(f"{tables.notes(run)}\n\n{tables.verdicts(judge(size, run))}", flush=True)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the allocation against what is done elsewhere.")
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)}; default {' '.join(USUAL)}")
    parser.add_argument("--time-limit", type=float, help="seconds for each search instead of 20, 60 or 120")
    parser.add_argument("--flexible", type=float, default=0.25, help="share of families that ticked flexible")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another town")
    parser.add_argument("--plain-model", action="store_true", help="run the plain HiGHS model on large towns too")
    parser.add_argument("--long", action="store_true", help="search five times as long too, for the best known")
    parser.add_argument("--quick", action="store_true", help="leave out everyone flexible and planning anew")
    parser.add_argument(
        "--together", action="store_true", help="one process for all: quicker, memory then means little"
    )
    parser.add_argument("--json", type=Path, default=Path("var", "allocation-benchmark.json"), help="where to write")
    given = parser.parse_args(words)
    unknown = [size for size in given.sizes if size not in SIZES]
    if unknown:
        parser.error(f"no such size: {', '.join(unknown)}")
    return given


def main(words: list[str] | None = None) -> None:
    given = arguments(words)
    place = where()
    print("Measured on " + ", ".join(f"{name} {value}" for name, value in place.items()))
    figures: Told = {"where": place, "flexible": given.flexible, "seed": given.seed, "towns": {}}
    for size in given.sizes or USUAL:
        run = measure(size, given)
        targets = [verdict._asdict() for verdict in judge(size, run)]
        figures["towns"][size] = {"contenders": run, "targets": targets}
        report(size, run)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"\nAll figures: {given.json}")


if __name__ == "__main__":
    main()
