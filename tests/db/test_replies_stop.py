"""STOPP, START and HJÄLP: without a code, for everybody who has the number, and confirmed once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState

from booking.base.db import Database
from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.replies import ReplyState
from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people import stopping
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, Phones, code_of, give_phone, offer_place, post, text

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def aminas(database: Database, cast: Cast) -> int:
    """Amina has a mobile beside her e-mail; her id."""
    with database.transaction() as db:
        return give_phone(db, cast.amina, AMINAS).id


def answer(database: Database, said: str, *, now: datetime = SOON) -> ReplyState | None:
    with database.transaction() as db:
        reply = text(db, said, now=now)
        return None if reply is None else reply.state


def sms_goes(database: Database, carer_id: int) -> bool:
    with database.reading() as db:
        return "sms" in db.get_one(Carer, carer_id).channels


def call_whys(database: Database) -> list[CallWhy]:
    with database.reading() as db:
        return [call.why for call in calls.list_open(db, None)]


@pytest.mark.parametrize("said", ["STOPP", "stopp!", "Stop", "jooji", "توقف"])
def test_stop_is_heard_and_confirmed_by_a_last_sms(database: Database, aminas: int, phones: Phones, said: str) -> None:
    assert answer(database, said) is ReplyState.STOPPED
    post(database, phones, now=SOON)
    assert phones.sms() == [
        "Du får inga fler sms från Stockholms stad. I stället skickar vi mejl. Vill du ha sms igen? Svara START."
    ]
    assert not sms_goes(database, aminas)


def test_stop_once_more_is_not_answered(database: Database, aminas: int, phones: Phones) -> None:
    answer(database, "stopp")
    assert [answer(database, "stopp") for _ in range(30)] == [ReplyState.IGNORED] * 30
    post(database, phones, now=SOON)
    assert len(phones.sms()) == 1


def test_stop_is_heard_even_from_one_who_has_written_too_much(database: Database, aminas: int) -> None:
    for _ in range(30):
        answer(database, "Jag är på semester")
    assert answer(database, "stopp") is ReplyState.STOPPED


def test_stop_is_for_everybody_who_has_the_number_and_is_confirmed_once(
    database: Database, cast: Cast, aminas: int, phones: Phones
) -> None:
    with database.transaction() as db:
        bens = give_phone(db, cast.ben, AMINAS).id
    answer(database, "stopp")
    post(database, phones, now=SOON)
    assert (sms_goes(database, aminas), sms_goes(database, bens), len(phones.sms())) == (False, False, 1)
    with database.reading() as db:
        stopped = db.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "sms stopped"))
        assert sorted(filter(None, stopped)) == sorted([aminas, bens])


def test_what_was_to_go_by_sms_goes_by_email_instead(database: Database, aminas: int, phones: Phones) -> None:
    with database.transaction() as db:
        first, last = NOW + timedelta(days=2), NOW + timedelta(days=3)
        messages.queue(
            db, "reminder", 7, aminas, "sms", now=NOW, version=3, urgent=True, not_before=first, not_after=last
        )
    answer(database, "stopp")
    with database.reading() as db:
        by_sms, by_email = db.scalars(select(Message).where(Message.kind == "reminder").order_by(Message.id))
    assert (by_sms.state, by_sms.why) == (MessageState.DROPPED, "the carer wants no more SMS")
    assert (by_email.channel, by_email.state, by_email.version, by_email.urgent) == (
        "email", MessageState.QUEUED, 3, True
    )  # fmt: skip
    assert (by_email.not_before, by_email.not_after) == (by_sms.not_before, by_sms.not_after)


def test_what_a_worker_hands_over_at_the_moment_of_a_stop_does_not_go_by_email_too(
    database: Database, aminas: int
) -> None:
    with database.transaction() as db:
        messages.queue(db, "reminder", 7, aminas, "sms", now=NOW)
    with database.transaction() as db:

        @event.listens_for(db, "do_orm_execute")
        def is_faster(asked: ORMExecuteState) -> None:
            mine = asked.bind_mapper is not None and asked.bind_mapper.class_ is Message
            if mine and asked.is_update and not asked.execution_options.get("worker"):
                begun = update(Message).values(state=MessageState.SENDING)
                db.execute(begun, execution_options={"worker": True})

        stopping.stop_sms(db, db.get_one(Carer, aminas), now=SOON, by=SYSTEM)
    with database.reading() as db:
        assert [(each.channel, each.state) for each in db.scalars(select(Message))] == [("sms", MessageState.SENDING)]


def test_who_has_no_email_is_phoned_from_now_on(database: Database, cast: Cast, aminas: int, phones: Phones) -> None:
    with database.transaction() as db:
        db.get_one(Carer, aminas).email_confirmed_at = None
    answer(database, "stopp")
    post(database, phones, now=SOON)
    assert "I stället ringer vi." in phones.sms()[0]
    assert call_whys(database) == [CallWhy.NO_CHANNEL]
    answer(database, "start")
    assert call_whys(database) == []


def test_start_takes_a_stop_back(database: Database, aminas: int, phones: Phones) -> None:
    answer(database, "stopp")
    assert answer(database, "START") is ReplyState.STARTED
    post(database, phones, now=SOON)
    assert phones.sms()[-1] == "Nu får du sms från Stockholms stad igen. Vill du inte det? Svara STOPP."
    assert sms_goes(database, aminas)
    assert answer(database, "start") is ReplyState.IGNORED


def test_help_is_answered_with_a_link_and_a_number_to_ring(database: Database, aminas: int, phones: Phones) -> None:
    assert answer(database, "Hjälp") is ReplyState.HELPED
    post(database, phones, now=SOON)
    assert "https://likaplats.example/m/" in phones.sms()[0]
    assert "08-000 00 00" in phones.sms()[0]
    assert call_whys(database) == []


def test_no_more_than_ten_sms_a_day_are_sent_in_return(database: Database, aminas: int, phones: Phones) -> None:
    for _ in range(15):
        answer(database, "hjälp")
    answer(database, "hjälp", now=SOON + timedelta(hours=25))
    post(database, phones, now=SOON + timedelta(hours=25))
    assert len(phones.sms()) == 11


def test_who_has_stopped_sms_may_still_answer_with_a_code(
    database: Database, cast: Cast, aminas: int, phones: Phones
) -> None:
    with database.transaction() as db:
        offer_place(db, cast.amina, cast.abc_farsta)
    post(database, phones)
    with database.reading() as db:
        code = code_of(db, "offer", db.get_one(Registration, cast.amina.id).carers[0])
    answer(database, "stopp")
    assert answer(database, f"nej {code}") is ReplyState.DECLINED
    post(database, phones, now=SOON)
    assert len(phones.sms()) == 2  # The offer, and the confirmed stop.
