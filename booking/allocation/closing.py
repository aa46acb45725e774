"""Which groups start: close what misses its minimum, and try whether others should have been open.

Rules: the group that is furthest from its minimum closes first and its families ask on; a group that
starts with those it has is never closed. A trial is kept when fewer claims are passed over, or as few
and more persons seated. The search counts its steps; the clock can only end it early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from booking.allocation.acceptance import Seating
from booking.allocation.market import Market
from booking.allocation.repair import exceptions, repair

TRIALS = 12
"""How many trials the search may make per group of a market."""


class Merit(NamedTuple):
    """What makes one seating better than another; the larger goes first."""

    unexcepted: int
    seats: int


def merit(seating: Seating) -> Merit:
    """Return the merit of a settled seating."""
    return Merit(-len(exceptions(seating)), seating.seats())


def seat_everyone(market: Market, opened: list[bool]) -> Seating:
    """Let everyone ask from the start, with these groups open, and close what misses its minimum."""
    seating = Seating(market, opened)
    _close_the_short(seating)
    return seating


def first_seating(market: Market) -> Seating:
    """Seat everyone with every group open that could start at all."""
    return seat_everyone(market, [market.could_start(g) for g in range(len(market.groups))])


def _close_the_short(seating: Seating) -> None:
    seating.settle()
    short = _shortest(seating)
    while short is not None:
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
    while search.go_on() and (search.reopen_some() or search.close_some()):
        pass
    return search.settled()


class _Search:
    def __init__(self, seating: Seating, stop: Callable[[], bool]) -> None:
        self.best = seating
        self.merit = merit(seating)
        self.stop = stop
        self.trials_left = TRIALS * len(seating.open)

    def go_on(self) -> bool:
        return self.trials_left > 0 and not self.stop()

    def keep(self, trial: Seating) -> bool:
        """Take a trial as the new best if it is better; say whether it was."""
        self.trials_left -= 1
        found = merit(trial)
        if found <= self.merit:
            return False
        self.best, self.merit = trial, found
        return True

    def reopen_some(self) -> bool:
        """Try each closed group that enough families would like better than what they have."""
        found = False
        for group in range(len(self.best.open)):
            if self.go_on() and wanted(self.best, group):
                found = self.keep(reopened(self.best, group)) or found
        return found

    def close_some(self) -> bool:
        """Try to do without each open group, and with each closed one that its families then fill."""
        for group, is_open in enumerate(self.best.open):
            if is_open and self.go_on() and not self.best.market.starts_anyway(group):
                trial = closed(self.best, group)
                if self.keep(trial) or self._reopen_others(trial, group):
                    return True
        return False

    def _reopen_others(self, trial: Seating, group: int) -> bool:
        for other in range(len(trial.open)):
            if other != group and self.go_on() and wanted(trial, other) and self.keep(reopened(trial, other)):
                return True
        return False

    def settled(self) -> Seating:
        """Seat everyone anew with the groups found, so that the way there leaves no trace."""
        anew = seat_everyone(self.best.market, self.best.open)
        return anew if merit(anew) >= self.merit else self.best


def reopened(seating: Seating, group: int) -> Seating:
    """Return a copy in which this group was opened again and what then misses its minimum closed."""
    trial = seating.copy()
    trial.reopen(group)
    _close_the_short(trial)
    return trial


def closed(seating: Seating, group: int) -> Seating:
    """Return a copy in which this group was closed and its families asked on."""
    trial = seating.copy()
    trial.close(group)
    _close_the_short(trial)
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
    """Whether a group is closed though enough would come gladly."""
    return not seating.open[group] and takers(seating, group) >= seating.market.minimum[group]
