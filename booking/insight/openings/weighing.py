"""Which candidates are tried, and what comes of each. For workers alone.

What could be opened is cut down before it is tried: of each programme, district and language the WEEKDAYS_TRIED
weekdays on which most persons without a place could come, and of all these the MOST_TRIED best. A group that nobody
without a place could come to is never tried, though it might, now and then, make room elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from booking.allocation.rows import GroupRow
from booking.insight.openings.candidates import Candidate
from booking.insight.openings.found import Opening
from booking.insight.openings.looking import Looking
from booking.insight.openings.trials import Outcome
from booking.places.run_engine.waiting import Waiting

WEEKDAYS_TRIED = 2
MOST_TRIED = 48
MOST_SHOWN = 15
WEEK = 7

Where = tuple[int, int, str]


def openings(every: list[Candidate], looking: Looking, late: Callable[[], bool]) -> tuple[list[Opening], int]:
    """The openings that start and help, best first, and how many were tried before it was late."""
    found: list[Opening] = []
    tried = 0
    for candidate in _worth_trying(every, looking):
        if late():
            break
        tried += 1
        outcome = _tried(candidate, looking)
        if outcome.starts and outcome.more > 0:
            found.append(_opening(candidate, outcome, looking))
    found.sort(key=lambda each: (-each.more, -each.weeks_saved, -each.people, each.weekday))
    return _once_each(found)[:MOST_SHOWN], tried


def _worth_trying(every: list[Candidate], looking: Looking) -> list[Candidate]:
    """Those that can be opened and could reach their minimum, most persons without a place first."""
    worth = {each.group.id: looking.persons_without(each) for each in every if each.possible and each.enough}
    possible = [each for each in every if worth.get(each.group.id)]
    kept: dict[Where, list[Candidate]] = defaultdict(list)
    for each in sorted(possible, key=lambda each: (-worth[each.group.id], each.group.weekday)):
        same = kept[each.group.programme_id, each.district.id, each.language]
        if len(same) < WEEKDAYS_TRIED:
            same.append(each)

    def gain(each: Candidate) -> tuple[int, int]:
        return -min(worth[each.group.id], each.group.capacity), -worth[each.group.id]

    return sorted((each for same in kept.values() for each in same), key=gain)[:MOST_TRIED]


def _tried(candidate: Candidate, looking: Looking) -> Outcome:
    market, group = looking.markets[candidate.group.programme_id], candidate.group
    row = GroupRow(
        id=str(group.id),
        programme=str(group.programme_id),
        districts=(str(candidate.district.id),),
        start=group.first_day,
        capacity=group.capacity,
        confirmed=0,
        minimum=group.minimum,
        guest_places=group.capacity,
    )
    choices = {family.id: family.choices for family in market.families}
    fitting = candidate.fitting
    liked = {str(each.id): _place_among(each, candidate, choices[str(each.id)], looking) for each in fitting}
    return market.with_group(row, liked)


def _place_among(family: Waiting, candidate: Candidate, choices: tuple[str, ...], looking: Looking) -> int:
    """How many of its choices the family likes better than the candidate."""
    liking = looking.choosing.liking(family)
    mine = liking(candidate.group)
    return sum(liking(looking.city.groups[int(each)]) < mine for each in choices)


def _opening(candidate: Candidate, outcome: Outcome, looking: Looking) -> Opening:
    group, won = candidate.group, [each for each in candidate.fitting if str(each.id) in outcome.won]
    return Opening(
        programme_id=group.programme_id,
        district_id=candidate.district.id,
        weekday=group.weekday,
        language=candidate.language,
        first_day=group.first_day.isoformat(),
        starts_at=group.starts_at.strftime("%H:%M"),
        venue_id=candidate.venue.id if candidate.venue else 0,
        leader_ids=candidate.leaders[: group.programme.leaders_needed],
        fitting=len(candidate.fitting),
        more=outcome.more,
        people=outcome.people,
        capacity=group.capacity,
        minimum=group.minimum,
        weeks_waited=round(sum(looking.waited(each) for each in won) / (WEEK * max(1, len(won)))),
        weeks_saved=round(sum(looking.saved(each, candidate) for each in won) / WEEK),
    )


def _once_each(found: list[Opening]) -> list[Opening]:
    """The best weekday of each programme, district and language: the others would serve the same families."""
    kept: dict[Where, Opening] = {}
    for each in found:
        kept.setdefault((each.programme_id, each.district_id, each.language), each)
    return list(kept.values())
