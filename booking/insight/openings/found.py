"""What a search finds, to and from JSON. Ids are row ids; days and hours are texts as ISO writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Opening:
    """A group that could be, and what it would do, compared with the plan without it.

    `fitting` families wait for the programme and could come; with the group, `more` families get a place in all, and
    `people` persons would be in the group: at least its `minimum`, at most its `capacity`. `weeks_waited` is how long
    those with a new place have waited on average, `weeks_saved` what they would otherwise wait in all, as far as the
    city's history can say.
    """

    programme_id: int
    district_id: int
    weekday: int
    language: str
    first_day: str
    starts_at: str
    venue_id: int
    leader_ids: list[int]
    fitting: int
    more: int
    people: int
    capacity: int
    minimum: int
    weeks_waited: int
    weeks_saved: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A group that families wait for and that cannot be opened: `why` is "leaders" or "venue".

    `free` is how many certified leaders are free then, of the `needed`.
    """

    programme_id: int
    district_id: int
    weekday: int
    language: str
    fitting: int
    why: str
    free: int
    needed: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A group in another district that could be opened by agreement, so that it belongs to both districts.

    `can_come` families of the district have said yes to it, `might_come` could but for not having named that district.
    By trial, `helped` more families of the district get a place, `if_asked` more when those who might come say yes;
    then `others` more (or fewer) families elsewhere do.
    """

    group_id: int
    district_id: int
    minutes: int
    can_come: int
    might_come: int
    helped: int
    if_asked: int
    others: int

    @property
    def more(self) -> int:
        """How many more families get a place in all, when those who might come are asked and say yes."""
        return self.if_asked + self.others


@dataclass(frozen=True, slots=True)
class Missing:
    """A district with no coming group in a programme that `waiting` of its families wait for."""

    programme_id: int
    district_id: int
    waiting: int
    neighbours: list[Neighbour] = field(default_factory=list)

    @property
    def gain(self) -> tuple[int, int, int]:
        """What the best agreement would do, and how many wait: to compare with others."""
        best = max(((each.more, each.if_asked) for each in self.neighbours), default=(0, 0))
        return *best, self.waiting


@dataclass(frozen=True, slots=True)
class Found:
    """All of it, best first. `possible` groups could be opened, of which `tried` were tried with the engine."""

    openings: list[Opening] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    possible: int = 0
    tried: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Found:
        """As it was kept."""
        return Found(
            openings=[Opening(**each) for each in kept.get("openings", [])],
            blocked=[Blocked(**each) for each in kept.get("blocked", [])],
            missing=[_missing(each) for each in kept.get("missing", [])],
            possible=kept.get("possible", 0),
            tried=kept.get("tried", 0),
            seconds=kept.get("seconds", 0.0),
        )


def _missing(kept: Mapping[str, Any]) -> Missing:
    return Missing(**{**kept, "neighbours": [Neighbour(**each) for each in kept["neighbours"]]})
