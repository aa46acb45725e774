"""Problems and results as JSON files.

Rule: a file that is wrong anywhere is refused whole, in one line that names the record, and then no
result is written; a result appears complete or not at all. Files are read and written record by record.
"""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from booking.allocation.columns import Gathering
from booking.allocation.engine import allocate
from booking.allocation.fields import Record
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.results import listed, parse_result, result_pieces, result_text
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow, ProblemError
from booking.allocation.stream import JsonStream, NotJson
from booking.allocation.verify import BrokenPlan, verify

FORMAT = "likaplats-allocation/1"


def read_problem(path: Path) -> Problem:
    """Read a problem file; raise `ProblemError` if it cannot be read or is wrong."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return _parse(file)
    except OSError as error:
        raise ProblemError(f"the problem cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProblemError("the problem is not UTF-8 text") from error


def parse_problem(text: str) -> Problem:
    """Make a problem of JSON text; raise `ProblemError` if anything in it is wrong."""
    return _parse(io.StringIO(text))


def _parse(source: TextIO) -> Problem:
    try:
        return _problem(JsonStream(source))
    except NotJson as error:
        raise ProblemError(f"the problem is {error}") from error


def _problem(stream: JsonStream) -> Problem:
    """Read the top object; its names may come in any order."""
    if stream.peek() != "{":
        stream.value()
        raise ProblemError("the problem is not a JSON object")
    top, gathering = Record("the problem", {}), Gathering()
    for name in stream.members():
        if name in top.fields:
            raise ProblemError(f"the problem: {name} is given twice")
        top.fields[name] = _member(name, stream, gathering)
        if name == "format" and top.text(name) != FORMAT:
            raise ProblemError(f"the problem: format is {top.text(name)!r}, not {FORMAT!r}")
    stream.end()
    for name in ("format", "groups", "families"):
        top.need(name)
    return Problem(**gathering.columns(top.whole("seed")))


def _member(name: str, stream: JsonStream, gathering: Gathering) -> object:
    """Read one member of the top object; of the long lists nothing is kept here."""
    takers: dict[str, Callable[[int, object], None]] = {
        "groups": lambda index, item: gathering.add_group(_group(index, item)),
        "families": lambda index, item: gathering.add_family(_family(index, item)),
    }
    if name not in takers:
        return stream.value()
    if stream.peek() != "[":
        stream.value()
        raise ProblemError(f"the problem: {name} is not a list")
    for index, item in enumerate(stream.elements()):
        takers[name](index, item)
    return None


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


def problem_text(problem: Problem) -> str:
    """Return a problem as the text of a problem file; `parse_problem` makes the same problem of it."""
    return "".join(problem_pieces(problem))


def problem_pieces(problem: Problem) -> Iterator[str]:
    """Yield the text of a problem file bit by bit, a record a line."""
    yield f'{{"format": "{FORMAT}", "seed": {problem.seed},\n "groups": ['
    yield from listed(json.dumps(_group_record(row)) for row in group_rows(problem))
    yield '],\n "families": ['
    yield from listed(json.dumps(_family_record(row)) for row in family_rows(problem))
    yield "]}\n"


def group_rows(problem: Problem) -> Iterator[GroupRow]:
    """Yield the groups of a problem as the rows they were made of, in the problem's order."""
    start = problem.group_district_start.tolist()
    for row, name in enumerate(problem.group_ids):
        homes = problem.group_district[start[row] : start[row + 1]].tolist()
        yield GroupRow(
            id=name,
            programme=problem.programmes[problem.group_programme[row]],
            districts=(EVERYWHERE,) if problem.everywhere[row] else tuple(problem.districts[code] for code in homes),
            start=problem.start(row),
            capacity=int(problem.capacity[row]),
            confirmed=int(problem.confirmed[row]),
            minimum=int(problem.minimum[row]),
            guest_places=int(problem.guest_places[row]),
        )


def family_rows(problem: Problem) -> Iterator[FamilyRow]:
    """Yield the families of a problem as the rows they were made of, in the order of the queue."""
    for row, name in enumerate(problem.family_ids):
        chosen = problem.choice[problem.choice_start[row] : problem.choice_start[row + 1]].tolist()
        yield FamilyRow(
            id=name,
            programme=problem.programmes[problem.family_programme[row]],
            district=problem.districts[problem.family_district[row]],
            waiting_since=problem.waiting_since(row),
            size=int(problem.size[row]),
            choices=tuple(problem.group_ids[group] for group in chosen),
            flexible=bool(problem.flexible[row]),
            cancelled=bool(problem.cancelled[row]),
            lot=problem.lots[row],
        )


def _group_record(row: GroupRow) -> dict[str, object]:
    return {**row._asdict(), "start": row.start.isoformat()}


def _family_record(row: FamilyRow) -> dict[str, object]:
    record = {**row._asdict(), "waiting_since": row.waiting_since.isoformat().replace("+00:00", "Z")}
    if row.lot is None:
        del record["lot"]
    return record


def write_result(path: Path, plan: Plan) -> None:
    """Write a result file, whole or not at all; raise `ProblemError` if it cannot be written.

    What is no file, such as a terminal or a pipe, is written straight.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8") as file:
                file.writelines(result_pieces(plan))
        else:
            _replace(Path(os.path.realpath(path)), plan)
    except OSError as error:
        raise ProblemError(f"the result cannot be written: {error.strerror}") from error


def _replace(path: Path, plan: Plan) -> None:
    """Write a draft beside the file and put it in its place; whatever happens, no draft is left."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("x", encoding="utf-8") as file:
            file.writelines(result_pieces(plan))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


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


__all__ = [
    "ProblemError", "family_rows", "group_rows", "parse_problem", "parse_result", "problem_text", "read_problem",
    "result_text", "run", "write_result",
]  # fmt: skip
