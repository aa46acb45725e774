"""What the family has been told of an offer: which offers can still be undone, and whom no message reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from booking.outbox.messages import Message, MessageState
from booking.places.offers.offer import Offer, OfferState

KIND = "offer"
ARRIVED = frozenset({MessageState.SENT, MessageState.DELIVERED})
GOING = ARRIVED | {MessageState.SENDING}
OUT = GOING | {MessageState.UNKNOWN}
HOPEFUL = GOING | {MessageState.QUEUED}


def untold(db: Session, made: Sequence[Offer], *, now: datetime) -> list[Offer]:
    """Those of these open offers that nobody has been told of."""
    states = message_states(db, made)
    return [offer for offer in made if not _is_told(offer, states[offer.id], now)]


def drop_untold(db: Session, made: Sequence[Offer], *, now: datetime) -> list[Offer]:
    """The same, under lock, and their messages are dropped: from here on nobody will be told.

    Groups and families must be locked before. An offer that was answered meanwhile is not among them.
    """
    # First the offers and then their messages, as delivery does: nobody waits in a circle.
    ids = [offer.id for offer in made]
    query = select(Offer).where(Offer.id.in_(ids), Offer.state == OfferState.OPEN).order_by(Offer.id)
    locked = db.scalars(query.with_for_update(of=Offer).execution_options(populate_existing=True)).all()
    states = message_states(db, locked, lock=True)
    free = [offer for offer in locked if not _is_told(offer, states[offer.id], now)]
    about = Message.kind == KIND, Message.thing_id.in_([offer.id for offer in free])
    waiting = update(Message).where(*about, Message.state == MessageState.QUEUED)
    db.execute(waiting.values(state=MessageState.DROPPED, why="the offer was undone"))
    return free


def _is_told(offer: Offer, states: Collection[MessageState], now: datetime) -> bool:
    if offer.spoken_at is not None:
        return True
    return bool(OUT.intersection(states)) if states else (offer.told_from or offer.made_at) <= now


def message_states(db: Session, made: Sequence[Offer], *, lock: bool = False) -> dict[int, list[MessageState]]:
    """The states of the messages that tell of each offer, by its id."""
    query = select(Message.thing_id, Message.state).where(
        Message.kind == KIND, Message.thing_id.in_([offer.id for offer in made])
    )
    found: dict[int, list[MessageState]] = defaultdict(list)
    for offer_id, state in db.execute(query.order_by(Message.id).with_for_update() if lock else query):
        found[offer_id].append(state)
    return found


def unreached(now: datetime) -> Select[Offer]:
    """A query: open offers that may be told, but of which no message arrived or can still arrive by itself.

    Nobody has spoken with these families either. A message that nobody can tell of is not known to have arrived.
    """
    hopeful = select(Message.id).where(Message.kind == KIND, Message.thing_id == Offer.id, Message.state.in_(HOPEFUL))
    query = select(Offer).where(Offer.state == OfferState.OPEN, func.coalesce(Offer.told_from, Offer.made_at) <= now)
    return query.where(Offer.spoken_at.is_(None), ~hopeful.exists())


def unknown_since(db: Session, offer: Offer) -> datetime | None:
    """Since when nobody can tell whether the family got the latest message about the offer; None when all failed."""
    since: datetime | None = db.scalar(
        select(func.max(func.coalesce(Message.claimed_at, Message.made_at))).where(
            Message.kind == KIND, Message.thing_id == offer.id, Message.state == MessageState.UNKNOWN
        )
    )
    return since


def got_out(db: Session, offer: Offer, *, besides: int = 0, certain: bool = False) -> bool:
    """True when a message about the offer, other than that one, has gone or (unless `certain`) may have."""
    about = Message.kind == KIND, Message.thing_id == offer.id, Message.id != besides
    query = select(Message.id).where(*about, Message.state.in_(GOING if certain else OUT))
    return db.scalars(query.limit(1)).first() is not None
