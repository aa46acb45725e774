"""What the claims demand in the rare case that a single stands behind a pair, as rows for a whole point.

A pair may sit before a single with a stronger claim only in a group exactly at its minimum, and never while
two singles wait who would both fit in its place, one of them with a stronger claim. `cuts` leaves these
cases open; here they are closed one by one, as a whole point runs into them.
"""

from __future__ import annotations

import numpy as np

from booking.allocation.exact.cuts import liked_as_well
from booking.allocation.exact.model import Model
from booking.allocation.exact.program import INFINITY, Reals, Row
from booking.allocation.problem import Ints


def rarely_missing(model: Model, point: Reals) -> list[Row]:
    """Return the rows that a whole point does not satisfy in groups where a single stands behind a pair."""
    sits = point[: model.entries] > 0.5
    content = sits | (liked_as_well(model, point[: model.entries]) > 0.5)
    starts = model.market.start
    placed = np.add.reduceat(np.append(sits, False), starts[:-1]) > 0
    placed &= np.diff(starts) > 0
    rows: list[Row] = []
    for group in np.flatnonzero(model.needs > 0).tolist():
        entries = model.ranked[group]
        pairs = entries[sits[entries] & (model.persons[entries] == 2)]
        if not pairs.size:
            continue
        single = model.persons[entries] == 1
        behind = entries[single & ~content[entries]]
        rows += _above_its_minimum(model, group, behind, pairs, point)
        rows += _two_singles(model, group, entries[single & ~placed[model.owner[entries]]], pairs, point)
    return [row for row in rows if not row.lower - 1e-6 <= row.values @ point[row.columns] <= row.upper + 1e-6]


def _above_its_minimum(model: Model, group: int, behind: Ints, pairs: Ints, point: Reals) -> list[Row]:
    """While a single stands behind a weaker pair, the group stays at its minimum; one row, for the strongest single."""
    claim = model.market.claim
    weakest = pairs[-1]
    guests_only = behind[model.guest[behind]] if model.guest[weakest] else behind[:0]
    for single in [*behind[:1].tolist(), *guests_only[:1].tolist()]:
        if claim[single] > claim[weakest] or (model.guest[single] and not model.guest[weakest]):
            continue
        entries, spare = model.ranked[group], float(model.free[group] - model.needs[group])
        content = _content_entries(model, single)
        columns = np.concatenate((entries, content, [weakest]))
        values = np.concatenate((model.persons[entries], np.full(content.size, -spare), [spare]))
        return [_row(columns, values, upper=float(model.free[group]))]
    return []


def _content_entries(model: Model, entry: int) -> Ints:
    """Return the entries that make an entry's owner content, its own among them."""
    family = int(model.owner[entry])
    first, end = int(model.market.start[family]), int(model.market.start[family + 1])
    return np.arange(first, end if model.market.flexible[family] else entry + 1)


def _two_singles(model: Model, group: int, waiting: Ints, pairs: Ints, point: Reals) -> list[Row]:
    """A pair leaves when two singles wait who fit in its place, unless the guest places left forbid it."""
    for pair in pairs[::-1].tolist():
        if waiting.size < 2 or model.market.claim[waiting[0]] > model.market.claim[pair]:
            continue
        one, other = waiting[:2].tolist()
        places = np.concatenate([_places(model, one), _places(model, other)])
        columns, values = np.append(places, pair), np.append(np.full(places.size, -1.0), 1.0)
        if model.guest[pair] or not model.guest[other]:
            return [_row(columns, values, upper=0.0)]
        limit = float(model.guests[group])
        guests = model.ranked[group][model.guest[model.ranked[group]]]
        columns, values = np.concatenate((columns, guests)), np.concatenate((limit * values, -model.persons[guests]))
        return [_row(columns, values, upper=0.0)]
    return []


def _places(model: Model, entry: int) -> Ints:
    """Return all entries of an entry's owner."""
    family = int(model.owner[entry])
    return np.arange(int(model.market.start[family]), int(model.market.start[family + 1]))


def _row(columns: Ints, values: Reals, *, upper: float) -> Row:
    """Return a row that must not be above this, each column named once."""
    named, where = np.unique(columns, return_inverse=True)
    return Row(-INFINITY, upper, named, np.bincount(where, values).astype(np.float64))
