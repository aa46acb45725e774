"""How the places that are taken were given, in the order in which it happened.

Whoever has a place in a group had asked before whoever waits for it now: the past was fair too.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import at
from booking.catalogue import sessions
from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Counts, Programme
from booking.insight.demo import entering, files, inventing
from booking.insight.demo.groups import WEEK, has_begun
from booking.insight.demo.town import Town
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.explaining import OwnCode
from booking.places.offers import Offer, Reason
from booking.places.placements import Source, Way
from booking.places.reply_time import reply_by
from booking.records.policies import Policy

BY_HAND = Reason(OwnCode.BY_HAND.value)
ASKED_AT_MOST, ASKED_AT_LEAST = 14 * WEEK, timedelta(days=2)
SHORTEST_WINDOW = timedelta(days=10)
# From another district than the group's own, because there was room.
GUESTS = {"abc-skarpnack-1": "enskede-arsta-vantor", "abc-norra-1": "kungsholmen", "fos-jarva-1": "kungsholmen"}


def build(db: Session, town: Town) -> None:
    """Fill every group as far as the file says, those that were filled first before the others."""
    rows = [row for row in files.rows("groups.csv") if int(row["taken"])]
    before: dict[tuple[str, str], datetime] = {}
    for placed_at, row in sorted(((_placed_at(town, row), row) for row in rows), key=lambda each: each[0]):
        queue = row["programme"], row["districts"]
        _fill(db, town, row, placed_at, before.get(queue))
        before[queue] = placed_at


def _placed_at(town: Town, row: files.Row) -> datetime:
    """When its places were given: so many weeks before now, or before it began."""
    group = town.groups[row["key"]]
    day = group.first_day if has_begun(group, town) else town.day
    return at(day - int(row["placed"]) * WEEK, time(10))


def _fill(db: Session, town: Town, row: files.Row, placed_at: datetime, before: datetime | None) -> None:
    group, programme = town.groups[row["key"]], town.programmes[row["programme"]]
    latest = placed_at - ASKED_AT_LEAST
    earliest = min(max(placed_at - ASKED_AT_MOST, before or placed_at - ASKED_AT_MOST), latest - SHORTEST_WINDOW)
    sizes = _sizes(town, programme, int(row["taken"]))
    asked = sorted(entering.moment(town, earliest, latest) for _size in sizes)
    homes = [_home(town, group) for _size in sizes]
    if row["key"] in GUESTS:
        homes[-1] = town.districts[GUESTS[row["key"]]]
    for number, (adults, since, home) in enumerate(zip(sizes, asked, homes, strict=True)):
        made = inventing.registration(town, home, programme, since, adults=adults, group=group)
        entering.enter(db, town, [made])
        _give(db, town, made, group, placed_at + timedelta(minutes=number))


def _sizes(town: Town, programme: Programme, places: int) -> list[int]:
    """Families of one or two adults that take exactly so many places."""
    if programme.counts is Counts.FAMILIES:
        return [inventing.adults(town, programme) for _place in range(places)]
    found: list[int] = []
    while (left := places - sum(found)) > 0:
        found.append(min(left, inventing.adults(town, programme)))
    return found


def _home(town: Town, group: Group) -> District:
    """Where a family of the group's own lives; many more where many more people live."""
    ids = [held.district_id for held in group.districts]
    homes = [town.atlas.districts[each] for each in ids] or town.atlas.standing(town.day)
    return town.dice.choices(homes, [each.population or 1 for each in homes])[0]


def _give(db: Session, town: Town, made: Registration, group: Group, given_at: datetime) -> None:
    """In groups that have begun, by a coordinator on the phone; in those to come, offered and accepted within a day."""
    if has_begun(group, town):
        placements.take(db, made, group, Way(Source.STAFF), now=given_at, by=town.accounts["greta"].actor)
        offers.settle(db, made.id)
    else:
        offer = offer_by_hand(db, town, made, group, given_at)
        latest = offer.reply_by - timedelta(minutes=1)
        answered_at = min(given_at + timedelta(minutes=town.dice.randint(20, 26 * 60)), latest)
        offers.accept(db, offer, now=answered_at, by=made.family.first_carer.actor)
    town.weakest[group.id, group.is_resident(made.home_id, town.atlas)] = made.waiting_since


def offer_by_hand(db: Session, town: Town, made: Registration, group: Group, made_at: datetime) -> Offer:
    """An offer by the coordinator of the whole city, within the rule: nobody is passed over."""
    answer_by = reply_by(made_at, sessions.list_of(db, group.id)[0].starts_at, Policy())
    by = town.accounts["greta"].actor
    return offers.make(db, made, group, reason=BY_HAND, reply_by=answer_by, now=made_at, by=by)
