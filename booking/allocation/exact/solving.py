"""Bound and plan closing in on each other until they meet, or the budget is spent.

Rule: the program's rows are true of every plan that keeps H1 to H4 and C without exception, so its value is
a bound on those; every plan handed back was judged by the claims themselves. The best is proven when they
meet. Rounds and nodes are counted; the brake only ends it early.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import NamedTuple

import numpy as np

from booking.allocation.exact.cuts import missing
from booking.allocation.exact.judging import NOWHERE, Judged, judge
from booking.allocation.exact.leading import led_by
from booking.allocation.exact.model import Model
from booking.allocation.exact.program import Reals
from booking.allocation.market import Market
from booking.allocation.problem import Ints

TOLERANCE = 0.01
"""How far the solver's figures are trusted: a bound is rounded down only from this far below a whole number."""

MOST_ROWS = 3
ROUNDS = 60
PATIENCE = 12
TIDY = 4


class Exact(NamedTuple):
    """The best seating found (positions in each family's list, or -1); no plan of this market has more than `bound`.

    `proven`: it has no exceptions and as many seats as the bound allows.
    """

    at: Ints
    bound: int
    proven: bool


def solve(market: Market, at: Ints, *, nodes: int, stop: Callable[[], bool]) -> Exact:
    """Better a valid seating as far as so many nodes allow, and say how good it is at most."""
    search = _Search(market, at, nodes, stop)
    search.run()
    return search.result()


class _Search:
    def __init__(self, market: Market, at: Ints, nodes: int, stop: Callable[[], bool]) -> None:
        self.market, self.stop, self.left = market, stop, nodes
        self.model = Model.of(market)
        self.program = self.model.program()
        self.best, self.judged = at, judge(market, at)
        self.bound = int(np.minimum(market.size.sum(), market.free.sum()) + market.confirmed.sum())
        self.kept = self.program.rows
        self.impossible = False

    def run(self) -> None:
        """Close in by fractions first, then look for whole plans above the best known."""
        if not self.model.entries:
            self.bound = self.judged.seats
            return
        self._close_in()
        while not self._done() and self._decide():
            pass

    def result(self) -> Exact:
        """Return what was found; nothing is proven of a market that has no plan without exceptions."""
        bound = max(self.bound, self.judged.seats)
        return Exact(self.best, bound, self.judged.clean and bound == self.judged.seats)

    def _done(self) -> bool:
        met = self.judged.clean and self.bound <= self.judged.seats
        return met or self.impossible or self.left <= 0 or self.stop()

    def _least(self) -> int:
        """Return the seats that would be news."""
        return self.judged.seats + 1 if self.judged.clean else 0

    def _close_in(self) -> None:
        """Add what the claims demand until the point satisfies it or nothing more comes of it."""
        in_vain, last = 0, float("inf")
        for turn in range(ROUNDS):
            relaxed = self.program.relax()
            self.left -= 1
            if relaxed is None:
                self.impossible = True
                return
            self._lower(relaxed.value)
            self._lead(relaxed.point)
            in_vain = in_vain + 1 if relaxed.value > last - TOLERANCE else 0
            last = relaxed.value
            if self._done() or in_vain > PATIENCE:
                break
            if turn % TIDY == TIDY - 1:
                self.program.drop_loose(self.kept)
            rows = missing(self.model, relaxed.point, MOST_ROWS)
            if not rows:
                break
            self.program.add(rows)

    def _lower(self, value: float) -> None:
        self.bound = min(self.bound, floor(value + TOLERANCE))

    def _lead(self, point: Reals) -> None:
        self._offer(led_by(self.model, point))

    def _offer(self, at: Ints) -> None:
        """Keep a seating that is better than the best."""
        judged = judge(self.market, at)
        if _merit(judged) > _merit(self.judged):
            self.best, self.judged = at, judged

    def _decide(self) -> bool:
        """Look for a whole plan above the best known; False when there is none or it cannot be told."""
        decided = self.program.decide(self._least(), nodes=self.left, stop=self.stop)
        self.left -= decided.nodes
        if decided.impossible:
            self.bound = self.judged.seats
            return False
        if decided.bound < float("inf"):
            self._lower(decided.bound)
        if decided.point is None:
            return False
        point = np.round(decided.point)
        self._lead(point)
        self._offer(self._seating(point))
        rows = missing(self.model, point, MOST_ROWS)
        self.program.add(rows)
        return bool(rows) and not decided.cut_short

    def _seating(self, point: Reals) -> Ints:
        """Return who sits where at a whole point."""
        start = self.market.start
        at = np.full(self.market.n, NOWHERE)
        sits = np.flatnonzero(point[: self.model.entries] > 0.5)
        at[self.model.owner[sits]] = sits - start[self.model.owner[sits]]
        return at


def _merit(judged: Judged) -> tuple[bool, int, int]:
    return judged.valid, -judged.exceptions, judged.seats
