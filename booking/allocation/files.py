"""Problems and results as JSON files.

Rule: a file that is wrong anywhere is refused whole, in one line that names the record, and then no
result is written; a result appears complete or not at all.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import NoReturn

from booking.allocation.engine import allocate
from booking.allocation.fields import Record, as_object
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow, ProblemError
from booking.allocation.verify import BrokenPlan, verify

FORMAT = "likaplats-allocation/1"
RESULT_FORMAT = "likaplats-allocation-result/1"


def read_problem(path: Path) -> Problem:
    """Read a problem file; raise `ProblemError` if it cannot be read or is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProblemError(f"the problem cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProblemError("the problem is not UTF-8 text") from error
    return parse_problem(text)


def parse_problem(text: str) -> Problem:
    """Make a problem of JSON text; raise `ProblemError` if anything in it is wrong."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ProblemError(f"the problem is not JSON: {error.msg} in line {error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise ProblemError(f"the problem is not JSON that can be read: {error}") from error
    top = Record("the problem", as_object("the problem", data))
    if top.text("format") != FORMAT:
        raise ProblemError(f"the problem: format is {top.text('format')!r}, not {FORMAT!r}")
    groups = [_group(index, item) for index, item in enumerate(top.items("groups"))]
    families = [_family(index, item) for index, item in enumerate(top.items("families"))]
    return Problem.build(groups, families, top.whole("seed"))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _group(index: int, item: object) -> GroupRow:
    record = Record.named("group", index, item)
    return GroupRow(
        id=record.text("id"),
        programme=record.text("programme"),
        districts=record.texts("districts"),
        start=record.day("start"),
        capacity=record.whole("capacity"),
        confirmed=record.whole("confirmed"),
        minimum=record.whole("minimum"),
        guest_places=record.whole("guest_places"),
    )


def _family(index: int, item: object) -> FamilyRow:
    record = Record.named("family", index, item)
    return FamilyRow(
        id=record.text("id"),
        programme=record.text("programme"),
        district=record.text("district"),
        waiting_since=record.moment("waiting_since"),
        size=record.whole("size"),
        choices=record.texts("choices"),
        flexible=record.flag("flexible"),
        cancelled=record.flag("cancelled"),
        lot=record.lot("lot"),
    )


def result_text(plan: Plan) -> str:
    """Return a plan as the text of a result file."""
    result = {
        "format": RESULT_FORMAT,
        "placements": [{"family": f, "group": g} for f, g in sorted(plan.placements.items())],
        "started": sorted(plan.started),
        "exceptions": sorted(plan.exceptions),
        "seats": plan.seats,
        "bound": plan.bound,
        "proven": plan.proven,
        "stopped_early": plan.stopped_early,
        "seconds": round(plan.seconds, 3),
        "reasons": {
            family: {"code": reason.code.value, "group": reason.group, "values": reason.values}
            for family, reason in sorted(plan.reasons.items())
        },
    }
    return json.dumps(result, indent=1) + "\n"


def write_result(path: Path, plan: Plan) -> None:
    """Write a result file, whole or not at all; raise `ProblemError` if it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with draft.open("x", encoding="utf-8") as file:
                file.write(result_text(plan))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ProblemError(f"the result cannot be written: {error.strerror}") from error


def run(problem_path: Path, result_path: Path, time_limit: float | None = None, fast: bool = False) -> Plan:
    """Read a problem, allocate, check the plan and write the result; return the plan.

    Raises `ProblemError` with one line for the user, or `BrokenPlan` should the engine have erred;
    either way no result is written.
    """
    if time_limit is not None and not (math.isfinite(time_limit) and time_limit > 0):
        raise ProblemError("the time limit is not a number of seconds above 0")
    problem = read_problem(problem_path)
    plan = allocate(problem, time_limit=time_limit, fast=fast)
    breaches = verify(problem, plan)
    if breaches:
        raise BrokenPlan(breaches)
    write_result(result_path, plan)
    return plan


__all__ = ["ProblemError", "parse_problem", "read_problem", "result_text", "run", "write_result"]
