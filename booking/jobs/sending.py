"""What the schedulers do with messages."""

from __future__ import annotations

from booking.jobs.taking import BATCH, Stopping, each, never
from booking.outbox import delivery, queue, receipts
from booking.outbox.messages import Message
from booking.people import falling_back
from booking.services import Services


def deliver(services: Services, stopping: Stopping = never) -> int:
    """Hand over the messages that are due."""
    done = delivery.deliver(
        services.database, services.senders, services.composers, services.clock, limit=BATCH, stop=stopping
    )
    return done.total


def mark_unknown(services: Services, stopping: Stopping = never) -> int:
    """Say of messages that a crashed worker left behind that nobody can tell, but for those that a receipt tells of."""
    with services.database.transaction() as db:
        marked = queue.mark_unknown(db, now=services.clock())
        receipts.settle(db)
        return marked


def fall_back(services: Services, stopping: Stopping = never) -> int:
    """Let what did not reach a carer one way go another."""
    now = services.clock()
    with services.database.reading() as db:
        due = falling_back.list_due(db, now=now, limit=BATCH)
    return each(
        services, due, lambda db, id: falling_back.fall_back(db, db.get_one(Message, id), now=now) is not None, stopping
    )
