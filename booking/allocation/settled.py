"""In which groups of a finished plan a count is wrong or a claim is open, over all columns at once."""

from __future__ import annotations

import numpy as np

from booking.allocation.outcome import NOBODY, NOWHERE, Outcome
from booking.allocation.problem import Flags, Ints


def unsettled(outcome: Outcome) -> Flags:
    """Return the groups (flags) that a plan would have to be changed for; a few too many rather than one too few."""
    problem = outcome.problem
    found = (outcome.left < 0) | (outcome.guests_left < 0) | (outcome.started != (outcome.taken >= problem.minimum))
    counts = outcome.envied & outcome.started[problem.choice]
    counts &= ~problem.flexible[outcome.owner] | (outcome.at[outcome.owner] == NOWHERE)
    entries = np.flatnonzero(counts)
    found[problem.choice[entries[_has_claim(outcome, entries)]]] = True
    return np.asarray(found | _two_singles(outcome, entries), dtype=np.bool_)


def _has_claim(outcome: Outcome, entries: Ints) -> Flags:
    """Return for which entries there is room, or weaker members could leave with the minimum still reached."""
    problem, groups = outcome.problem, outcome.problem.choice[entries]
    size = problem.size[outcome.owner[entries]]
    guest = outcome.claim[entries] >= outcome.n
    left = np.where(guest, np.minimum(outcome.left, outcome.guests_left)[groups], outcome.left[groups])
    lacks = size - left
    singles, pairs = _weaker_members(outcome, groups, outcome.claim[entries])
    leaving = np.where((lacks == 1) & (singles > 0), 1, 2)
    enough = (lacks <= leaving) & (singles + 2 * pairs >= lacks)
    enough &= outcome.taken[groups] - leaving + size >= problem.minimum[groups]
    return np.asarray((lacks <= 0) | enough, dtype=np.bool_)


def _weaker_members(outcome: Outcome, groups: Ints, claims: Ints) -> tuple[Ints, Ints]:
    """Return how many singles and how many pairs in these groups have weaker claims than these."""
    seated = outcome.at[outcome.placed]
    keys = outcome.problem.choice[seated] * (2 * outcome.n) + outcome.claim[seated]
    order = np.argsort(keys)
    sizes = outcome.problem.size[outcome.placed][order]
    first = np.searchsorted(keys[order], groups * (2 * outcome.n) + claims, side="right")
    end = np.searchsorted(keys[order], (groups + 1) * (2 * outcome.n))
    singles, pairs = (np.concatenate(([0], np.cumsum(sizes == persons))) for persons in (1, 2))
    return singles[end] - singles[first], pairs[end] - pairs[first]


def _two_singles(outcome: Outcome, entries: Ints) -> Flags:
    """Return the groups in which two unplaced singles may go before a pair."""
    problem = outcome.problem
    unplaced = entries[(outcome.at[outcome.owner[entries]] == NOWHERE) & (problem.size[outcome.owner[entries]] == 1)]
    strongest = np.full(outcome.m, NOBODY, dtype=np.int64)
    np.minimum.at(strongest, problem.choice[unplaced], outcome.claim[unplaced])
    pairs = outcome.at[outcome.placed[problem.size[outcome.placed] == 2]]
    weakest = np.full(outcome.m, -1, dtype=np.int64)
    np.maximum.at(weakest, problem.choice[pairs], outcome.claim[pairs])
    waiting = np.bincount(problem.choice[unplaced], minlength=outcome.m)
    return np.asarray((waiting >= 2) & (strongest < weakest), dtype=np.bool_)
