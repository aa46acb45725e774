"""Offers that were declined or not answered, and those that wait for an answer now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from booking.catalogue.groups import Group
from booking.insight.demo import entering, inventing, placing
from booking.insight.demo.town import Town
from booking.people import families
from booking.people.fit import fits
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements

# How many said no, and how many never answered, to an offer in each of these groups.
UNTAKEN = {"abc-skarpnack-1": (1, 1), "abc-jarva-1": (1, 1), "komet-skarholmen-1": (1, 1), "abc-enskede-2": (0, 1)}
# How many offers are open in each of these; with them the group is large enough to start.
OPEN = {"abc-hagersten-1": 3, "abc-jarva-1": 2, "abc-enskede-2": 2, "komet-tonar-jarva-1": 2}
DECLINED_DAYS_AGO, LAPSED_DAYS_AGO = 8, 16
LONGEST_WAIT_DAYS = 210
OFFERED_MINUTES_AGO = 50
# The family that stands first for this group has told its number on the phone: it stands on the call list.
PHONED = "abc-hagersten-1"


def build_untaken(db: Session, town: Town) -> None:
    """Offer places that nobody takes. Each of these families has waited longest of all."""
    number = 0
    for key, (declined, lapsed) in UNTAKEN.items():
        for answered in [True] * declined + [False] * lapsed:
            number += 1
            _untaken(db, town, town.groups[key], number, answered=answered)


def _untaken(db: Session, town: Town, group: Group, number: int, *, answered: bool) -> None:
    home = town.atlas.districts[group.districts[0].district_id]
    since = town.ago(days=LONGEST_WAIT_DAYS + number)
    made = inventing.registration(town, home, group.programme, since, adults=1, group=group)
    # They can come on the group's own day alone, or they would have been offered another group long ago.
    made.weekdays, made.districts = [group.weekday], made.districts[:1]
    entering.enter(db, town, [made])
    offered_at = town.ago(days=DECLINED_DAYS_AGO if answered else LAPSED_DAYS_AGO) + timedelta(minutes=number)
    offer = placing.offer_by_hand(db, town, made, group, offered_at)
    if answered:
        offers.decline(db, offer, now=offered_at + timedelta(hours=3), by=made.family.first_carer.actor)
    else:
        offers.expire(db, offer, now=offer.reply_by)


def build_open(db: Session, town: Town) -> None:
    """Offer places to those whose turn it is, a little while ago; they have not answered yet."""
    for key, wanted in OPEN.items():
        group = town.groups[key]
        queue = _queue(town, group)
        if key == PHONED and queue:
            _reach_by_phone(queue[0])
        turn, made = iter(queue), 0
        while made < wanted and (registration := next(turn, None)) is not None:
            made += _offered(db, town, registration, group)


def _reach_by_phone(registration: Registration) -> None:
    """The family's number has been told and never confirmed, and it has no address: nothing can be written to it."""
    registration.channel = "phone"
    for number, carer in enumerate(registration.carers):
        families.set_mobile(carer, inventing.FICTION.format(inventing.LAST - number))
        carer.email = carer.email_hash = carer.email_confirmed_at = None


def _queue(town: Town, group: Group) -> list[Registration]:
    """Those whom the group fits, the strongest claim first."""
    waiting = [each for each in town.registrations if each.state is RegistrationState.WAITING and not each.paused_at]
    fitting = [each for each in waiting if fits(each, group, town.atlas)]
    return sorted(fitting, key=lambda each: placements.claim(each, group, town.atlas))


def _offered(db: Session, town: Town, registration: Registration, group: Group) -> bool:
    """Make the offer, unless the family has one or a place already, or said no to this group."""
    offered_at = town.now - timedelta(minutes=OFFERED_MINUTES_AGO)
    try:
        placing.offer_by_hand(db, town, registration, group, offered_at)
    except placements.Refused:
        return False
    return True
