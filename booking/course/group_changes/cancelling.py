"""Cancelling a group or one of its meetings: one step, everyone told once, nobody loses a day of waiting.

Families that had a place go first in the queue from then on; their date is the one they always had. Families with an
unanswered offer stand in the queue as before. Those who merely wait read it on their page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.group_changes.refused import Refused
from booking.people.fit import fits
from booking.people.registrations import Registration, RegistrationState, tell
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.records import audit, ledger
from booking.records.audit import Actor


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What cancelling comes to, asked beforehand or done: families placed, families offered, meetings, messages.

    `elsewhere` is how many of the placed fit another coming group that has room for them.
    """

    placed: int
    offered: int
    meetings: int
    messages: int
    elsewhere: int

    @property
    def families(self) -> int:
        """Everyone who has a place or an offer."""
        return self.placed + self.offered


def what_if(db: Session, group: Group, *, now: datetime) -> Cancelled:
    """What cancelling the group would come to now. Changes nothing."""
    placed, open_offers = placements.list_taken(db, group.id), _open_offers(db, group.id)
    families = [placement.registration for placement in placed]
    concerned = [*families, *(offer.registration for offer in open_offers)]
    return Cancelled(
        placed=len(placed),
        offered=len(open_offers),
        meetings=len(_ahead(db, group.id, now)),
        messages=sum(len(carer.channels) for registration in concerned for carer in registration.carers),
        elsewhere=_elsewhere(db, group, families, now),
    )


def cancel(db: Session, group: Group, *, now: datetime, by: Actor, reason: str) -> Cancelled:
    """Cancel a group with all that hangs on it. Refused when it has ended or somebody was first."""
    placements.lock_everyone(db, group.id)
    done = what_if(db, group, now=now)
    running = update(Group).where(Group.id == group.id, Group.state.in_((GroupState.OPEN, GroupState.HIDDEN)))
    refusal = Refused(_("Gruppen är redan inställd eller slut."), code="changed")
    guarded(db, running.values(state=GroupState.CANCELLED, version=Group.version + 1), refusal)
    for session in _ahead(db, group.id, now):
        _call_off(db, session)
    told = [*_take_back_offers(db, group.id, now, by, reason), *_release_places(db, group.id, now, by, reason)]
    _tell(db, "group_cancelled", group.id, told, now)
    audit.note(db, "group cancelled", group, now=now, by=by, reason=reason)
    ledger.write(
        db, "group cancelled", now=now, programme_id=group.programme_id, group_id=group.id,
        placed=done.placed, offered=done.offered,
    )  # fmt: skip
    db.refresh(group)
    return done


def _open_offers(db: Session, group_id: int) -> list[Offer]:
    query = select(Offer).where(Offer.group_id == group_id, Offer.state == OfferState.OPEN)
    return list(db.scalars(query.order_by(Offer.id)))


def _ahead(db: Session, group_id: int, now: datetime) -> list[GroupSession]:
    # What has been has been: only meetings that have not begun are called off.
    query = select(GroupSession).where(
        GroupSession.group_id == group_id, GroupSession.state == SessionState.PLANNED, GroupSession.starts_at > now
    )
    return list(db.scalars(query.order_by(GroupSession.number)))


def _elsewhere(db: Session, group: Group, placed: list[Registration], now: datetime) -> int:
    others = groups.list_coming(db, today=today(now), programme_id=group.programme_id)
    places = atlas(db)
    return sum(
        any(other.id != group.id and other.free >= each.seats and fits(each, other, places) for other in others)
        for each in placed
    )


def _take_back_offers(db: Session, group_id: int, now: datetime, by: Actor, reason: str) -> list[Registration]:
    told = []
    for offer in _open_offers(db, group_id):
        offers.withdraw(db, offer, now=now, by=by, reason=reason, tell=False)
        told.append(offer.registration)
    return told


def _release_places(db: Session, group_id: int, now: datetime, by: Actor, reason: str) -> list[Registration]:
    told = []
    for placement in placements.list_taken(db, group_id):
        placements.release(db, placement, PlacementState.CANCELLED, now=now, by=by, reason=reason)
        _first_in_the_queue(db, placement)
        told.append(placement.registration)
    return told


def _first_in_the_queue(db: Session, placement: Placement) -> None:
    placed = update(Registration).where(
        Registration.id == placement.registration_id, Registration.state == RegistrationState.PLACED
    )
    refusal = Refused(_("En anmälan hann ändras. Försök igen."), code="changed")
    guarded(db, placed.values(state=RegistrationState.WAITING, city_cancelled=True, paused_at=None), refusal)


def cancel_session(db: Session, session: GroupSession, *, now: datetime, by: Actor, reason: str) -> GroupSession:
    """Call off one coming meeting; every family with a place is told. The last one left goes with its group only."""
    group = groups.lock(db, [session.group_id])[session.group_id]
    db.refresh(session)
    if session.starts_at <= now or session.state is not SessionState.PLANNED or group.state is not GroupState.OPEN:
        raise Refused(_("Träffen har varit eller är redan inställd."), code="changed")
    if _is_alone(db, session):
        raise Refused(_("Det är gruppens enda träff. Ställ in hela gruppen i stället."), code="alone")
    _call_off(db, session)
    group.first_day = _first_day(db, group)
    told = [placement.registration for placement in placements.list_taken(db, group.id)]
    _tell(db, "session_cancelled", session.id, told, now)
    audit.note(db, "session cancelled", session, now=now, by=by, reason=reason)
    ledger.write(db, "session cancelled", now=now, programme_id=group.programme_id, group_id=group.id)
    db.refresh(session)
    return session


def _is_alone(db: Session, session: GroupSession) -> bool:
    others = select(GroupSession.id).where(
        GroupSession.group_id == session.group_id,
        GroupSession.id != session.id,
        GroupSession.state == SessionState.PLANNED,
    )
    return db.scalars(others).first() is None


def _first_day(db: Session, group: Group) -> date:
    """The day of the group's first meeting that stands."""
    stands = GroupSession.group_id == group.id, GroupSession.state == SessionState.PLANNED
    first = db.scalar(select(func.min(GroupSession.starts_at)).where(*stands))
    return group.first_day if first is None else today(first)


def _call_off(db: Session, session: GroupSession) -> None:
    planned = update(GroupSession).where(GroupSession.id == session.id, GroupSession.state == SessionState.PLANNED)
    off = planned.values(state=SessionState.CANCELLED, version=GroupSession.version + 1)
    guarded(db, off, Refused(_("Träffen är redan inställd."), code="changed"))


def _tell(db: Session, kind: str, thing_id: int, told: Collection[Registration], now: datetime) -> None:
    for registration in told:
        tell(db, registration, kind, thing_id, now=now)
