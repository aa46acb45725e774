"""What text messages cost, month by month: what is known, and how much is not."""

from __future__ import annotations

from datetime import UTC, date, datetime

from booking.base.db import Database
from booking.outbox import costs, messages
from booking.outbox.costs import Sum
from booking.outbox.messages import MessageState
from tests.cast import Cast

NOW = datetime(2027, 4, 20, 9, tzinfo=UTC)
MARCH_LAST = datetime(2027, 3, 31, 21, 59, tzinfo=UTC)  # 23.59 in Stockholm, in summer time.
APRIL_FIRST = datetime(2027, 3, 31, 22, 1, tzinfo=UTC)  # 00.01 on 1 April in Stockholm, still March in UTC.


def sent(database: Database, cast: Cast, thing: int, at: datetime, kind: str = "offer", **values: object) -> None:
    with database.transaction() as db:
        made = messages.queue(db, kind, thing, cast.amina.carers[0].id, str(values.pop("channel", "sms")), now=at)
        assert made is not None
        made.state, made.sent_at, made.claimed_at = MessageState.SENT, at, at
        for name, value in values.items():
            setattr(made, name, value)


def months(database: Database) -> list[costs.Month]:
    with database.reading() as db:
        return costs.by_month(db, now=NOW, months=3)


def test_a_message_counts_in_the_month_of_the_citys_own_clock(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, MARCH_LAST, parts=1, cost=5200)
    sent(database, cast, 2, APRIL_FIRST, parts=2, cost=10400)
    april, march, february = months(database)
    assert [each.first for each in (april, march, february)] == [date(2027, 4, 1), date(2027, 3, 1), date(2027, 2, 1)]
    assert april.total == Sum(messages=1, parts=2, cost=10400)
    assert march.total == Sum(messages=1, parts=1, cost=5200)
    assert february.kinds == {}


def test_each_kind_has_its_own_sum_and_together_they_are_the_months(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, APRIL_FIRST, "offer", parts=2, cost=10400)
    sent(database, cast, 2, APRIL_FIRST, "offer", parts=1, cost=5200)
    sent(database, cast, 3, APRIL_FIRST, "reminder", parts=1, cost=5200)
    april = months(database)[0]
    assert april.kinds == {"offer": Sum(2, 3, 15600), "reminder": Sum(1, 1, 5200)}
    assert (april.total, april.total.amount) == (Sum(3, 4, 20800), 2.08)


def test_what_the_provider_never_said_is_counted_as_not_known(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, APRIL_FIRST, parts=1, cost=5200)
    sent(database, cast, 2, APRIL_FIRST, parts=1)
    sent(database, cast, 3, APRIL_FIRST)
    assert months(database)[0].total == Sum(messages=3, parts=2, cost=5200, without_parts=1, without_cost=2)


def test_what_nobody_can_tell_of_is_counted_apart(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, APRIL_FIRST, state=MessageState.UNKNOWN, sent_at=None)
    assert months(database)[0].total == Sum(unclear=1)


def test_an_email_and_a_message_that_never_went_cost_nothing(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, APRIL_FIRST, channel="email")
    sent(database, cast, 2, APRIL_FIRST, state=MessageState.FAILED, sent_at=None)
    assert months(database)[0].total == Sum()


def test_one_that_failed_after_it_was_handed_over_has_its_price(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, APRIL_FIRST, state=MessageState.FAILED, parts=1, cost=5200)
    assert months(database)[0].total == Sum(1, 1, 5200)


def test_what_is_older_than_the_months_is_left_out(database: Database, cast: Cast) -> None:
    sent(database, cast, 1, datetime(2027, 1, 31, 22, 59, tzinfo=UTC), parts=1, cost=5200)
    assert [each.total for each in months(database)] == [Sum()] * 3
