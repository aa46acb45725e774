"""What the allocation should reach on two cores, and by how much it does or does not.

Rule: a target is one number from a run, a limit, and on which side of it is good. A plan with a breach meets
no target, and what was not run is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Run = dict[str, dict[str, Any]]
"""Figures by contender, of one town."""


class Target(NamedTuple):
    """A number to reach; `measure` returns None where the run does not tell."""

    text: str
    unit: str
    limit: float
    measure: Callable[[Run], float | None]
    at_least: bool = False


class Verdict(NamedTuple):
    """A target and what was measured; `by` is how far from the limit, above 0 on the good side."""

    text: str
    unit: str
    limit: float
    measured: float | None
    met: bool | None
    by: float | None


def _of(run: Run, contender: str, figure: str) -> float | None:
    """Return a figure of a contender that ran and broke no rule."""
    told = run.get(contender, {})
    return None if figure not in told or told.get("breaches") else float(told[figure])


def _below(seats: float | None, best: float | None) -> float | None:
    """Return by how many per cent the seats fall short."""
    return None if seats is None or not best else round(100 * (best - seats) / best, 2)


def _below_best(contender: str) -> Callable[[Run], float | None]:
    """Measure against the best there is if it was proven, else against the bound nobody can pass."""
    return lambda run: _below(_of(run, contender, "seats"), _of(run, "ours", "bound"))


def _gap(contender: str) -> Callable[[Run], float | None]:
    return lambda run: _below(_of(run, contender, "seats"), _of(run, contender, "bound"))


def _below_best_known(run: Run) -> float | None:
    """Measure against a search five times as long where there was one, else against the bound."""
    known = _of(run, "ours, five times as long", "seats")
    return _below(_of(run, "ours", "seats"), known if known is not None else _of(run, "ours", "bound"))


def _above_acceptance(run: Run) -> float | None:
    ours, theirs = _of(run, "ours", "seats"), run.get("deferred acceptance", {}).get("seats")
    return None if ours is None or not theirs else round(100 * (ours - theirs) / theirs, 2)


def _figure(contender: str, figure: str) -> Callable[[Run], float | None]:
    return lambda run: _of(run, contender, figure)


def _flexible(limit: float) -> Target:
    return Target("everyone flexible: seats below the bound", "%", limit, _gap("ours, everyone flexible"))


def _of_a_thousand() -> list[Target]:
    return [
        Target("seats in 0.5 s below the best (or its bound)", "%", 1, _below_best("ours, 0.5 s")),
        Target("that plan is there after", "s", 0.5, _figure("ours, 0.5 s", "seconds")),
        Target("the best plan: seats below the bound", "%", 0, _gap("ours")),
        Target("the best plan is there after", "s", 20, _figure("ours", "seconds")),
        Target("memory at most", "MB", 120, _figure("ours", "peak_mb_with_verify")),
        _flexible(0),
    ]


def _of_ten_thousand() -> list[Target]:
    return [
        Target("a valid plan is there after", "s", 2, _figure("ours, --fast", "seconds")),
        Target("seats after 20 s below the best known (or the bound)", "%", 2, _below_best_known),
        Target("planned anew after one answer in", "ms", 50, _figure("after one answer", "median_ms")),
        _flexible(0),
    ]


def _of_a_hundred_thousand(flexible: float) -> list[Target]:
    return [
        Target("a valid plan is there after", "s", 10, _figure("ours, --fast", "seconds")),
        Target("seats after 60 s above deferred acceptance", "%", 5, _above_acceptance, at_least=True),
        _flexible(flexible),
    ]


def _of_a_million() -> list[Target]:
    return [
        Target("a valid plan is there after", "s", 120, _figure("ours, --fast", "seconds")),
        Target("memory at most, with the file read and the plan verified", "MB", 2048,
               _figure("ours, --fast", "peak_mb_with_verify")),
        _flexible(0.34),
    ]  # fmt: skip


TARGETS = {
    "100": _of_a_thousand(),
    "1k": _of_a_thousand(),
    "1k-lean": _of_a_thousand(),
    "10k": _of_ten_thousand(),
    "10k-lean": _of_ten_thousand(),
    "100k": _of_a_hundred_thousand(0.41),
    "100k-lean": _of_a_hundred_thousand(0),
    "1m": _of_a_million(),
    "1m-lean": _of_a_million(),
}


def judge(size: str, run: Run) -> list[Verdict]:
    """Return a verdict on every target of a size."""
    return [_judge(target, target.measure(run)) for target in TARGETS[size]]


def _judge(target: Target, measured: float | None) -> Verdict:
    if measured is None:
        return Verdict(target.text, target.unit, target.limit, None, None, None)
    by = measured - target.limit if target.at_least else target.limit - measured
    return Verdict(target.text, target.unit, target.limit, measured, by >= 0, round(by, 3))
