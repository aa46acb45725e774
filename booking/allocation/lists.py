"""A market as plain lists, which loops of plain Python read fast."""

from __future__ import annotations

from dataclasses import dataclass

from booking.allocation.market import Market


@dataclass(slots=True)
class Lists:
    """The columns of a market as lists, cut by family and by group.

    `claims[i][p]` is family i's claim to its choice p; `choosers[g]` lists (claim, p) of all who chose
    g, strongest first.
    """

    families: list[int]
    groups: list[int]
    n: int
    size: list[int]
    flexible: list[bool]
    choices: list[list[int]]
    claims: list[list[int]]
    choosers: list[list[tuple[int, int]]]
    free: list[int]
    guest_places: list[int]
    confirmed: list[int]
    minimum: list[int]
    startable: list[bool]

    @staticmethod
    def of(market: Market) -> Lists:
        """Return the lists of a market."""
        start = market.start.tolist()
        cuts = list(zip(start, start[1:], strict=False))
        group, claim = market.group.tolist(), market.claim.tolist()
        choosers: list[list[tuple[int, int]]] = [[] for _ in range(market.m)]
        for first, end in cuts:
            for entry in range(first, end):
                choosers[group[entry]].append((claim[entry], entry - first))
        return Lists(
            families=market.families.tolist(),
            groups=market.groups.tolist(),
            n=market.n,
            size=market.size.tolist(),
            flexible=market.flexible.tolist(),
            choices=[group[first:end] for first, end in cuts],
            claims=[claim[first:end] for first, end in cuts],
            choosers=[sorted(each) for each in choosers],
            free=market.free.tolist(),
            guest_places=market.guest_places.tolist(),
            confirmed=market.confirmed.tolist(),
            minimum=market.minimum.tolist(),
            startable=market.could_start().tolist(),
        )

    def starts_anyway(self, group: int) -> bool:
        """Whether the group starts with those it already has."""
        return self.confirmed[group] >= self.minimum[group]

    def could_start(self, group: int) -> bool:
        """Whether the group could reach its minimum if everyone who chose it came."""
        return self.startable[group]
