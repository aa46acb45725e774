"""A trial: the same families and groups as in the run it is compared with, but some groups of another size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from booking.allocation.files import parse_problem
from booking.allocation.problem import Ints
from booking.catalogue.groups import Group
from booking.places import runs
from booking.places.explaining import OwnCode
from booking.places.run_engine.history import read_guests
from booking.places.run_engine.loading import Loaded
from booking.places.run_engine.steered import Steered
from booking.places.runs import AllocationRun


def as_in(db: Session, base: AllocationRun) -> Loaded | None:
    """What a run was computed from, or None when it is no longer kept; its steers are settled already."""
    kept = runs.find_snapshot(db, base.id)
    if kept is None:
        return None
    problem = parse_problem(kept.problem)
    weighed = set(problem.family_ids)
    rest = [each for each in runs.list_decisions(db, base.id) if str(each.registration_id) not in weighed]
    steered = Steered()
    for each in rest:
        if each.reason_code in (OwnCode.PINNED.value, OwnCode.PINNED_SHORT.value):
            steered.pinned[each.registration_id] = each.group_id or each.reason_group_id or 0
        if each.group_id is not None and str(each.group_id) not in problem.group_ids:
            steered.full_enough.add(each.group_id)
    aside = {each.registration_id: (OwnCode(each.reason_code), None) for each in rest}
    pinned = {each: (OwnCode.PINNED, group) for each, group in steered.pinned.items()}
    return Loaded(problem, {**aside, **pinned}, steered)


def changed(db: Session, loaded: Loaded, trial: dict[str, Any], day: date) -> Loaded:
    """The same with the capacities and minimums of the trial; a group that is not in the problem is passed over."""
    problem, guests = loaded.problem, read_guests(db)
    capacity, minimum, guest_places = (
        each.copy() for each in (problem.capacity, problem.minimum, problem.guest_places)
    )
    rows = {name: row for row, name in enumerate(problem.group_ids)}
    for name, wanted in trial["groups"].items():
        if name not in rows:
            continue
        row, group = rows[name], db.get_one(Group, int(name))
        more = wanted.get("capacity", group.capacity) - int(capacity[row])
        # Where no guest may come, even more places may be held for residents than are free: those count too.
        spare = int(guest_places[row]) or min(0, group.guest_cap(day) - guests.get(group.id, 0))
        guest_places[row] = max(0, spare + more)
        capacity[row] += more
        minimum[row] = wanted.get("minimum", group.minimum)
    tried = replace(problem, capacity=_frozen(capacity), minimum=_frozen(minimum), guest_places=_frozen(guest_places))
    return replace(loaded, problem=tried)


def _frozen(values: np.ndarray[Any, Any]) -> Ints:
    values.setflags(write=False)
    return values
