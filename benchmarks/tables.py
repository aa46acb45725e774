"""The measured figures as a table that fits a terminal and a Markdown page."""

from __future__ import annotations

from typing import Any

from benchmarks.targets import Verdict

COLUMNS = {
    "contender": "contender",
    "seats": "seats",
    "against": "ours is",
    "started": "groups",
    "broken": "breaches",
    "gap": "below bound",
    "wait_of_the_left": "wait left, d",
    "wait_of_the_placed": "wait placed, d",
    "singles": "singles",
    "pairs": "pairs",
    "worst": "worst district",
    "seconds": "s",
    "cpu_seconds": "cpu s",
    "peak_mb": "MB",
}


def contenders(run: dict[str, dict[str, Any]]) -> str:
    """Return a table of the contenders of one town."""
    rows = [list(COLUMNS.values())]
    ours = run.get("ours", run.get("ours, --fast", {})).get("seats")
    for name, told in run.items():
        if "seats" in told:
            # Ours is not held against itself.
            cells = {**told, **_derived(told, None if name.startswith("ours") else ours), "contender": name}
            rows.append([_text(cells.get(column)) for column in COLUMNS])
    return _table(rows)


def notes(run: dict[str, dict[str, Any]]) -> str:
    """Return in lines what is no row of the table: who was left out and why, planning anew."""
    lines = [f"{name}: {told['skipped']}" for name, told in run.items() if "skipped" in told]
    if "skipped" not in (warm := run.get("planned anew", {"skipped": ""})):
        lines.append(
            f"planned anew after a wave of offers ({warm['offered']} offered, {warm['declined']} said no, "
            f"{warm['new']} new): {_share(warm['warm_changed'])} of {warm['unsent']} unsent plans change with the "
            f"plan kept in mind ({warm['warm_seats']} seats, {warm['warm_seconds']} s), "
            f"{_share(warm['cold_changed'])} without ({warm['cold_seats']} seats, {warm['cold_seconds']} s)"
        )
    if "skipped" not in (answer := run.get("after one answer", {"skipped": ""})):
        lines.append(
            f"planned anew after one answer: {answer['median_ms']} ms in the middle, {answer['worst_ms']} ms at worst "
            f"of {answer['answers']}, {answer['cpu_ms']} ms of the processor ({answer['build_ms']} ms more to build "
            "the problem)"
        )
    return "\n".join(lines)


def verdicts(found: list[Verdict]) -> str:
    """Return a table of the targets: the limit, what was measured, by how much met or missed."""
    rows = [["target", "limit", "measured", "verdict"]]
    for verdict in found:
        unit = verdict.unit
        if verdict.met is None or verdict.by is None:
            rows.append([verdict.text, f"{verdict.limit:g} {unit}", "", "not measured, or not valid"])
        else:
            word = "met, with" if verdict.met else "MISSED by"
            measured = f"{verdict.measured:g} {unit}"
            rows.append([verdict.text, f"{verdict.limit:g} {unit}", measured, f"{word} {abs(verdict.by):g} {unit}"])
    return _table(rows)


def _derived(told: dict[str, Any], ours: int | None) -> dict[str, str]:
    worst, bound = told["worst_district"], told.get("bound")
    return {
        "against": f"{100 * (ours / told['seats'] - 1):+.1f} %" if ours and told["seats"] else "",
        "broken": " ".join(f"{rule} {times}" for rule, times in told["breaches"].items()) or "0",
        "gap": _gap(told) if bound else "",
        "singles": _share(told["singles_placed"]),
        "pairs": _share(told["pairs_placed"]),
        "worst": _share(worst["placed"]) if worst else "",
    }


def _gap(told: dict[str, Any]) -> str:
    return "proven" if told["proven"] else f"{100 * (told['bound'] - told['seats']) / told['bound']:.2f} %"


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f} %"


def _text(value: object) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _table(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
