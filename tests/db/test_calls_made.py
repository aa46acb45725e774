"""What somebody hears when they phone a family: done at once, by the same operations as on the web."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.base.errors import Refused
from booking.course import calls
from booking.course.calls import Call, CallWhy, Outcome, TryResult
from booking.outbox.messages import MessageState
from booking.people import families
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.records.audit import SYSTEM, AuditEntry
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast, at
from tests.db.callers import became, offer_to_amina, only_phone, read, run_out, say, watch


@pytest.fixture
def offer(database: Database, cast: Cast) -> int:
    """An offer to Amina, who is reached by mail, to be answered by Saturday at ten."""
    return offer_to_amina(database, cast)


@pytest.fixture
def by_phone(database: Database, cast: Cast) -> int:
    """The same, but she has only a number that nobody has confirmed: she registered by phone."""
    only_phone(database, cast)
    return offer_to_amina(database, cast)


def test_the_time_counts_from_when_somebody_has_spoken_with_them(database: Database, cast: Cast, by_phone: int) -> None:
    watch(database)
    call = say(database, calls.thinking, cast, at(2027, 1, 7))
    made = read(database, by_phone)
    assert (made.reply_by, made.spoken_at) == (at(2027, 1, 11), at(2027, 1, 7))
    assert (call.is_open, call.call_from) == (True, at(2027, 1, 9))
    assert run_out(database, by_phone, at(2027, 1, 11)) is OfferState.EXPIRED


def test_speaking_twice_starts_the_time_once(database: Database, cast: Cast, by_phone: int) -> None:
    watch(database)
    say(database, calls.thinking, cast, at(2027, 1, 7))
    say(database, calls.thinking, cast, at(2027, 1, 9))
    assert read(database, by_phone).reply_by == at(2027, 1, 11)


def test_a_time_that_may_have_been_printed_is_never_moved_earlier(database: Database, cast: Cast, offer: int) -> None:
    became(database, state=MessageState.UNKNOWN, claimed_at=NOW - timedelta(hours=20))
    with database.transaction() as db:
        db.execute(update(Offer).values(reply_by=at(2027, 1, 12)))
    watch(database)
    say(database, calls.thinking, cast)
    assert read(database, offer).reply_by == at(2027, 1, 12)


@pytest.mark.parametrize(
    ("act", "state", "outcome", "registration"),
    [
        (calls.accepted, OfferState.ACCEPTED, Outcome.YES, RegistrationState.PLACED),
        (calls.declined, OfferState.DECLINED, Outcome.NO, RegistrationState.WAITING),
    ],
)
def test_a_yes_or_a_no_on_the_phone_is_as_good_as_any_other(
    database: Database, cast: Cast, by_phone: int,
    act: Callable[..., object], state: OfferState, outcome: Outcome, registration: RegistrationState,
) -> None:  # fmt: skip
    watch(database)
    call = say(database, act, cast)
    assert (read(database, by_phone).state, call.outcome, call.is_open) == (state, outcome, False)
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is registration
        acts = select(AuditEntry.action).where(AuditEntry.actor == "account", AuditEntry.actor_id == cast.eva.id)
        assert {"offer told by phone", f"offer {state.value}", "spoken with"} <= set(db.scalars(acts))


def test_whoever_is_reached_after_the_time_first_set_has_all_of_theirs(
    database: Database, cast: Cast, by_phone: int
) -> None:
    watch(database)
    say(database, calls.accepted, cast, at(2027, 1, 12))
    assert read(database, by_phone).state is OfferState.ACCEPTED


def test_a_place_that_was_answered_on_the_web_meanwhile_is_not_answered_again(
    database: Database, cast: Cast, offer: int
) -> None:
    became(database, state=MessageState.FAILED)
    watch(database)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, offer), now=NOW, by=SYSTEM)
    with pytest.raises(Refused):
        say(database, calls.accepted, cast)


@pytest.mark.parametrize(
    ("act", "result"),
    [(calls.no_answer, TryResult.NO_ANSWER), (calls.needs_interpreter, TryResult.INTERPRETER)],
)
def test_a_call_without_an_answer_counts_and_comes_back_after_three_waking_hours(
    database: Database, cast: Cast, by_phone: int, act: Callable[..., object], result: TryResult
) -> None:
    watch(database)
    call = say(database, act, cast, at(2027, 1, 4, 17))
    assert [(each.result, each.account_id) for each in call.tries] == [(result, cast.eva.id)]
    assert call.call_from == at(2027, 1, 5, 8)
    assert call.interpreter is (result is TryResult.INTERPRETER)
    assert read(database, by_phone).spoken_at is None


@pytest.mark.parametrize(("seconds", "tries"), [(0, 1), (59, 1), (60, 2)])
@pytest.mark.parametrize("act", [calls.no_answer, calls.needs_interpreter, calls.thinking])
def test_the_same_said_twice_within_a_minute_is_one_try(
    database: Database, cast: Cast, by_phone: int, act: Callable[..., object], seconds: int, tries: int
) -> None:
    watch(database)
    say(database, act, cast, NOW)
    assert len(say(database, act, cast, NOW + timedelta(seconds=seconds)).tries) == tries
    with database.reading() as db:
        told = db.scalars(select(LedgerLine.event).where(LedgerLine.event == "called")).all()
    assert len(told) == tries


def test_nothing_more_is_sent_to_a_wrong_number(database: Database, cast: Cast, offer: int) -> None:
    with database.transaction() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at = NOW
    became(database, state=MessageState.FAILED)
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        calls.put(db, amina, CallWhy.NOT_REACHED, thing_kind="offers", thing_id=offer, now=NOW)
    with database.transaction() as db:
        calls.wrong_number(db, db.scalars(select(Call)).one(), db.get_one(Carer, carer.id), now=NOW, by=cast.eva.actor)
    with database.reading() as db:
        assert db.get_one(Carer, carer.id).channels == ["email"]


def test_a_family_reached_only_by_phone_that_let_an_offer_lapse_is_asked_by_phone(
    database: Database, cast: Cast
) -> None:
    only_phone(database, cast)
    with database.transaction() as db:
        db.execute(update(Registration).where(Registration.id == cast.amina.id).values(paused_at=NOW))
    assert watch(database) == [(CallWhy.RECONFIRM, True)]
    call = say(database, calls.stays, cast)
    assert call.outcome is Outcome.SPOKEN
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).paused_at is None
    assert watch(database) == [(CallWhy.RECONFIRM, False)]


def test_whoever_no_longer_wants_to_wait_leaves_the_queue(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        calls.put(db, db.get_one(Registration, cast.amina.id), CallWhy.NO_CHANNEL, now=NOW)
    assert say(database, partial(calls.leaves, reason="De har flyttat."), cast).outcome is Outcome.LEFT
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WITHDRAWN
