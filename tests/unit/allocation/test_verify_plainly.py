"""The check finds exactly what one finds by trying everything, in good plans and in bad ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.allocation.engine import allocate
from booking.allocation.plan import Plan
from booking.allocation.problem import Problem
from booking.allocation.verify import verify
from tests.unit.allocation.plainly import Found, Plainly
from tests.unit.allocation.towns import Rows, towns

SEED = 7

few = settings(max_examples=80, deadline=None, derandomize=True)
many = settings(max_examples=4000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


class Mistakes:
    """Makes mistakes in a plan, as a string of bytes says; zeros make none."""

    def __init__(self, text: bytes) -> None:
        self.bytes = iter(text)

    def one_in(self, many: int) -> bool:
        return next(self.bytes) % many == many - 1

    def placements(self, rows: Rows, placed: dict[str, str]) -> dict[str, str]:
        """Take some out, put some elsewhere: now and then where there is no room, or they never wanted to be."""
        groups, families = rows
        found = dict(placed)
        for row in families:
            if not self.one_in(3):
                continue
            liked = [row.id for row in groups] if self.one_in(30) else list(row.choices)
            choice = [None, *liked][next(self.bytes) % (len(liked) + 1)]
            found.pop(row.id, None)
            if choice and (self.one_in(12) or Plainly(*rows, SEED, found, ()).has_room(row.id, choice)):
                found[row.id] = choice
        return found

    def flipped(self, names: list[str], chosen: set[str], many: int) -> tuple[str, ...]:
        """Take a name out or in, once in so many times."""
        return tuple(name for name in names if (name in chosen) != self.one_in(many))


def mistaken(rows: Rows, text: bytes) -> tuple[Problem, Plan]:
    """Return our own plan with mistakes made in it; the groups that reach their minimum start, nearly always."""
    problem = Problem.build(*rows, SEED)
    plan, mistakes = allocate(problem, fast=True), Mistakes(text)
    placements = mistakes.placements(rows, dict(plan.placements))
    judge = Plainly(*rows, SEED, placements, ())
    full = {row.id for row in rows[0] if judge.total(row.id) >= row.minimum}
    started = mistakes.flipped([row.id for row in rows[0]], full, 60)
    passed = set() if mistakes.one_in(2) else set(Plainly(*rows, SEED, placements, started).passed_over())
    exceptions = mistakes.flipped([row.id for row in rows[1]], passed, 50)
    return problem, replace(plan, placements=placements, started=started, exceptions=exceptions)


def compare(rows: Rows, text: bytes) -> None:
    """What `verify` says of a plan with mistakes is what trying everything says."""
    problem, plan = mistaken(rows, text)
    found: set[Found] = {(b.rule, b.family, b.group) for b in verify(problem, plan) if b.rule != "sums"}
    plainly = Plainly(*rows, SEED, plan.placements, plan.started).breaches(plan.exceptions)
    crowded = {group for rule, family, group in plainly if rule == "H1" and family is None}
    if crowded:
        # Who has a claim to a group that holds too many is a question without a meaning.
        assert {each for each in found if each[0] in ("H1", "H2")} == {p for p in plainly if p[0] in ("H1", "H2")}
    else:
        assert found == plainly


mistakes = st.binary(min_size=60, max_size=60)


@few
@given(towns(), mistakes)
def test_the_check_finds_what_trying_everything_finds(rows: Rows, text: bytes) -> None:
    compare(rows, text)


@pytest.mark.sweep
@many
@given(towns(most_groups=4, most_families=10), mistakes)
def test_the_check_finds_it_in_thousands_of_towns(rows: Rows, text: bytes) -> None:
    compare(rows, text)


@few
@given(towns(), st.sampled_from(range(9)), st.sampled_from(range(4)))
def test_whoever_is_put_elsewhere_or_out_is_missed_unless_that_is_a_good_plan_too(
    rows: Rows, who: int, where: int
) -> None:
    groups, families = rows
    problem = Problem.build(groups, families, SEED)
    plan, family = allocate(problem), families[who % len(families)]
    choice = (None, *family.choices)[where % (len(family.choices) + 1)]
    rest = {name: group for name, group in plan.placements.items() if name != family.id}
    placements = rest if choice is None else {**rest, family.id: choice}
    broken = verify(problem, replace(plan, placements=placements))
    # The reasons and the sum still speak of the old place, so a silent change is noticed even where it breaks no rule.
    assert bool(broken) == (placements != plan.placements)
