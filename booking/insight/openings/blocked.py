"""Groups that families enough wait for and that cannot be opened: leaders or a venue are wanting. For workers."""

from __future__ import annotations

from booking.insight.openings.candidates import Candidate
from booking.insight.openings.found import Blocked, Opening
from booking.insight.openings.looking import Looking

MOST_SHOWN = 10


def blocked(every: list[Candidate], openings: list[Opening], looking: Looking) -> list[Blocked]:
    """The programmes and districts where no weekday can be, on the likeliest weekday; most families first."""
    served = {(each.programme_id, each.district_id) for each in openings}
    best: dict[tuple[int, int], Candidate] = {}
    for each in every:
        where = each.group.programme_id, each.district.id
        if where not in served and each.enough and looking.persons_without(each):
            best[where] = max(best.get(where, each), each, key=_likeliest)
    found = [_why_not(each) for each in best.values() if not each.possible]
    return sorted(found, key=lambda each: -each.fitting)[:MOST_SHOWN]


def _likeliest(candidate: Candidate) -> tuple[bool, int, int]:
    return candidate.possible, len(candidate.fitting), len(candidate.leaders)


def _why_not(candidate: Candidate) -> Blocked:
    group, needed = candidate.group, candidate.group.programme.leaders_needed
    return Blocked(
        programme_id=group.programme_id,
        district_id=candidate.district.id,
        weekday=group.weekday,
        language=candidate.language,
        fitting=len(candidate.fitting),
        why="leaders" if len(candidate.leaders) < needed else "venue",
        free=len(candidate.leaders),
        needed=needed,
    )
