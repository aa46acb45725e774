"""Letters about places: what a family is sent when something has happened to its offer, its place or its wait.

The thing of a message is the offer for `offer`, `offer_halfway`, `placed`, `declined`, `expired` and `withdrawn`; the
placement for `placed_now` (a place without an offer) and `group_left`; the registration for `queue_left`. Every letter
looks again, when it is sent, whether what it says still holds. Families who chose *discreet* get one and the same text
for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import SessionState
from booking.course import calendars
from booking.outbox.letters import Compose, Dropped, Letter
from booking.outbox.messages import Message
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.people.writing import Answers, Matter, Sender, unreachable, write_matter
from booking.places import invitations, offers
from booking.places.invitations import Invitation
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.records import answer_codes
from config import DEFAULT_SENDER

Look = Callable[[Session, Message, datetime], Matter | Dropped]


def composers(
    address: str, city: str, phone: str, mail_from: str = DEFAULT_SENDER, *, answerable: bool = False
) -> dict[str, Compose]:
    """The composer of each kind. `address` is the site's, without a slash at the end."""
    sender = Sender(address, city, phone, mail_from, answerable)
    return {kind: partial(_compose, sender, kind, look) for kind, look in LOOKS.items()}


def _compose(sender: Sender, kind: str, look: Look, db: Session, message: Message, now: datetime) -> Letter | Dropped:
    carer = db.get_one(Carer, message.carer_id)
    if (gone := unreachable(message, carer)) is not None:
        return gone
    matter = look(db, message, now)
    if isinstance(matter, Dropped):
        return matter
    matter = replace(matter, attachments=calendars.enclosed(db, sender, message, carer, now))
    return write_matter(db, sender, kind, message, carer, now, matter)


def _offer(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    offer = offers.hand_over(db, db.get_one(Offer, message.thing_id), message.id, now=now)
    if not offer.is_open(now):
        return Dropped("the offer is no longer open")
    return _about_offer(db, offer)


def _about_offer(db: Session, offer: Offer) -> Matter:
    values = {"offer": offer, "group": offer.group, "dates": _dates(db, offer.group)}
    answers = Answers(answer_codes.OFFER, offer.id, offer.reply_by)
    return Matter(values, path="e", answers=answers)


def _halfway(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    offer = db.get_one(Offer, message.thing_id)
    if not offers.reminds(db, offer, now=now):
        return Dropped("the offer is no longer open, or its time is nearly out")
    return _about_offer(db, offer)


def _invitation(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    invitation = db.get_one(Invitation, message.thing_id)
    if not invitations.has_room(db, invitation, now=now):
        return Dropped("the place is gone")
    values = {"group": invitation.group, "dates": _dates(db, invitation.group)}
    return Matter(values, path="i")


def _after_offer(state: OfferState, db: Session, message: Message, now: datetime) -> Matter | Dropped:
    offer = db.get_one(Offer, message.thing_id)
    if offer.state is not state or offer.registration.state is not RegistrationState.WAITING:
        return Dropped("something has happened since")
    return Matter({"group": offer.group, "since": today(offer.registration.waiting_since)})


def _accepted(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    return _about_place(db, db.get_one(Offer, message.thing_id).placement_id)


def _placed(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    return _about_place(db, message.thing_id)


def _about_place(db: Session, placement_id: int) -> Matter | Dropped:
    placement = db.get_one(Placement, placement_id)
    if placement.state is not PlacementState.TAKEN:
        return Dropped("the place has been given up")
    return Matter({"group": placement.group, "dates": _dates(db, placement.group)})


def _group_left(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    registration = db.get_one(Placement, message.thing_id).registration
    if registration.state is not RegistrationState.WAITING:
        return Dropped("something has happened since")
    return Matter({"since": today(registration.waiting_since)})


def _queue_left(db: Session, message: Message, now: datetime) -> Matter | Dropped:
    registration = db.get_one(Registration, message.thing_id)
    if registration.state is not RegistrationState.WITHDRAWN:
        return Dropped("something has happened since")
    return Matter({"programme": registration.programme})


def _dates(db: Session, group: Group) -> list[datetime]:
    return [each.starts_at for each in sessions.list_of(db, group.id) if each.state is SessionState.PLANNED]


LOOKS: dict[str, Look] = {
    "offer": _offer,
    offers.HALFWAY: _halfway,
    "invitation": _invitation,
    "placed": _accepted,
    "placed_now": _placed,
    "declined": partial(_after_offer, OfferState.DECLINED),
    "expired": partial(_after_offer, OfferState.EXPIRED),
    "withdrawn": partial(_after_offer, OfferState.WITHDRAWN),
    "group_left": _group_left,
    "queue_left": _queue_left,
}
