"""The check finds every kind of fault that is planted in a good plan."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace

import pytest

from booking.allocation import hall
from booking.allocation import verify as verify_module
from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.reasons import Code, Reason
from booking.allocation.rows import FamilyRow, GroupRow
from booking.allocation.verify import verify
from tests.unit.allocation.towns import family, group

AMINA = family("Amina", "farsta", days=0)
BEN = family("Ben", "farsta", days=1)
NOOR = family("Noor", "farsta", days=2)
PAIR = family("Pair", "farsta", days=3, size=2)
OPEN = group("farsta", guest_places=1)
AMINA_G, BEN_G = AMINA._replace(district="alvsjo"), BEN._replace(district="alvsjo")


def rules(groups: list[GroupRow], families: list[FamilyRow], **placements: str) -> set[str]:
    """Return the rules that a plan with just these placements breaks; its sums are made to fit."""
    problem = Problem.build(groups, families, 7)
    total = {row.id: row.confirmed for row in groups}
    for row in families:
        if row.id in placements:
            total[placements[row.id]] += row.size
    started = tuple(row.id for row in groups if total[row.id] >= row.minimum)
    seats = sum(total[name] for name in started)
    reasons = {
        row.id: Reason(Code.PLACED_RESIDENT, placements[row.id], {})
        if row.id in placements
        else Reason(Code.FULL_LONGER_WAIT, None, {})
        for row in families
    }
    plan = Plan(placements, started, (), seats, 99, False, False, 0.0, reasons)
    return {breach.rule for breach in verify(problem, plan)}


@pytest.mark.parametrize(
    ("groups", "families", "placements", "broken"),
    [
        ([group()], [AMINA, BEN], {"Amina": "farsta"}, set()),
        ([group()], [AMINA, BEN], {"Amina": "farsta", "Ben": "farsta"}, {"H1"}),
        ([group(), group("alvsjo")], [AMINA], {"Amina": "alvsjo"}, {"H1"}),
        ([group("alvsjo", guest_places=0)], [family("Amina", "alvsjo")], {"Amina": "alvsjo"}, {"H1"}),
        ([group(capacity=9, minimum=3)], [AMINA, BEN], {"Amina": "farsta", "Ben": "farsta"}, {"H2"}),
        ([group()], [AMINA, BEN], {"Ben": "farsta"}, {"H3"}),
        ([group(capacity=2)], [AMINA, PAIR], {"Pair": "farsta"}, {"H3"}),
        ([group(capacity=2, minimum=2)], [AMINA, PAIR], {"Pair": "farsta"}, set()),
        ([group(capacity=2, minimum=2)], [AMINA, PAIR, NOOR], {"Pair": "farsta"}, {"H3"}),
        ([group(capacity=2)], [BEN._replace(size=2), PAIR], {"Pair": "farsta"}, {"H3"}),
        ([OPEN], [AMINA_G, BEN], {"Amina": "farsta"}, {"H3"}),
        ([OPEN._replace(capacity=2, guest_places=1)], [AMINA_G, BEN_G], {"Amina": "farsta"}, set()),
        ([OPEN._replace(capacity=2, guest_places=1)], [AMINA_G, BEN_G], {"Ben": "farsta"}, {"H3"}),
        ([OPEN._replace(capacity=2, guest_places=1)], [BEN_G], {}, {"H4"}),
        ([group(capacity=2)], [PAIR._replace(waiting_since=AMINA.waiting_since), BEN, NOOR], {"Pair": "farsta"}, set()),
        ([group(confirmed=2, minimum=2)], [AMINA], {}, set()),
        ([group()], [AMINA, BEN], {}, {"H4"}),
        ([group(capacity=2)], [AMINA, PAIR], {"Amina": "farsta"}, set()),
    ],
    ids=[
        "a good plan",
        "one too many",
        "a group that was not chosen",
        "a guest where no guests may come",
        "a group below its minimum",
        "the later family before the earlier",
        "a pair before a single who goes first",
        "a pair before a single, for the group needs two to start",
        "a pair that the group needs, though two singles would do",
        "the later pair before the earlier",
        "a guest before a resident",
        "a guest where the guest places are taken",
        "the later guest before the earlier",
        "a guest place nobody got",
        "two singles behind a pair that goes first",
        "a group that is full before, and starts",
        "a place nobody got",
        "a place that is too small for the pair",
    ],
)
def test_a_planted_fault_is_found(
    groups: list[GroupRow], families: list[FamilyRow], placements: dict[str, str], broken: set[str]
) -> None:
    assert rules(groups, families, **placements) == broken


TWO = [group("farsta", capacity=2), group("alvsjo", capacity=2)]


def test_a_family_with_room_in_a_group_it_likes_better_has_not_consented() -> None:
    amina = family("Amina", "farsta", "alvsjo")
    assert rules(TWO, [amina], Amina="alvsjo") == {"C"}
    assert rules(TWO, [amina._replace(flexible=True)], Amina="alvsjo") == set()


def test_a_family_with_a_claim_to_a_group_it_likes_better_has_not_consented() -> None:
    amina = family("Amina", "farsta", "alvsjo")
    others = [family("Ben", "farsta", days=1), family("Noor", "farsta", days=2)]
    assert rules(TWO, [amina, *others], Amina="alvsjo", Ben="farsta", Noor="farsta") == {"C"}


PLACED = Reason(Code.PLACED_RESIDENT, "farsta", {})
LEFT = Reason(Code.FULL_LONGER_WAIT, "farsta", {})


def good() -> tuple[Problem, Plan]:
    """Return a plan without faults: Amina is placed, Ben is not."""
    problem = Problem.build([group()], [AMINA, BEN], 7)
    return problem, allocate(problem)


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({}, set()),
        ({"seats": 2}, {"sums"}),
        ({"bound": 0, "proven": False}, {"sums"}),
        ({"bound": 2, "proven": True}, {"sums"}),
        ({"started": ()}, {"H2"}),
        ({"started": ("farsta", "vega")}, {"H2"}),
        ({"exceptions": ("Ben",), "proven": False}, {"C"}),
        ({"exceptions": ("Deniz",)}, {"C"}),
        ({"placements": {"Deniz": "farsta"}}, {"H1"}),
        ({"reasons": {}}, {"sums"}),
        ({"started": ("farsta", "farsta")}, {"H2"}),
        ({"exceptions": ("Ben", "Ben")}, {"C"}),
        ({"placements": {"Amina": "vega"}}, {"H1"}),
        ({"kept_closed": ("vega",)}, {"sums"}),
        ({"kept_closed": ("farsta",)}, {"sums"}),
        ({"reasons": {"Amina": PLACED}}, {"sums"}),
        ({"reasons": {"Amina": PLACED, "Ben": LEFT, "Deniz": LEFT}}, {"sums"}),
        ({"reasons": {"Amina": PLACED, "Ben": PLACED}}, {"sums"}),
        ({"reasons": {"Amina": LEFT, "Ben": LEFT}}, {"sums"}),
        ({"reasons": {"Amina": PLACED._replace(group="vega"), "Ben": LEFT}}, {"sums"}),
        ({"reasons": {"Amina": PLACED, "Ben": LEFT._replace(group="vega")}}, {"sums"}),
    ],
    ids=str,
)
def test_a_plan_that_says_something_untrue_of_itself_is_found_out(changes: dict[str, object], broken: set[str]) -> None:
    problem, plan = good()
    found = verify(problem, replace(plan, **changes))  # type: ignore[arg-type] # each case fits its field
    assert broken <= {breach.rule for breach in found}
    assert bool(found) == bool(broken)


def test_what_the_engine_and_the_check_share_is_the_form_of_problem_and_plan_alone() -> None:
    """That the two agree says something only as long as neither leans on the other."""
    borrowed = set()
    for module in (verify_module, hall):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("booking."):
                borrowed.add(str(node.module).removeprefix("booking.allocation."))
    assert borrowed == {"hall", "plan", "problem", "reasons"}


def test_a_breach_names_the_family_and_the_group() -> None:
    problem, plan = good()
    swapped = replace(plan, placements={"Ben": "farsta"})
    breach = next(b for b in verify(problem, swapped) if b.rule == "H3")
    assert (breach.family, breach.group) == ("Amina", "farsta")
