"""What the schedulers do with messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.taking import Stopping, never, see_to
from booking.outbox import delivery, queue, receipts, watching
from booking.outbox.messages import Message
from booking.people import falling_back
from booking.services import Services

ROUND = 10_000
"""So many messages at most; then the log says how far it has come, and the next round begins."""


def deliver(services: Services, stopping: Stopping = never) -> int:
    """Hand over the messages that are due, until none is left."""
    done = delivery.deliver(
        services.database, services.senders, services.composers, services.clock, limit=ROUND, stop=stopping
    )
    return done.total


def mark_unknown(services: Services, stopping: Stopping = never) -> int:
    """Say of messages that a crashed worker left behind that nobody can tell, but for those that a receipt tells of."""
    with services.database.transaction() as db:
        marked = queue.mark_unknown(db, now=services.clock())
        receipts.settle(db)
        return marked


def watch_messages(services: Services, stopping: Stopping = never) -> int:
    """Tell the centre of a provider that stays down, and of messages that do not get away."""
    used = {sender.name for senders in services.senders.values() for sender in senders}
    with services.database.transaction() as db:
        return watching.watch(db, used, now=services.clock())


def fall_back(services: Services, stopping: Stopping = never) -> int:
    """Let what did not reach a carer one way go another."""

    def another_way(db: Session, id: int, *, now: datetime) -> bool:
        return falling_back.fall_back(db, db.get_one(Message, id), now=now) is not None

    return see_to(services, falling_back.list_due, another_way, stopping)
