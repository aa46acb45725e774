"""Bound and plan closing in on each other until they meet, or the budget is spent.

Rule: the program's rows are true of every plan that keeps H1 to H4 and C without exception, so its value is
a bound on those; every plan handed back was judged by the claims themselves. The best is proven when they
meet. Turns and nodes are counted; the brake only ends it early.
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
from booking.allocation.exact.rarities import rarely_missing
from booking.allocation.market import Market
from booking.allocation.problem import Ints

TOLERANCE = 0.01
"""How far the solver's figures are trusted: a bound is rounded down only from this far below a whole number."""

MOST_ROWS, MOST_ROWS_OF_LARGE = 3, 1
"""How many rows a turn adds at most, per group, limit and kind of teeth."""

PATIENCE = 8
"""How many turns may pass without the bound coming down before fractions are given up."""

TIDY = 4
"""After so many turns, rows that hold nothing back are dropped."""

FEW_ROWS = 10
"""With fewer rows than this found halfway to the best plan, the point itself is looked at as well."""

LARGEST = 6_000
"""Markets with more choices than this are not tried in whole numbers."""


class Exact(NamedTuple):
    """The best seating found (positions in each family's list, or -1); no plan of this market has more than `bound`.

    `proven`: it has no exceptions and as many seats as the bound allows.
    """

    at: Ints
    bound: int
    proven: bool


def solve(market: Market, at: Ints, *, nodes: int, stop: Callable[[], bool]) -> Exact:
    """Better a valid seating as far as so many turns and nodes allow, and say how many seats there are at most."""
    search = _Search(market, at, nodes, stop)
    search.run()
    return search.result()


def close_in(market: Market, at: Ints, *, turns: int, stop: Callable[[], bool]) -> Exact:
    """Do so many turns in fractions only; cheaper than `solve`, and nearly as close where markets are large."""
    search = _Search(market, at, turns, stop)
    search.close_in()
    return search.result()


class _Search:
    def __init__(self, market: Market, at: Ints, nodes: int, stop: Callable[[], bool]) -> None:
        self.market, self.stop, self.left = market, stop, nodes
        self.model = Model.of(market)
        self.program = self.model.program()
        self.best, self.judged = at, judge(market, at)
        self.most_rows = MOST_ROWS if self.model.entries <= LARGEST else MOST_ROWS_OF_LARGE
        self.bound = self.unclaimed = self.model.most_seats()
        self.kept = self.program.rows
        self.impossible = False

    def run(self) -> None:
        """Close in by fractions first, then look for whole plans above the best known."""
        self.close_in()
        while not self._done() and self.model.entries <= LARGEST and self._decide():
            pass

    def result(self) -> Exact:
        """Return what was found; where no plan without exceptions is known, the bound heeds no claims."""
        bound = max(self.bound if self.judged.clean else self.unclaimed, self.judged.seats)
        return Exact(self.best, bound, self.judged.clean and bound == self.judged.seats)

    def _done(self) -> bool:
        met = self.judged.clean and self.bound <= self.judged.seats
        return met or self.impossible or self.left <= 0 or self.stop()

    def _least(self) -> int:
        """Return the seats that would be news."""
        return self.judged.seats + 1 if self.judged.clean else 0

    def close_in(self) -> None:
        """Bring the bound down by what the claims demand, until the point satisfies it or nothing comes of it."""
        in_vain = 0
        while not self._done():
            relaxed = self.program.relax(self.stop)
            if relaxed is None or relaxed.impossible:
                self.impossible = relaxed is not None
                return
            if self.program.rows == self.kept:
                self.unclaimed = min(self.unclaimed, floor(relaxed.value + TOLERANCE))
            in_vain = 0 if self._lower(relaxed.value) else in_vain + 1
            if in_vain > PATIENCE or not self._demand(relaxed.point):
                self._tidy()
                return

    def _demand(self, point: Reals) -> bool:
        """Let a point lead to a plan, and add what it misses; False when it misses nothing."""
        self.left -= 1
        self._offer(led_by(self.model, point))
        if self.left % TIDY == 0:
            self.program.drop_loose(self.kept)
        rows = []
        if self.judged.clean:
            # Halfway between a point and a plan the rows found cut deeper.
            rows = missing(self.model, (point + self.model.point(self.best)) / 2, self.most_rows)
        if len(rows) < FEW_ROWS:
            rows += missing(self.model, point, self.most_rows)
        self.program.add(rows)
        return bool(rows)

    def _tidy(self) -> None:
        """Keep for good what holds the last point back, and drop the rest."""
        self.program.drop_loose(self.kept)
        self.kept = self.program.rows

    def _lower(self, value: float) -> bool:
        """Take a value as bound; say whether it is a lower one."""
        before, self.bound = self.bound, min(self.bound, floor(value + TOLERANCE))
        return self.bound < before

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
            self.impossible = not self.judged.clean
            self.bound = self.judged.seats if self.judged.clean else self.bound
            return False
        if np.isfinite(decided.bound):
            self._lower(decided.bound)
        if decided.point is None or decided.cut_short:
            return False
        point = np.round(decided.point)
        self._offer(self._seating(point))
        rows = missing(self.model, point, self.most_rows) + rarely_missing(self.model, point)
        self._settle(point)
        self.program.add(rows)
        self.kept = self.program.rows
        return bool(rows)

    def _settle(self, point: Reals) -> None:
        """See what the groups that start at this point can come to, and what the claims then demand."""
        groups = np.arange(self.model.entries, point.size)
        self.program.fix(groups, point[groups], point[groups])
        least = self._least() - TOLERANCE
        for turn in range(PATIENCE + 1):
            relaxed = self.program.relax(self.stop)
            if relaxed is None or relaxed.impossible:
                break
            if relaxed.value < least or turn == PATIENCE or self._done() or not self._demand(relaxed.point):
                self._tidy()
                break
        lower, upper = self.model.bounds()
        self.program.fix(groups, lower[groups], upper[groups])

    def _seating(self, point: Reals) -> Ints:
        """Return who sits where at a whole point."""
        start = self.market.start
        at = np.full(self.market.n, NOWHERE)
        sits = np.flatnonzero(point[: self.model.entries] > 0.5)
        at[self.model.owner[sits]] = sits - start[self.model.owner[sits]]
        return at


def _merit(judged: Judged) -> tuple[bool, int, int]:
    return judged.valid, -judged.exceptions, judged.seats
