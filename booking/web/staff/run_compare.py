"""What one run changes, seen from another: who gains, loses or moves, and which groups start or no longer do.

Own families stand by name; of others there are only numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import select

from booking.catalogue.groups import Group
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import runs as all_runs
from booking.places.runs import COMPUTED, AllocationRun, Difference, Move, RunDecision, RunState
from booking.web import access
from booking.web.staff import door, own
from booking.web.staff.registration import reason_of

SHOWN = ("gained", "lost", "moved")


@dataclass(frozen=True, slots=True)
class Changed:
    """An own family whose place differs; `why` is the reason in the run that is looked at."""

    registration: Registration
    before: Group | None
    after: Group | None
    why: str


@door.get("/forslag/<code>/skillnad")
@access.for_staff
def run_compare(code: str) -> str:
    """The run beside the one it follows, or beside the one the address names."""
    run = all_runs.get_by_code(access.db(), code)
    other = _other(run)
    found = differs(run, other)
    asked = request.args.get("show", "")
    show = asked if asked in SHOWN else _first(found)
    moves = _mine(getattr(found, show), run, other) if found and other else []
    paging = own.paging(len(moves))
    return render_template(
        "staff/run_compare.html",
        run=run,
        other=other,
        others=_others(run),
        difference=found,
        show=show,
        rows=_rows(moves[paging.offset : paging.offset + own.PAGE], run),
        mine=len(moves),
        total=len(getattr(found, show)) if found else 0,
        paging=paging,
        started=_groups(found.reached) if found else [],
        stopped=_groups(found.short) if found else [],
    )


def differs(run: AllocationRun, other: AllocationRun | None) -> Difference | None:
    """What the run changes, or None when there is nothing to compare with, or its details are no longer kept."""
    if other is None or not run.figures:
        return None
    try:
        return all_runs.difference(access.db(), run, other)
    except all_runs.Refused:
        return None


def _other(run: AllocationRun) -> AllocationRun | None:
    code = request.args.get("with", "")
    return all_runs.get_by_code(access.db(), code) if code else all_runs.find_previous(access.db(), run)


def _others(run: AllocationRun) -> list[AllocationRun]:
    """The latest runs it may be compared with."""
    states = (*COMPUTED, RunState.TRIED)
    return [each for each in all_runs.list_recent(access.db()) if each.state in states and each.id != run.id]


def _first(found: Difference | None) -> str:
    """The first of the lists that has anybody in it."""
    return next((name for name in SHOWN if found and getattr(found, name)), SHOWN[0])


def _mine(moves: Sequence[Move], run: AllocationRun, other: AllocationRun) -> list[Move]:
    """The moves of own families."""
    if access.account().is_central:
        return list(moves)
    query = select(RunDecision.registration_id).where(RunDecision.run_id.in_((run.id, other.id)))
    query = query.join(Registration, Registration.id == RunDecision.registration_id)
    query = query.join(Family, Family.id == Registration.family_id)
    mine = set(access.db().scalars(query.where(Family.home_district_id.in_(own.home_ids(own.districts())))))
    return [move for move in moves if move.registration_id in mine]


def _rows(moves: list[Move], run: AllocationRun) -> list[Changed]:
    ids = [move.registration_id for move in moves]
    query = select(RunDecision).where(RunDecision.run_id == run.id, RunDecision.registration_id.in_(ids))
    decided = {each.registration_id: each for each in access.db().scalars(query)}
    found = access.db().scalars(select(Registration).where(Registration.id.in_(ids)))
    known = {each.id: each for each in found}
    groups = {each.id: each for each in _groups([key for move in moves for key in (move.before, move.after) if key])}
    return [
        Changed(
            known[move.registration_id],
            groups.get(move.before or 0),
            groups.get(move.after or 0),
            reason_of(decided[move.registration_id]) if move.registration_id in decided else "",
        )
        for move in moves
    ]


def _groups(ids: Sequence[int]) -> list[Group]:
    return list(access.db().scalars(select(Group).where(Group.id.in_(ids)).order_by(Group.first_day, Group.id)))
