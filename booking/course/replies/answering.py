"""Answering an offer or a meeting: by the same operations as on the web, so that of two answers one wins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.errors import Refused
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, calls
from booking.course.calls import CallWhy
from booking.course.replies import telling
from booking.course.replies.reply import Reply, ReplyState
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.records.answer_codes import OFFER

WANTED = {True: OfferState.ACCEPTED, False: OfferState.DECLINED}
CONFIRMED = {OfferState.ACCEPTED: "placed", OfferState.DECLINED: "declined"}


def answer(db: Session, reply: Reply, carer: Carer, *, yes: bool, now: datetime) -> None:
    """Answer what the code of the reply is for, and say so; or that it is closed, when it can no longer be answered."""
    registration = (_offer if reply.kind == OFFER else _meeting)(db, reply, carer, yes=yes, now=now)
    if registration is not None:
        calls.settle(db, registration, CallWhy.ANSWER_UNCLEAR, now=now)
    else:
        kind = "answer_same" if reply.state is ReplyState.SAME else "answer_closed"
        telling.tell(db, reply, kind, carer, now=now)


def _offer(db: Session, reply: Reply, carer: Carer, *, yes: bool, now: datetime) -> Registration | None:
    """The registration whose offer was answered; None when it was answered before, or can no longer be."""
    offer, wanted = db.get(Offer, reply.thing_id), WANTED[yes]
    reply.state = ReplyState.CLOSED
    if offer is None or carer not in offer.registration.carers:
        return None
    operation = offers.accept if yes else offers.decline
    try:
        with db.begin_nested():
            operation(db, offer, now=now, by=carer.actor)
    except Refused:
        db.refresh(offer)
        reply.state = ReplyState.SAME if offer.state is wanted else ReplyState.CLOSED
        return None
    reply.state = ReplyState.ACCEPTED if yes else ReplyState.DECLINED
    telling.hurry(db, CONFIRMED[wanted], offer.id, carer)
    reply.answered = True
    return offer.registration


def _meeting(db: Session, reply: Reply, carer: Carer, *, yes: bool, now: datetime) -> Registration | None:
    reply.state = ReplyState.CLOSED
    session = db.get(GroupSession, reply.thing_id)
    placement = None if session is None else place_of(db, carer, session.group_id)
    if session is None or placement is None:
        return None
    operation = attendance.take_back_away if yes else attendance.say_away
    try:
        with db.begin_nested():
            operation(db, session, placement, seats=_seats(placement, carer), now=now, by=carer.actor)
    except Refused:
        return None
    reply.state = ReplyState.COMING if yes else ReplyState.AWAY
    telling.tell(db, reply, f"answer_{reply.state.value}", carer, now=now)
    return placement.registration


def place_of(db: Session, carer: Carer, group_id: int) -> Placement | None:
    """The place in the group that the carer takes part in."""
    query = (
        select(Placement)
        .join(Registration, Registration.id == Placement.registration_id)
        .where(Placement.group_id == group_id, Placement.state == PlacementState.TAKEN)
    )
    return db.scalars(query.where(Registration.carers.contains(carer))).first()


def _seats(placement: Placement, carer: Carer) -> Collection[int] | None:
    """The carer's own seat when each who comes has their own number or address; else they answer for the family."""
    coming = attendance.attending(placement)
    if len(coming) < attendance.persons(placement) or carer not in coming:
        return None
    return [coming.index(carer) + 1]
