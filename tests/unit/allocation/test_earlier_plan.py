"""An earlier plan is kept where nothing speaks against it."""

from __future__ import annotations

from hypothesis import given, settings

from booking.allocation.engine import allocate
from booking.allocation.plan import Before, Plan
from booking.allocation.problem import Problem
from booking.allocation.rows import FamilyRow, GroupRow
from booking.allocation.verify import verify
from tests.unit.allocation.towns import Rows, family, group, towns

few = settings(max_examples=25, deadline=None, derandomize=True)


def again(groups: list[GroupRow], families: list[FamilyRow], plan: Plan, *touched: str) -> Plan:
    """Plan once more from an earlier plan; `touched` names groups, none means that any may have changed."""
    problem = Problem.build(groups, families, 7)
    before = Before(plan.placements, frozenset(plan.started), frozenset(touched) if touched else None)
    found = allocate(problem, before=before)
    assert verify(problem, found) == []
    return found


@few
@given(towns(most_groups=4, most_families=10))
def test_planning_again_without_any_change_changes_nothing(rows: Rows) -> None:
    plan = allocate(Problem.build(*rows, 7))
    if not plan.exceptions:
        assert dict(again(*rows, plan).placements) == dict(plan.placements)
        assert dict(again(*rows, plan, rows[0][0].id).placements) == dict(plan.placements)


@few
@given(towns(most_groups=4, most_families=10))
def test_an_earlier_plan_never_costs_seats_against_a_first_seating(rows: Rows) -> None:
    groups, families = rows
    plan = allocate(Problem.build(*rows, 7))
    problem = Problem.build(groups, families[1:], 7)
    if not allocate(problem, fast=True).exceptions:
        assert again(groups, families[1:], plan).seats >= allocate(problem, fast=True).seats


@few
@given(towns(most_groups=4, most_families=10))
def test_a_plan_after_one_answer_breaks_no_rule_whatever_the_answer(rows: Rows) -> None:
    groups, families = rows
    plan = allocate(Problem.build(*rows, 7))
    for name, place in plan.placements.items():
        declined = [
            row._replace(choices=tuple(g for g in row.choices if g != place)) if row.id == name else row
            for row in families
        ]
        again(groups, declined, plan, place)
        accepted = [row for row in families if row.id != name]
        size = next(row.size for row in families if row.id == name)
        taken = [row._replace(confirmed=row.confirmed + size) if row.id == place else row for row in groups]
        again(taken, accepted, plan, place)


def test_an_answer_in_one_part_leaves_the_others_alone() -> None:
    groups = [group("farsta", capacity=1), group("alvsjo", capacity=1)]
    families = [family("Amina", "farsta"), family("Ben", "farsta", days=1), family("Noor", "alvsjo")]
    earlier = allocate(Problem.build(groups, families, 7))
    families[0] = families[0]._replace(choices=())
    found = again(groups, families, earlier, "farsta")
    assert dict(found.placements) == {"Ben": "farsta", "Noor": "alvsjo"}


def test_at_as_many_seats_the_families_planned_before_keep_their_group() -> None:
    """Either group can start, not both; the earlier plan started the one that is not found first."""
    groups = [group("farsta", capacity=2, minimum=2), group("alvsjo", capacity=2, minimum=2, districts=("*",))]
    families = [family("Amina", "farsta", "alvsjo"), family("Ben", "farsta", "alvsjo", days=1)]
    problem = Problem.build(groups, families, 7)
    assert allocate(problem).started == ("farsta",)
    earlier = Before({"Amina": "alvsjo", "Ben": "alvsjo"}, frozenset({"alvsjo"}))
    assert allocate(problem, before=earlier).started == ("alvsjo",)


def test_names_that_are_gone_are_passed_over() -> None:
    problem = Problem.build([group()], [family("Amina", "farsta")], 7)
    earlier = Before({"Nobody": "farsta", "Amina": "nowhere"}, frozenset({"nowhere"}), frozenset({"nowhere"}))
    assert dict(allocate(problem, before=earlier).placements) == {"Amina": "farsta"}
