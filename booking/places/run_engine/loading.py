"""From the city's rows to the engine's problem: one query for each kind of row, however many families wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from booking.allocation.problem import Problem
from booking.allocation.rows import EVERYWHERE, FamilyRow, GroupRow
from booking.base.clock import today
from booking.catalogue import groups
from booking.catalogue.districts import Atlas, atlas
from booking.catalogue.groups import Group
from booking.people.families import Family
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, reply_time
from booking.places.explaining import OwnCode
from booking.places.placements import COUNTING, Placement
from booking.places.run_engine.choosing import Choosing, History, read_meetings
from booking.records import policies

WEEK = timedelta(days=7)
NOBODYS = "-"  # The district of a group that belongs nowhere: everyone comes to it as a guest.


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run starts from. `left_out` says, by registration, why somebody who waits is not in the problem."""

    problem: Problem
    left_out: dict[int, OwnCode]


def load(db: Session, now: datetime, *, seed: int = 0) -> Loaded:
    """Read everything a run needs. Ids in the problem are row ids as text."""
    waiting = _waiting(db)
    coming = groups.list_coming(db, today=today(now))
    history = History(db)
    left_out = _left_out(db, waiting, history, now)
    places = atlas(db)
    meetings = read_meetings(db, now)
    soon = {group for group, times in meetings.items() if min(times)[0] - now <= reply_time.LAST}
    choosing = Choosing(coming, history, meetings, places, soon)
    families = [_family_row(each, choosing, places) for each in waiting if each.id not in left_out]
    guests = _guests(db)
    rows = [_group_row(each, guests.get(each.id, 0), places, today(now)) for each in coming]
    return Loaded(Problem.build(rows, families, seed), left_out)


def _waiting(db: Session) -> list[Registration]:
    # Names and contacts are neither read nor decrypted: nothing here asks who anybody is.
    family = joinedload(Registration.family)
    options = (lazyload(Registration.carers), family.lazyload(Family.carers), family.lazyload(Family.children))
    query = select(Registration).where(Registration.state == RegistrationState.WAITING).options(*options)
    return list(db.scalars(query.order_by(Registration.id)))


def _left_out(db: Session, waiting: list[Registration], history: History, now: datetime) -> dict[int, OwnCode]:
    sent, most = offers.sent_since(db, now - WEEK), policies.current(db).offers_per_week

    def why(each: Registration) -> OwnCode | None:
        if (each.family_id, each.programme_id) in history.held:
            return OwnCode.HAS_OFFER
        if each.paused_at is not None:
            return OwnCode.PAUSED
        return OwnCode.OFFERS_CAP if sent[each.family_id] >= most else None

    return {each.id: code for each in waiting if (code := why(each))}


def _guests(db: Session) -> dict[int, int]:
    query = select(Placement.group_id, func.sum(Placement.seats)).where(
        Placement.state.in_(COUNTING), Placement.resident.is_(False)
    )
    return {group: int(seats) for group, seats in db.execute(query.group_by(Placement.group_id))}


def _group_row(group: Group, guests: int, places: Atlas, day: date) -> GroupRow:
    homes = sorted({str(places.current(held.district_id).id) for held in group.districts}) or [NOBODYS]
    return GroupRow(
        id=str(group.id),
        programme=str(group.programme_id),
        districts=(EVERYWHERE,) if group.whole_city else tuple(homes),
        start=group.first_day,
        capacity=group.capacity,
        confirmed=group.places_taken,
        minimum=group.minimum,
        guest_places=max(0, group.guest_cap(day) - guests),
    )


def _family_row(registration: Registration, choosing: Choosing, places: Atlas) -> FamilyRow:
    return FamilyRow(
        id=str(registration.id),
        programme=str(registration.programme_id),
        district=str(places.current(registration.home_id).id),
        waiting_since=registration.waiting_since,
        size=registration.seats,
        choices=tuple(str(group.id) for group in choosing.choices(registration)),
        flexible=registration.flexible,
        cancelled=registration.city_cancelled,
        lot=registration.lot,
    )
