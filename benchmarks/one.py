"""One contender on one problem file, in a process of its own, so that its memory is its own.

python -m benchmarks.one CONTENDER PROBLEM.json SECONDS      prints its figures as JSON
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.again import planned_anew
from benchmarks.figures import breaches, figures, plan_of, positions
from benchmarks.habits import each_district_alone, first_come
from benchmarks.plain_acceptance import plain_acceptance
from benchmarks.plain_model import plain_model
from booking.allocation.engine import allocate
from booking.allocation.files import read_problem
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem

OTHERS: dict[str, Callable[[Problem, float], Any]] = {
    "each district alone": lambda problem, _: each_district_alone(problem),
    "first come, first served": lambda problem, _: first_come(problem),
    "deferred acceptance": lambda problem, _: plain_acceptance(problem),
    "plain HiGHS model": plain_model,
}
OURS: dict[str, Callable[[Problem, float], Plan]] = {
    "ours, --fast": lambda problem, _: allocate(problem, fast=True),
    "ours, 0.5 s": lambda problem, _: allocate(problem, time_limit=0.5),
    "ours": lambda problem, seconds: allocate(problem, time_limit=seconds),
}


def peak_memory() -> int:
    """Return the most memory this process has held, in MB."""
    try:
        # What getrusage says may be the parent's, who was there before.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)
    except OSError:
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(contender: str, path: Path, seconds: float) -> dict[str, Any]:
    """Return what came of one contender, or of planning anew."""
    if contender == "again":
        return planned_anew(read_problem(path), seconds)
    return _placed(contender, path, seconds)


def _placed(contender: str, path: Path, seconds: float) -> dict[str, Any]:
    """Read the problem, let the contender place its families, and tell what came of it."""
    clock = perf_counter()
    problem = read_problem(path)
    told: dict[str, Any] = {"read_seconds": round(perf_counter() - clock, 2), "read_mb": peak_memory()}
    clock, work = perf_counter(), process_time()
    if contender in OURS:
        plan = OURS[contender](problem, seconds)
        told |= {"bound": plan.bound, "proven": plan.proven, "stopped_early": plan.stopped_early}
        told["exceptions"] = len(plan.exceptions)
    else:
        plan = plan_of(problem, OTHERS[contender](problem, seconds))
    told |= {"seconds": round(perf_counter() - clock, 3), "cpu_seconds": round(process_time() - work, 3)}
    told["peak_mb"] = peak_memory()
    told |= figures(problem, positions(problem, plan))
    clock = perf_counter()
    told["breaches"] = breaches(problem, plan, with_reasons=contender in OURS)
    told |= {"verify_seconds": round(perf_counter() - clock, 2), "peak_mb_with_verify": peak_memory()}
    return told


def main() -> None:
    contender, path, seconds = sys.argv[1:]
    print(json.dumps(run(contender, Path(path), float(seconds))))


if __name__ == "__main__":
    main()
