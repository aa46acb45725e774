"""What a carer's calendar shows: the meetings of the places the family has, and has lately given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.texts import _
from booking.catalogue import sessions
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.calendars.entries import Entry, entry, uid, whereabouts
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.people.writing import Sender
from booking.places.placements import Placement, PlacementState

HAS = (PlacementState.TAKEN, PlacementState.COMPLETED)
HAD = (PlacementState.LEFT, PlacementState.MOVED, PlacementState.CANCELLED)
BACK = timedelta(days=90)
STILL_SHOWN = timedelta(days=30)


def list_of_place(
    db: Session, carer: Carer, placement: Placement, sender: Sender, *, planned: bool | None = None
) -> list[Entry]:
    """The meetings of one place in the carer's language: all, or only those that are (not) `planned`, by number.

    Of a place that is gone: those that had not begun when it went, all of them cancelled.
    """
    gone = placement.state not in HAS
    meetings = [each for each in sessions.list_of(db, placement.group_id) if not gone or _later(each, placement)]
    with texts.speaking(carer.language):
        found = [_entry(each, carer, placement, sender, gone=gone) for each in meetings]
    return [each for each in found if planned is None or each.cancelled is not planned]


def list_all(db: Session, carer: Carer, sender: Sender, *, now: datetime) -> list[Entry]:
    """Everything the carer takes part in, by time: BACK days into the past, and for STILL_SHOWN what was given up."""
    if carer.state not in (CarerState.FIRST, CarerState.JOINED):
        return []
    lately = Placement.state.in_(HAD) & (Placement.ended_at > now - STILL_SHOWN)
    query = select(Placement).join(Registration, Registration.id == Placement.registration_id)
    query = query.where(Registration.carers.contains(carer), or_(Placement.state.in_(HAS), lately))
    found = [
        each
        for placement in db.scalars(query.order_by(Placement.id))
        for each in list_of_place(db, carer, placement, sender)
        if each.ends_at > now - BACK and (each.ends_at > now or not each.cancelled)
    ]
    return sorted(found, key=lambda each: (each.starts_at, each.uid))


def _later(session: GroupSession, placement: Placement) -> bool:
    return placement.ended_at is None or session.starts_at > placement.ended_at


def _entry(session: GroupSession, carer: Carer, placement: Placement, sender: Sender, *, gone: bool) -> Entry:
    name = uid("carer", carer.id, session.id, placement.id)
    if carer.family.discreet:
        return entry(session, name, title=_("Bokad tid"), place="", about="", gone=gone)
    off = gone or session.state is SessionState.CANCELLED
    return entry(
        session,
        name,
        title=_("Träff, %(city)s", city=sender.city),
        place=whereabouts(placement.group),
        about="" if off else _about(carer, sender),
        gone=gone,
    )


def _about(carer: Carer, sender: Sender) -> str:
    # Not the carer's own link: whoever shares the calendar would hold the key to the family's page.
    language = carer.language if carer.language in texts.LANGUAGES else texts.DEFAULT
    page = f"{sender.address}/{language}/lank"
    return _("Kan ni inte komma? Säg till på er sida, eller ring %(phone)s.", phone=sender.phone) + f"\n{page}"
