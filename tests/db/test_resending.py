"""Messages that failed, or that nobody can tell of, are seen by staff and sent once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import messages, resending
from booking.outbox.messages import Message, MessageState
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast


def message(database: Database, cast: Cast, state: MessageState, *, hours_of_use: int | None = None) -> int:
    with database.transaction() as db:
        until = None if hours_of_use is None else NOW + timedelta(hours=hours_of_use)
        carer = cast.amina.carers[0].id
        made = messages.queue(db, "reminder", 1, carer, "email", now=NOW, not_after=until)
        assert made is not None
        made.state = state
        return made.id


def again(database: Database, cast: Cast, message_id: int, *, later: timedelta = timedelta(0)) -> Message:
    with database.transaction() as db:
        found = resending.get(db, message_id)
        return resending.send_again(db, found, now=NOW + later, by=cast.eva.actor)


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNKNOWN])
def test_a_troubled_message_is_queued_under_the_next_attempt(
    database: Database, cast: Cast, state: MessageState
) -> None:
    first = message(database, cast, state)
    made = again(database, cast, first)
    carer = cast.amina.carers[0].id
    with database.reading() as db:
        found = db.get_one(Message, made.id)
        assert (found.key, found.state) == (f"reminder/1/1/{carer}/email/2", MessageState.QUEUED)
        assert "message sent again" in set(db.scalars(select(AuditEntry.action)))


def test_what_has_been_sent_again_is_no_longer_troubled(database: Database, cast: Cast) -> None:
    first = message(database, cast, MessageState.FAILED)
    with database.reading() as db:
        assert resending.counts(db, now=NOW).failed == 1
    again(database, cast, first)
    with database.reading() as db:
        assert (resending.counts(db, now=NOW).failed, resending.list_in(db, MessageState.FAILED)) == (0, [])


def test_two_who_press_at_once_send_it_once(database: Database, cast: Cast) -> None:
    first = message(database, cast, MessageState.UNKNOWN)
    again(database, cast, first)
    with pytest.raises(resending.Refused):
        again(database, cast, first)


def test_a_message_that_arrived_is_not_sent_again(database: Database, cast: Cast) -> None:
    first = message(database, cast, MessageState.SENT)
    with pytest.raises(resending.Refused):
        again(database, cast, first)


def test_a_message_past_its_use_is_not_sent_again(database: Database, cast: Cast) -> None:
    first = message(database, cast, MessageState.FAILED, hours_of_use=1)
    with pytest.raises(resending.Refused) as refusal:
        again(database, cast, first, later=timedelta(hours=2))
    assert refusal.value.code == "late"


def test_a_message_that_waits_too_long_is_late(database: Database, cast: Cast) -> None:
    message(database, cast, MessageState.QUEUED)
    with database.reading() as db:
        counts = resending.counts(db, now=NOW + timedelta(minutes=11))
        assert (counts.queued, counts.late) == (1, 1)
