"""What a family has been told of its offer, as the outbox knows it: what can be undone, from when its time counts.

The time that stands in a message is fixed when it is handed over, for both channels alike: the first message sets
it, and those that follow print the same. When nothing of what went before got out, the next one sets it anew, and
never earlier. An offer that nobody could be told of does not lapse: its time moves along until somebody has been told
or the group begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base import clock
from booking.base.db import guarded
from booking.base.texts import _
from booking.catalogue.sessions import GroupSession, SessionState
from booking.outbox.messages import Message, MessageState
from booking.places import placements
from booking.places.offers.answering import expire, withdraw
from booking.places.offers.offer import Offer, OfferState, Refused
from booking.places.reply_time import reply_by
from booking.records import audit, policies
from booking.records.audit import SYSTEM

KIND = "offer"
ARRIVED = frozenset({MessageState.SENT, MessageState.DELIVERED})
OUT = ARRIVED | {MessageState.SENDING, MessageState.UNKNOWN}
STUCK = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED, MessageState.UNKNOWN})


def untold(db: Session, made: Sequence[Offer], *, now: datetime) -> list[Offer]:
    """Those of these open offers that nobody has been told of."""
    states = _message_states(db, made)
    return [offer for offer in made if not _is_told(offer, states[offer.id], now)]


def drop_untold(db: Session, made: Sequence[Offer], *, now: datetime) -> list[Offer]:
    """The same, under lock, and their messages are dropped: from here on nobody will be told.

    Groups and families must be locked before. An offer that was answered meanwhile is not among them.
    """
    # First the offers and then their messages, as delivery does: nobody waits in a circle.
    ids = [offer.id for offer in made]
    query = select(Offer).where(Offer.id.in_(ids), Offer.state == OfferState.OPEN).order_by(Offer.id)
    locked = db.scalars(query.with_for_update(of=Offer).execution_options(populate_existing=True)).all()
    states = _message_states(db, locked, lock=True)
    free = [offer for offer in locked if not _is_told(offer, states[offer.id], now)]
    about = Message.kind == KIND, Message.thing_id.in_([offer.id for offer in free])
    waiting = update(Message).where(*about, Message.state == MessageState.QUEUED)
    db.execute(waiting.values(state=MessageState.DROPPED, why="the offer was undone"))
    return free


def _is_told(offer: Offer, states: Collection[MessageState], now: datetime) -> bool:
    return bool(OUT.intersection(states)) if states else (offer.told_from or offer.made_at) <= now


def _message_states(db: Session, made: Sequence[Offer], *, lock: bool = False) -> dict[int, list[MessageState]]:
    query = select(Message.thing_id, Message.state).where(
        Message.kind == KIND, Message.thing_id.in_([offer.id for offer in made])
    )
    found: dict[int, list[MessageState]] = defaultdict(list)
    for offer_id, state in db.execute(query.order_by(Message.id).with_for_update() if lock else query):
        found[offer_id].append(state)
    return found


def hand_over(db: Session, offer: Offer, message_id: int, *, now: datetime) -> Offer:
    """A message about the offer is about to be handed over: fix the time to answer that it will print."""
    db.refresh(offer, with_for_update={"of": Offer})
    if offer.state is OfferState.OPEN and not (offer.handed_at and _got_out(db, offer.id, besides=message_id)):
        later = max(offer.reply_by, reply_by(now, _begins(db, offer), policies.current(db)))
        db.execute(update(Offer).where(Offer.id == offer.id).values(reply_by=later, handed_at=now))
        db.refresh(offer)
    return offer


def delivered(db: Session, offer: Offer, *, now: datetime) -> Offer:
    """The provider says that a message about the offer arrived at `now`.

    The first such receipt may move the time to answer later, never earlier. An offer that is no longer open is left.
    """
    later = max(offer.reply_by, reply_by(now, _begins(db, offer), policies.current(db)))
    first = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.delivered_at.is_(None))
    db.execute(first.where(Offer.reply_by <= later).values(reply_by=later, delivered_at=now))
    db.refresh(offer)
    return offer


def run_out(db: Session, offer: Offer, *, now: datetime) -> Offer:
    """The time of an offer is out: it lapses, but only when the family has been told of it.

    While its messages wait or have failed, the time moves along, and staff see them among those that did not arrive.
    When the group begins, an offer nobody was told of is taken back, and further ones do not rest.
    """
    placements.lock_for(db, offer.group_id, offer.family_id)
    db.refresh(offer, with_for_update={"of": Offer})
    if now < offer.reply_by or offer.state is not OfferState.OPEN:
        raise Refused(_("Svarstiden har inte gått ut."), code="not_due")
    states = _message_states(db, [offer], lock=True)[offer.id]
    if ARRIVED.intersection(states) or not STUCK.intersection(states):
        return expire(db, offer, now=now)
    later = reply_by(now, _begins(db, offer), policies.current(db))
    if later <= now:
        return withdraw(db, offer, now=now, by=SYSTEM, reason="nobody could be told", tell=False)
    statement = update(Offer).where(Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.reply_by <= now)
    guarded(db, statement.values(reply_by=later), Refused(_("Erbjudandet är redan besvarat."), code="closed"))
    audit.note(db, "offer prolonged", offer, now=now, by=SYSTEM)
    return offer


def _got_out(db: Session, offer_id: int, *, besides: int) -> bool:
    query = select(Message.id).where(
        Message.kind == KIND, Message.thing_id == offer_id, Message.id != besides, Message.state.in_(OUT)
    )
    return db.scalars(query).first() is not None


def _begins(db: Session, offer: Offer) -> datetime:
    planned = GroupSession.group_id == offer.group_id, GroupSession.state == SessionState.PLANNED
    first: datetime | None = db.scalar(select(func.min(GroupSession.starts_at)).where(*planned))
    return first or clock.at(offer.group.first_day, offer.group.starts_at)
