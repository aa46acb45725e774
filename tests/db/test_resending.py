"""Messages that failed, or that nobody can tell of, are sent once more: one by one, or all with one cause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import messages, resending, troubles
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast


def message(
    database: Database, cast: Cast, state: MessageState, *, hours_of_use: int | None = None, thing: int = 1
) -> str:
    with database.transaction() as db:
        until = None if hours_of_use is None else NOW + timedelta(hours=hours_of_use)
        carer = cast.amina.carers[0].id
        made = messages.queue(db, "reminder", thing, carer, "email", now=NOW, not_after=until)
        assert made is not None
        made.state = state
        return made.reference


def again(database: Database, cast: Cast, reference: str, *, later: timedelta = timedelta(0)) -> Message:
    with database.transaction() as db:
        found = resending.get(db, reference)
        return resending.send_again(db, found, now=NOW + later, by=cast.eva.actor)


def all_again(database: Database, cast: Cast, *, of_carer: int | None = None) -> int:
    with database.transaction() as db:
        mine = None if of_carer is None else select(Carer.id).where(Carer.id == of_carer)
        group = troubles.groups(db, now=NOW)[0]
        return resending.send_all_again(db, group, carer_ids=mine, now=NOW, by=cast.eva.actor)


def keys(database: Database) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(select(Message.key).order_by(Message.id)))


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


def test_all_with_one_cause_are_sent_again_once(database: Database, cast: Cast) -> None:
    for thing in (1, 2):
        message(database, cast, MessageState.FAILED, thing=thing)
    group, carer = None, cast.amina.carers[0].id
    with database.transaction() as db:
        group = troubles.groups(db, now=NOW)[0]
        assert resending.send_all_again(db, group, now=NOW, by=cast.eva.actor) == 2
        assert resending.send_all_again(db, group, now=NOW, by=cast.eva.actor) == 0
    assert keys(database)[2:] == [f"reminder/{thing}/1/{carer}/email/2" for thing in (1, 2)]


def test_what_is_too_late_stays_when_the_rest_is_sent_again(database: Database, cast: Cast) -> None:
    message(database, cast, MessageState.FAILED, thing=1)
    message(database, cast, MessageState.FAILED, thing=2, hours_of_use=0)
    assert all_again(database, cast) == 1
    assert len(keys(database)) == 3


def test_only_the_own_families_messages_are_sent_again(database: Database, cast: Cast) -> None:
    message(database, cast, MessageState.FAILED)
    assert all_again(database, cast, of_carer=cast.ben.carers[0].id) == 0


def test_a_message_that_the_night_holds_can_be_let_go(database: Database, cast: Cast) -> None:
    waiting = message(database, cast, MessageState.QUEUED)
    with database.transaction() as db:
        resending.hurry(db, resending.get(db, waiting), now=NOW, by=cast.eva.actor)
    with database.reading() as db:
        assert resending.get(db, waiting).urgent
        assert "message hurried" in set(db.scalars(select(AuditEntry.action)))


def test_a_message_that_has_gone_cannot_be_let_go(database: Database, cast: Cast) -> None:
    gone = message(database, cast, MessageState.SENT)
    with database.transaction() as db, pytest.raises(resending.Refused):
        resending.hurry(db, resending.get(db, gone), now=NOW, by=cast.eva.actor)
