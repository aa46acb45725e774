"""A stored plan, made whole again and checked by the rule as it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from booking.allocation.files import ProblemError, parse_problem, parse_result
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.verify import Breach, verify
from booking.insight.fairness.cases import Case, Finding
from booking.places.runs import RunState

RULES: Mapping[str, Callable[[Problem, Plan], list[Breach]]] = {"likaplats-rule/1": verify}
"""The check of every version of the rule that has been in force. A new version gets a line; none is ever taken out."""


Claim = tuple[bool, bool, int, float]
"""The smaller, the stronger: who lives there, whose group we cancelled, the longest wait, the lot."""


class Unknown(Exception):
    """The run cannot be checked; the text says why."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A plan beside the problem it answers."""

    problem: Problem
    plan: Plan

    def claims(self) -> dict[tuple[int, int], Claim]:
        """Each family's claim to the group the plan gave it, by (registration, group)."""
        problem, groups = self.problem, {name: row for row, name in enumerate(self.problem.group_ids)}
        start, choice, resident = problem.choice_start.tolist(), problem.choice.tolist(), problem.residents().tolist()
        found: dict[tuple[int, int], Claim] = {}
        for row, name in enumerate(problem.family_ids):
            given = self.plan.placements.get(name)
            if given is not None and groups[given] in choice[start[row] : start[row + 1]]:
                guest = not resident[choice.index(groups[given], start[row], start[row + 1])]
                queue = not problem.cancelled[row], int(problem.since[row]), problem.lots[row] or 0
                found[int(name), int(given)] = guest, *queue
        return found


def rebuild(case: Case) -> Rebuilt:
    """The plan as it was stored. Raises Unknown when nothing is kept, or nobody knows the rule it was made by."""
    if case.problem is None or case.result is None:
        raise Unknown("what it was computed from is not kept")
    if case.rule not in RULES:
        raise Unknown(f"it was made by the rule {case.rule!r}, which this version does not know")
    try:
        return Rebuilt(parse_problem(case.problem), parse_result(case.result))
    except ProblemError as error:
        raise Unknown(f"what was kept of it cannot be read: {error}") from error


def check(case: Case, rebuilt: Rebuilt) -> Iterator[Finding]:
    """The breaches of a plan that was shown to people as one that holds, and of decisions that are not the plan's."""
    if case.state is RunState.FAILED:
        return
    for breach in RULES[case.rule or ""](rebuilt.problem, rebuilt.plan):
        about = f"family {breach.family}" if breach.family else f"group {breach.group}" if breach.group else "the plan"
        yield Finding(case.code, about, f"{breach.rule}: {breach.sentence}")
    weighed = set(rebuilt.problem.family_ids)
    for each in case.decisions.values():
        planned = rebuilt.plan.placements.get(str(each.registration))
        if str(each.registration) in weighed and (str(each.group) if each.group else None) != planned:
            yield Finding(case.code, f"decision {each.id}", "is not what the plan says")
