"""What the building wrote to families. The past's messages went out then; only the open offers' are sent now."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.insight.demo.town import Town
from booking.outbox.messages import Message, MessageState
from booking.places.offers import Offer, OfferState

KIND = "offer"
PROVIDER = "demo"


def settle(db: Session, town: Town) -> None:
    """Count every message as sent when it was written, but those of open offers: the scheduler sends them at once.

    Left in the queue, hundreds of old letters would fill the demo's post box at the first start. Deleted, the history
    would say that families were given places without being told.
    """
    db.flush()
    unanswered = select(Offer.id).where(Offer.state == OfferState.OPEN)
    news = (Message.kind == KIND) & Message.thing_id.in_(unanswered)
    quietly = {"synchronize_session": False}
    old = update(Message).where(Message.state == MessageState.QUEUED, ~news)
    db.execute(
        old.values(state=MessageState.SENT, sent_at=Message.made_at, provider=PROVIDER), execution_options=quietly
    )
    db.execute(update(Message).where(news).values(not_before=town.now), execution_options=quietly)
