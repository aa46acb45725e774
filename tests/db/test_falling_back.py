"""What did not reach a carer one way goes by their other way, once, while it is still of use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.outbox import messages, queue, resending
from booking.outbox.messages import Message, MessageState
from booking.people import falling_back, families
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.people.writing import NOT_THIS_WAY
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, build
from tests.db.post_office import later

FAILED: dict[str, Any] = {"state": MessageState.FAILED}


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina's id as a carer, who is reached by SMS and by mail."""
    with database.transaction() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
        return carer.id


def went(database: Database, carer: int, *, kind: str = "reminder", **became: object) -> int:
    """An SMS to Amina, and what became of it; its id."""
    with database.transaction() as db:
        made = messages.queue(db, kind, 7, carer, "sms", now=NOW, version=3, not_after=later(hours=30))
        assert made is not None
        db.execute(update(Message).where(Message.id == made.id).values(**{"claimed_at": NOW, **became}))
        return made.id


def step(database: Database, **delta: float) -> list[str]:
    """Take the step so much later; the keys of all messages there are then."""
    now = later(**delta)
    with database.transaction() as db:
        for each in falling_back.list_due(db, now=now):
            falling_back.fall_back(db, db.get_one(Message, each), now=now)
    with database.reading() as db:
        return list(db.scalars(select(Message.key).order_by(Message.id)))


def test_a_reminder_whose_sms_failed_goes_by_mail_in_the_same_matter(database: Database, amina: int) -> None:
    went(database, amina, **FAILED)
    assert step(database, minutes=1) == [f"reminder/7/3/{amina}/sms/1", f"reminder/7/3/{amina}/email/1"]
    with database.reading() as db:
        other = db.scalars(select(Message).where(Message.channel == "email")).one()
        assert (other.state, other.not_after, other.version) == (MessageState.QUEUED, later(hours=30), 3)


def test_it_goes_once_even_if_that_fails_too(database: Database, amina: int) -> None:
    went(database, amina, **FAILED)
    step(database, minutes=1)
    with database.transaction() as db:
        db.execute(update(Message).values(**FAILED))
    assert len(step(database, minutes=2)) == 2


@pytest.mark.parametrize(
    ("became", "minutes", "messages_then", "why"),
    [
        ({"state": MessageState.SENT}, 5, 1, "it went"),
        ({"state": MessageState.DELIVERED}, 5, 1, "it arrived"),
        ({"state": MessageState.QUEUED}, 5, 1, "it will be tried"),
        ({"state": MessageState.UNKNOWN}, 59, 1, "a receipt may still come"),
        ({"state": MessageState.UNKNOWN}, 60, 2, "nobody can tell, and none has come for an hour"),
        ({"state": MessageState.DROPPED, "why": "the meeting is cancelled"}, 5, 1, "its reason had gone"),
        ({"state": MessageState.DROPPED, "why": NOT_THIS_WAY}, 5, 2, "they had answered STOPP"),
        (FAILED, 30 * 60, 1, "it is of no use any more"),
    ],
)
def test_only_what_did_not_arrive_and_is_of_use_goes_another_way(
    database: Database, amina: int, became: dict[str, Any], minutes: int, messages_then: int, why: str
) -> None:
    went(database, amina, **became)
    assert len(step(database, minutes=minutes)) == messages_then, why


def test_a_code_that_confirms_a_number_goes_nowhere_else(database: Database, amina: int) -> None:
    went(database, amina, kind="confirm", **FAILED)
    assert len(step(database, minutes=1)) == 1


@pytest.mark.parametrize("gone", ["email_confirmed_at", "email_stopped_at"])
def test_nobody_is_written_to_in_a_way_they_have_not_confirmed_or_do_not_want(
    database: Database, amina: int, gone: str
) -> None:
    with database.transaction() as db:
        db.execute(update(Carer).where(Carer.id == amina).values({gone: None if "confirmed" in gone else NOW}))
    went(database, amina, **FAILED)
    assert len(step(database, minutes=1)) == 1


def test_what_staff_have_sent_again_the_same_way_waits_for_that(database: Database, amina: int) -> None:
    first = went(database, amina, **FAILED)
    with database.transaction() as db:
        resending.send_again(db, db.get_one(Message, first), now=later(minutes=1), by=SYSTEM)
    assert len(step(database, minutes=2)) == 2
    with database.transaction() as db:
        db.execute(update(Message).values(**FAILED))
    assert len(step(database, minutes=3)) == 3


def test_what_failed_days_ago_is_left(database: Database, amina: int) -> None:
    message = went(database, amina, **FAILED)
    with database.transaction() as db:
        db.execute(update(Message).where(Message.id == message).values(not_after=None))
    assert len(step(database, days=5)) == 1


def test_what_waited_in_vain_for_its_provider_goes_the_other_way_when_it_is_given_up(
    database: Database, amina: int
) -> None:
    message = went(database, amina, not_after=None, claimed_at=None)
    at = NOW + queue.GIVE_UP_AFTER
    with database.transaction() as db:
        assert queue.give_up(db, "sms", now=at) == 1
        due = falling_back.list_due(db, now=at + timedelta(minutes=1))
    assert due == [message]


def test_what_staff_held_for_a_week_and_then_failed_goes_the_other_way(database: Database, amina: int) -> None:
    message = went(database, amina, not_after=None, claimed_at=later(days=7), **FAILED)
    with database.reading() as db:
        assert falling_back.list_due(db, now=later(days=7, minutes=1)) == [message]


def test_eight_schedulers_at_once_write_it_once(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        carer = build(db).amina.carers[0]
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
    failed = went(database, carer.id, **FAILED)

    def fall_back(_number: int) -> bool:
        with database.transaction() as db:
            return falling_back.fall_back(db, db.get_one(Message, failed), now=later(minutes=1)) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(fall_back, range(8))) == 1
    database.close()
