"""Where a run starts from: the last plan as far as it still stands, so that unsent plans change no more than they must.

Families see offers, never plans; but whoever works with a proposal should find the next one much the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.allocation.plan import Before
from booking.allocation.policy import RULE
from booking.allocation.problem import Problem
from booking.places import runs
from booking.places.run_engine.loading import Loaded
from booking.places.runs import ANSWERED, AllocationRun, RunDecision, RunState

Record = dict[str, Any]


def fingerprint(loaded: Loaded, text: str) -> str:
    """The hash of all that a run decides from; `text` is the problem's."""
    aside = sorted((each, code.value, group) for each, (code, group) in loaded.aside.items())
    return hashlib.sha256(f"{RULE}\n{text}\n{aside}".encode()).hexdigest()


def find_same(db: Session, run: AllocationRun, mark: str) -> AllocationRun | None:
    """The run whose proposal says it all already: nothing has changed, and nobody but the clock asked.

    A plan for which the time ran out, or which only mended what an answer had touched, is worth the hour's search. One
    of which something was published says nothing any more: if all is as it was, its offers have been undone.
    """
    last = runs.find_last(db)
    if last is None or run.slot is None or run.requested_by_id is not None:
        return None
    if last.state is not RunState.PROPOSED or last.published_at is not None or last.fingerprint != mark:
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
    news = News(frozenset(), {}) if snapshot is None else news_since(snapshot.problem, text)
    # A group that nobody could fill before may start now that something has happened to it, and newcomers begin where
    # they would like to be: otherwise a plan that changes little would send them where others already go.
    open_ones = (news.groups | {str(group) for group in last.figures.get("started", ())}) & groups
    liked = {family: choices[0] for family, choices in news.families.items() if choices}
    partly = (run.is_trial or _answered(run)) and snapshot is not None
    return Before(liked | kept, open_ones, news.groups if partly else None)


def _answered(run: AllocationRun) -> bool:
    return run.slot is not None and run.slot.startswith(ANSWERED)


class News(NamedTuple):
    """What differs between two problems: groups, and families with what they now choose, best first."""

    groups: frozenset[str]
    families: dict[str, list[str]]


def news_since(one: str, other: str) -> News:
    """What differs between the texts of two problems; a group differs too when a family chose it who differs."""
    before, after = json.loads(one), json.loads(other)
    groups = _differing(before["groups"], after["groups"])
    families = _differing(before["families"], after["families"])
    chosen = {group for records in families for each in records.values() for group in each["choices"]}
    touched = frozenset(chosen.union(*groups))
    return News(touched, {name: each["choices"] for name, each in families[1].items()})


def _differing(before: list[Record], after: list[Record]) -> tuple[dict[str, Record], dict[str, Record]]:
    """The records by id that are not the same in both, as they were and as they are."""
    one, other = ({each["id"]: each for each in records} for records in (before, after))
    was = {name: each for name, each in one.items() if other.get(name) != each}
    return was, {name: each for name, each in other.items() if one.get(name) != each}
