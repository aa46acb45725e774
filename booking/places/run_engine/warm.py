"""Where a run starts from: the last plan as far as it still stands, so that unsent plans change no more than they must.

Families see offers, never plans; but whoever works with a proposal should find the next one much the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.allocation.plan import Before
from booking.allocation.policy import RULE
from booking.allocation.problem import Problem
from booking.places import runs
from booking.places.run_engine.loading import Loaded
from booking.places.runs import ANSWERED, AllocationRun, RunDecision, RunState


def fingerprint(loaded: Loaded, text: str) -> str:
    """The hash of all that a run decides from; `text` is the problem's."""
    aside = sorted((each, code.value, group) for each, (code, group) in loaded.aside.items())
    return hashlib.sha256(f"{RULE}\n{text}\n{aside}".encode()).hexdigest()


def find_same(db: Session, run: AllocationRun, mark: str) -> AllocationRun | None:
    """The run whose proposal says it all already: nothing has changed, and nobody but the clock asked.

    A plan for which the time ran out, or which only mended what an answer had touched, is worth the hour's search.
    """
    last = runs.find_last(db)
    if last is None or run.slot is None or run.requested_by_id is not None:
        return None
    if last.state not in (RunState.PROPOSED, RunState.PUBLISHED) or last.fingerprint != mark:
        return None
    searched = not last.figures["stopped_early"] and not _answered(last)
    return last if last.figures["proven"] or searched else None


def before(db: Session, run: AllocationRun, problem: Problem, text: str) -> Before | None:
    """The plan to keep to: the one a trial is compared with, or else the last.

    Whoever has been offered a place since is not in the problem, and so not in what is handed over either. After an
    answer, and in a trial, only what differs from that run's problem is planned anew.
    """
    last = run.based_on or runs.find_last(db)
    if last is None:
        return None
    query = select(RunDecision.registration_id, RunDecision.group_id).where(
        RunDecision.run_id == last.id, RunDecision.group_id.is_not(None)
    )
    families, groups = set(problem.family_ids), set(problem.group_ids)
    placed = {str(family): str(group) for family, group in db.execute(query)}
    kept = {family: group for family, group in placed.items() if family in families and group in groups}
    snapshot = runs.find_snapshot(db, last.id)
    news = frozenset() if snapshot is None else touched(snapshot.problem, text)
    # A group that nobody could fill before may start now that something has happened to it.
    open_ones = (news | {str(group) for group in last.figures.get("started", ())}) & groups
    partly = (run.is_trial or _answered(run)) and snapshot is not None
    return Before(kept, open_ones, news if partly else None)


def _answered(run: AllocationRun) -> bool:
    return run.slot is not None and run.slot.startswith(ANSWERED)


def touched(one: str, other: str) -> frozenset[str]:
    """The groups that differ between the texts of two problems, and those that a family chose who differs."""
    before, after = json.loads(one), json.loads(other)
    groups = _differing(before["groups"], after["groups"])
    families = _differing(before["families"], after["families"])
    return frozenset(each["id"] for each in groups) | {group for each in families for group in each["choices"]}


def _differing(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    one, other = ({each["id"]: each for each in records} for records in (before, after))
    changed = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    return [records[name] for name in changed for records in (one, other) if name in records]
