"""Plans as result files, and back.

Rule: a result is written record by record and in order of the ids, so that equal plans are equal texts.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator

from booking.allocation.fields import Record
from booking.allocation.plan import Plan
from booking.allocation.reasons import Code, Reason
from booking.allocation.rows import ProblemError
from booking.allocation.stream import JsonStream, NotJson

RESULT_FORMAT = "likaplats-allocation-result/1"


def result_text(plan: Plan) -> str:
    """Return a plan as the text of a result file."""
    return "".join(result_pieces(plan))


def result_pieces(plan: Plan) -> Iterator[str]:
    """Yield the text of a result file bit by bit."""
    yield f'{{"format": "{RESULT_FORMAT}",\n "placements": ['
    yield from listed(_text({"family": family, "group": plan.placements[family]}) for family in sorted(plan.placements))
    yield f'],\n "started": {_text(sorted(plan.started))},\n "exceptions": {_text(sorted(plan.exceptions))},\n'
    yield f' "seats": {plan.seats}, "bound": {plan.bound}, "proven": {_text(plan.proven)},'
    yield f' "stopped_early": {_text(plan.stopped_early)}, "seconds": {round(plan.seconds, 3)},\n "reasons": {{'
    yield from listed(_reason(family, plan.reasons[family]) for family in sorted(plan.reasons))
    yield "}}\n"


def _reason(family: str, reason: Reason) -> str:
    told = {"code": reason.code.value, "group": reason.group, "values": reason.values}
    return f"{_text(family)}: {_text(told)}"


def _text(value: object) -> str:
    return json.dumps(value, allow_nan=False)


def listed(records: Iterable[str]) -> Iterator[str]:
    """Yield records a line each, with the commas between them."""
    joint = "\n"
    for record in records:
        yield joint + record
        joint = ",\n"


def parse_result(text: str) -> Plan:
    """Return the plan of a result file's text; raise `ProblemError` if anything in it is wrong."""
    stream = JsonStream(io.StringIO(text))
    try:
        top = Record.of("the result", stream.value())
        stream.end()
    except NotJson as error:
        raise ProblemError(f"the result is {error}") from error
    if top.text("format") != RESULT_FORMAT:
        raise ProblemError(f"the result: format is {top.text('format')!r}, not {RESULT_FORMAT!r}")
    return Plan(
        placements=_placements(top),
        started=top.texts("started"),
        exceptions=top.texts("exceptions"),
        seats=top.whole("seats"),
        bound=top.whole("bound"),
        proven=top.flag("proven"),
        stopped_early=top.flag("stopped_early"),
        seconds=top.number("seconds"),
        reasons=_reasons(top),
    )


def _placements(top: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, item in enumerate(top.items("placements")):
        record = Record.of(f"placement number {index + 1}", item)
        family = record.text("family")
        if family in found:
            raise ProblemError(f"placement number {index + 1}: {family!r} is placed twice")
        found[family] = record.text("group")
    return found


def _reasons(top: Record) -> dict[str, Reason]:
    return {family: _one_reason(f"reason of {family!r}", item) for family, item in top.members("reasons").items()}


def _one_reason(name: str, item: object) -> Reason:
    record = Record.of(name, item)
    try:
        code = Code(record.text("code"))
    except ValueError as error:
        raise ProblemError(f"{name}: code is {record.text('code')!r}, which means nothing") from error
    group = None if record.fields.get("group") is None else record.text("group")
    values = {key: value for key, value in record.members("values").items() if isinstance(value, int | str)}
    if len(values) < len(record.members("values")):
        raise ProblemError(f"{name}: values holds something that is neither a text nor a whole number")
    return Reason(code, group, values)
