"""From the city's rows to the engine's problem: one query for each kind of row, however many families wait.

Groups that begin within `Policy.reply_last_days` are left out: they go by open invitation, first to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.allocation.problem import Problem
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow
from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.districts import Atlas, atlas
from booking.catalogue.groups import Group
from booking.places import offers, reply_time
from booking.places.explaining import OwnCode
from booking.places.run_engine.choosing import Choosing
from booking.places.run_engine.history import History, Meetings, read_guests, read_meetings
from booking.places.run_engine.steered import Steered, Steering
from booking.places.run_engine.waiting import Waiting, read_waiting
from booking.records import policies
from booking.records.policies import Policy

WEEK = timedelta(days=7)
NOBODYS = "-"  # The district of a group that belongs nowhere: everyone comes to it as a guest.


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run starts from.

    `aside` says, by registration, why somebody who waits is not in the problem; the group is that of a pin.
    """

    problem: Problem
    aside: dict[int, tuple[OwnCode, int | None]]
    steered: Steered


def load(db: Session, now: datetime, *, seed: int = 0) -> Loaded:
    """Read everything a run needs. Ids in the problem are row ids as text."""
    waiting, history, places, meetings = read_waiting(db), History(db), atlas(db), read_meetings(db, now)
    policy = policies.current(db)
    resting = _resting(db, waiting, history, policy, now)
    steered = Steering(db, waiting, resting, history, places).weigh(today(now))
    aside = _aside(resting, steered)
    coming = [each for each in groups.list_coming(db, today=today(now)) if not _soon(each, meetings, policy, now)]
    choosing = Choosing(coming, history, meetings, places)
    families = [_family_row(each, choosing, places) for each in waiting if each.id not in aside]
    guests = read_guests(db)
    rows = [_group_row(each, guests.get(each.id, 0), steered, places, today(now)) for each in coming]
    return Loaded(Problem.build(rows, families, seed), aside, steered)


def _resting(
    db: Session, waiting: list[Waiting], history: History, policy: Policy, now: datetime
) -> dict[int, OwnCode]:
    sent, most = offers.sent_since(db, now - WEEK), policy.offers_per_week

    def why(each: Waiting) -> OwnCode | None:
        if (each.family_id, each.programme_id) in history.held:
            return OwnCode.HAS_OFFER
        if each.paused_at is not None:
            return OwnCode.PAUSED
        return OwnCode.OFFERS_CAP if sent[each.family_id] >= most else None

    return {each.id: code for each in waiting if (code := why(each))}


def _aside(resting: dict[int, OwnCode], steered: Steered) -> dict[int, tuple[OwnCode, int | None]]:
    found: dict[int, tuple[OwnCode, int | None]] = dict.fromkeys(steered.excluded, (OwnCode.EXCLUDED, None))
    found |= {each: (code, None) for each, code in resting.items()}
    return found | {each: (OwnCode.PINNED, group) for each, group in steered.pinned.items()}


def _soon(group: Group, meetings: Meetings, policy: Policy, now: datetime) -> bool:
    times = meetings.get(group.id)
    return times is not None and reply_time.is_last(now, min(times)[0], policy)


def _group_row(group: Group, guests: int, steered: Steered, places: Atlas, day: date) -> GroupRow:
    homes = sorted({str(places.current(held.district_id).id) for held in group.districts}) or [NOBODYS]
    return GroupRow(
        id=str(group.id),
        programme=str(group.programme_id),
        districts=(EVERYWHERE,) if group.whole_city else tuple(homes),
        start=group.first_day,
        capacity=group.capacity,
        confirmed=group.places_taken + steered.seats[group.id],
        minimum=group.minimum,
        guest_places=max(0, group.guest_cap(day) - guests - steered.guests[group.id]),
    )


def _family_row(wish: Waiting, choosing: Choosing, places: Atlas) -> FamilyRow:
    return FamilyRow(
        id=str(wish.id),
        programme=str(wish.programme_id),
        district=str(places.current(wish.home_id).id),
        waiting_since=wish.waiting_since,
        size=wish.seats,
        choices=tuple(str(group.id) for group in choosing.choices(wish)),
        flexible=wish.flexible,
        cancelled=wish.city_cancelled,
        lot=wish.lot,
    )
