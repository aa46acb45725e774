"""Which calendar files go with which letter. A letter's own composer has looked before that it still holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.sessions import GroupSession
from booking.course.calendars.carers import HAD, list_of_place
from booking.course.calendars.entries import Entry
from booking.course.calendars.writing import CANCEL, CONTENT_TYPE, PUBLISH, write
from booking.outbox.letters import Attachment
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.people.writing import Sender
from booking.places.offers import Offer
from booking.places.placements import Placement, PlacementState

FILES = {PUBLISH: "kalender.ics", CANCEL: "kalender-avbokat.ics"}
Found = Iterable[tuple[Placement, bool]]
"""Places whose meetings are published (True) or cancelled (False)."""


def enclosed(db: Session, sender: Sender, message: Message, carer: Carer, now: datetime) -> tuple[Attachment, ...]:
    """The calendar files of a message: none in an SMS, none for a discreet family, one per METHOD else.

    What has already begun is never cancelled: it was so.
    """
    find = KINDS.get(message.kind)
    if find is None or message.channel != "email" or carer.family.discreet:
        return ()
    entries: dict[str, list[Entry]] = {CANCEL: [], PUBLISH: []}
    for placement, planned in find(db, message, carer):
        found = list_of_place(db, carer, placement, sender, planned=planned)
        entries[PUBLISH if planned else CANCEL] += [each for each in found if planned or each.starts_at > now]
    return tuple(_file(rows, method, sender, now) for method, rows in entries.items() if rows)


def _file(entries: list[Entry], method: str, sender: Sender, now: datetime) -> Attachment:
    data = write(entries, method=method, sender=sender, now=now)
    return Attachment(FILES[method], CONTENT_TYPE.format(method=method), data)


def _accepted(db: Session, message: Message, carer: Carer) -> Found:
    return _placed(db, db.get_one(Offer, message.thing_id).placement_id)


def _new_place(db: Session, message: Message, carer: Carer) -> Found:
    return _placed(db, message.thing_id)


def _placed(db: Session, placement_id: int) -> Found:
    """The place, and the one that was given up for it in the same step, if one was."""
    placement = db.get_one(Placement, placement_id)
    moved = select(Placement).where(
        Placement.registration_id == placement.registration_id,
        Placement.state == PlacementState.MOVED,
        Placement.ended_at == placement.made_at,
    )
    return [*((each, False) for each in db.scalars(moved)), (placement, True)]


def _still_there(db: Session, message: Message, carer: Carer) -> Found:
    """The carer's place in the group that has changed."""
    return [(each, True) for each in _of_group(db, carer, message.thing_id, PlacementState.TAKEN)]


def _meeting_off(db: Session, message: Message, carer: Carer) -> Found:
    group_id = db.get_one(GroupSession, message.thing_id).group_id
    return [(each, False) for each in _of_group(db, carer, group_id, PlacementState.TAKEN)]


def _group_off(db: Session, message: Message, carer: Carer) -> Found:
    return [(each, False) for each in _of_group(db, carer, message.thing_id, PlacementState.CANCELLED)][-1:]


def _given_back(db: Session, message: Message, carer: Carer) -> Found:
    return [(db.get_one(Placement, message.thing_id), False)]


def _withdrawn(db: Session, message: Message, carer: Carer) -> Found:
    """The place that was given up when the registration ended, if there was one."""
    registration = db.get_one(Registration, message.thing_id)
    if registration.state is not RegistrationState.WITHDRAWN:
        return []
    left = select(Placement).where(
        Placement.registration_id == registration.id,
        Placement.state.in_(HAD),
        Placement.ended_at == registration.closed_at,
    )
    return [(each, False) for each in db.scalars(left)]


def _of_group(db: Session, carer: Carer, group_id: int, state: PlacementState) -> list[Placement]:
    query = select(Placement).join(Registration, Registration.id == Placement.registration_id)
    query = query.where(Registration.carers.contains(carer), Placement.group_id == group_id, Placement.state == state)
    return list(db.scalars(query.order_by(Placement.id)))


KINDS: dict[str, Callable[[Session, Message, Carer], Found]] = {
    "placed": _accepted,
    "placed_now": _new_place,
    "group_merged": _new_place,
    "group_moved": _still_there,
    "session_cancelled": _meeting_off,
    "group_cancelled": _group_off,
    "group_left": _given_back,
    "queue_left": _withdrawn,
}
