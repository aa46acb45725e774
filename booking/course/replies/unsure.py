"""What a person must see to: answers that a machine cannot be sure of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.catalogue.sessions import GroupSession
from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.replies import telling
from booking.course.replies.answering import place_of
from booking.course.replies.reply import Reply, ReplyState, lately
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places.offers import Offer
from booking.records import answer_codes
from booking.records.answer_codes import OFFER, AnswerCode

LINKS_A_DAY = 3  # Unclear SMS that are answered with a link. Somebody's automatic answer is never clear.
MOST_AT_ONCE = 2  # Carers with one number who each get a link of their own.
LIVE = (RegistrationState.WAITING, RegistrationState.PLACED)


def see_to(db: Session, reply: Reply, carers: Sequence[Carer], *, now: datetime) -> None:
    """Send a link to those who have something to answer, and put their families on the call list."""
    reply.state = ReplyState.UNCLEAR
    db.flush()
    about = _asked(db, reply.number_hash, carers, now) or _latest(db, carers)
    asked = list(dict.fromkeys(carer for carer, _registration in about))
    for carer, registration in about:
        calls.put(
            db, registration, CallWhy.ANSWER_UNCLEAR, thing_kind=Reply.__tablename__, thing_id=reply.id,
            carer_id=carer.id, now=now,
        )  # fmt: skip
    if lately(db, reply.number_hash, now=now).unclear <= LINKS_A_DAY:
        telling.tell(db, reply, "answer_unclear", *(asked or carers)[:MOST_AT_ONCE], now=now)


def _asked(db: Session, number_hash: str, carers: Sequence[Carer], now: datetime) -> list[tuple[Carer, Registration]]:
    """Who of them has been sent a code that may still be answered, and about which registration."""
    theirs = {carer.id: carer for carer in carers}
    codes = [code for code in answer_codes.list_at(db, number_hash) if code.is_of_use(now) and code.carer_id in theirs]
    found = [(theirs[code.carer_id], _registration(db, code, theirs[code.carer_id])) for code in codes]
    return list(dict.fromkeys((carer, registration) for carer, registration in found if registration is not None))


def _registration(db: Session, code: AnswerCode, carer: Carer) -> Registration | None:
    if code.kind == OFFER:
        offer = db.get(Offer, code.thing_id)
        return offer.registration if offer is not None and offer.answered_at is None else None
    session = db.get(GroupSession, code.thing_id)
    placement = None if session is None else place_of(db, carer, session.group_id)
    return placement.registration if placement else None


def _latest(db: Session, carers: Sequence[Carer]) -> list[tuple[Carer, Registration]]:
    """The newest thing that the first of them with anything at all waits for or goes to."""
    return [(carer, live[0]) for carer in carers if (live := _live(db, carer))][:1]


def _live(db: Session, carer: Carer) -> list[Registration]:
    query = select(Registration).where(Registration.carers.contains(carer), Registration.state.in_(LIVE))
    return list(db.scalars(query.order_by(Registration.id.desc())))
