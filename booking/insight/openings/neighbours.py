"""Districts without a coming group in a programme that their families wait for, and whose groups could be theirs too.

For workers alone. By agreement a group may belong to several districts: then their families go before all others.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.catalogue.groups import Group, GroupState
from booking.insight.openings.candidates import City
from booking.insight.openings.found import Missing, Neighbour
from booking.insight.openings.trials import Market, Outcome
from booking.people.fit import Need, unmet
from booking.places.run_engine.waiting import Waiting

MOST_NEIGHBOURS = 3
FARTHEST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Lack:
    """A district and a programme it runs no coming group of, with its families that wait for it."""

    programme_id: int
    district_id: int
    families: list[Waiting]


def lacks(city: City, waiting: dict[int, list[Waiting]]) -> list[Lack]:
    """Every district whose families wait for a programme that it has no coming group of, most families first."""
    coming = [group for group in city.groups.values() if _is_coming(group, city)]
    found = []
    for programme_id, those in waiting.items():
        run = {
            city.atlas.current(held.district_id).id
            for group in coming
            if group.programme_id == programme_id
            for held in group.districts
        }
        for district in city.atlas.standing(city.day):
            families = [each for each in those if city.atlas.current(each.home_id).id == district.id]
            if families and district.id not in run:
                found.append(Lack(programme_id, district.id, families))
    return sorted(found, key=lambda lack: -len(lack.families))


def _is_coming(group: Group, city: City) -> bool:
    return group.state is GroupState.OPEN and group.first_day > city.day


def tried(lack: Lack, city: City, market: Market) -> Missing:
    """The lack with the nearest groups that some of its families could come to, tried as shared ones; best first."""
    near: list[Neighbour] = []
    for group in _near(lack, city):
        if not market.has(str(group.id)):  # It begins so soon that its places go by invitation: nothing to share.
            continue
        needs = {str(family.id): unmet(family, group, city.atlas) for family in lack.families}
        can = {family for family, unmet_ones in needs.items() if not unmet_ones}
        might = {family for family, unmet_ones in needs.items() if unmet_ones == [Need.DISTRICT]}
        if can | might and len(near) < MOST_NEIGHBOURS:
            near.append(_tried(lack, group, city, market, can, might))
    near.sort(key=lambda each: (-each.more, -each.if_asked, -each.helped, each.minutes))
    return Missing(lack.programme_id, lack.district_id, len(lack.families), near)


def _near(lack: Lack, city: City) -> list[Group]:
    """The coming groups of the programme elsewhere that are not too far, the nearest first."""

    def far(group: Group) -> int | None:
        return None if group.venue is None else city.atlas.minutes(lack.district_id, group.venue.district_id)

    same = [group for group in city.groups.values() if group.programme_id == lack.programme_id and not group.whole_city]
    away = [(far(group), group.first_day, group.id, group) for group in same if _is_coming(group, city)]
    return [group for _minutes, _day, _id, group in sorted(each for each in away if _within_reach(each[0]))]


def _within_reach(minutes: int | None) -> bool:
    return minutes is not None and minutes <= FARTHEST_MINUTES


def _tried(lack: Lack, group: Group, city: City, market: Market, can: set[str], might: set[str]) -> Neighbour:
    there = city.atlas.current(group.venue.district_id).id if group.venue else lack.district_id
    mine = {str(each.id) for each in lack.families}
    helped = _helped(market.shared_with(str(group.id), str(lack.district_id)), mine)
    asked = market.shared_with(str(group.id), str(lack.district_id), might)
    if_asked = _helped(asked, mine)
    minutes = city.atlas.minutes(lack.district_id, there) or 0
    return Neighbour(group.id, there, minutes, len(can), len(might), helped, if_asked, asked.more - if_asked)


def _helped(outcome: Outcome, mine: set[str]) -> int:
    return len(outcome.won & mine) - len(outcome.lost & mine)
