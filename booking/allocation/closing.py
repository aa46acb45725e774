"""Which groups start: close what misses its minimum, and try whether others should have been open.

Rules: the group that is furthest from its minimum closes first and its families ask on; a group that
starts with those it has is never closed. A trial is kept when fewer claims are passed over, or as few
and more persons seated. The search counts its steps; the clock can only end it early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from booking.allocation.acceptance import Seating
from booking.allocation.lists import Lists
from booking.allocation.pairs import take_a_pair
from booking.allocation.repair import exceptions, repair

TRIALS = 40
"""How many trials the search may make per group of a market."""

PATIENCE = 2
"""How many times the search goes round all groups without finding anything better before it ends."""


class Merit(NamedTuple):
    """What makes one seating better than another; the larger goes first."""

    unexcepted: int
    seats: int


def merit(seating: Seating) -> Merit:
    """Return the merit of a settled seating."""
    return Merit(-len(exceptions(seating)), seating.seats())


def seat_everyone(market: Lists, opened: list[bool]) -> Seating:
    """Let everyone ask from the start, with these groups open, and close what misses its minimum."""
    seating = Seating(market, opened)
    _close_the_short(seating)
    return seating


def first_seating(market: Lists) -> Seating:
    """Seat everyone with every group open that could start at all."""
    return seat_everyone(market, [market.could_start(g) for g in range(len(market.groups))])


def _close_the_short(seating: Seating, *, pairs: bool = False) -> None:
    """Close what misses its minimum; with `pairs`, see first whether a pair would save it."""
    seating.settle()
    short = _shortest(seating)
    while short is not None:
        if not (pairs and take_a_pair(seating, short)):
            seating.close(short)
        seating.settle()
        short = _shortest(seating)
    if seating.circled:
        repair(seating)


def _shortest(seating: Seating) -> int | None:
    """Return the open group furthest from its minimum, as a share of it; None when all reach theirs."""
    market = seating.market
    shares = [
        (seating.taken(g) / market.minimum[g], g)
        for g, is_open in enumerate(seating.open)
        if is_open and seating.taken(g) < market.minimum[g]
    ]
    return min(shares)[1] if shares else None


def improve(seating: Seating, stop: Callable[[], bool]) -> Seating:
    """Try other sets of open groups, in turn, and return the best seating found."""
    search = _Search(seating, stop)
    search.run()
    return search.settled()


class _Search:
    """Goes round the groups, opening the closed and closing the open, until a while brings nothing."""

    def __init__(self, seating: Seating, stop: Callable[[], bool]) -> None:
        self.best = self.now = seating
        self.merit = merit(seating)
        self.stop = stop
        self.trials_left = TRIALS * len(seating.open)
        self.in_vain = 0

    def run(self) -> None:
        """Try each group in turn; as good is taken too, for it may lead on to better."""
        groups = len(self.now.open)
        while self.in_vain < PATIENCE * groups and self._go_on():
            for group in range(groups):
                self.in_vain += 1
                self._try(group)

    def _go_on(self) -> bool:
        return self.trials_left > 0 and not self.stop()

    def _try(self, group: int) -> None:
        if not self._go_on() or self.now.market.starts_anyway(group):
            return
        if not self.now.open[group]:
            if wanted(self.now, group):
                self._keep(reopened(self.now, [group]))
            return
        trial = without(self.now, group)
        self.trials_left -= 1
        for other in neighbours(trial, group):
            if self._go_on() and wanted(trial, other):
                trial = max(trial, reopened(trial, [other]), key=merit)
                self.trials_left -= 1
        self._keep(trial)

    def _keep(self, trial: Seating) -> None:
        """Go on from a trial that is no worse, and remember it if it is better."""
        self.trials_left -= 1
        found = merit(trial)
        if found < self.merit:
            return
        self.now = trial
        if found > self.merit:
            self.best, self.merit, self.in_vain = trial, found, 0

    def settled(self) -> Seating:
        """Seat everyone anew with the groups found, so that the way there leaves no trace."""
        anew = seat_everyone(self.best.market, self.best.open)
        return anew if merit(anew) >= self.merit else self.best


def neighbours(seating: Seating, group: int) -> list[int]:
    """Return the closed groups that those who chose this one chose as well."""
    market = seating.market
    chosen = {other for claim, _ in market.choosers[group] for other in market.choices[claim % market.n]}
    return sorted(other for other in chosen if other != group and not seating.open[other])


def reopened(seating: Seating, groups: list[int]) -> Seating:
    """Return a copy in which these groups are open and what then misses its minimum is closed."""
    trial = seating.copy()
    for group in groups:
        trial.reopen(group)
    _close_the_short(trial, pairs=True)
    return trial


def without(seating: Seating, group: int) -> Seating:
    """Return a copy in which this group is closed and those open instead that its families fill."""
    trial = seating.copy()
    trial.close(group)
    for other in neighbours(trial, group):
        if trial.market.could_start(other):
            trial.reopen(other)
    _close_the_short(trial, pairs=True)
    return trial


def takers(seating: Seating, group: int) -> int:
    """Return how many persons a closed group would have: confirmed, and those who would come gladly."""
    market = seating.market
    left, guests_left = market.free[group], market.guest_places[group]
    for strength, position in market.choosers[group]:
        size = market.size[strength % market.n]
        guests = size if strength >= market.n else 0
        if position < seating.tried[strength % market.n] and left >= size and guests_left >= guests:
            left -= size
            guests_left -= guests
    return market.confirmed[group] + market.free[group] - left


def wanted(seating: Seating, group: int) -> bool:
    """Whether a group is closed though enough would come gladly, or one too few, whom a pair may save."""
    return not seating.open[group] and takers(seating, group) >= seating.market.minimum[group] - 1
