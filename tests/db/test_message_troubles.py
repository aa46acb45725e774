"""What did not arrive, or waits, is counted and grouped by its cause, for those whose families it is about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import causes, holding, messages, resending, troubles, waiting
from booking.outbox.messages import Message, MessageState
from booking.outbox.troubles import Trouble
from booking.outbox.waiting import Waits
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at

NIGHT = at(2027, 1, 4, 21)  # 22.00 in Stockholm.


def write(
    database: Database, who: Registration, thing: int, state: MessageState, *, channel: str = "sms", **values: object
) -> str:
    with database.transaction() as db:
        made = messages.queue(db, "offer", thing, who.carers[0].id, channel, now=NOW + timedelta(minutes=thing))
        assert made is not None
        made.state = state
        for name, value in values.items():
            setattr(made, name, value)
        return made.reference


def groups(database: Database, *, now: datetime = NOW, of: Registration | None = None) -> list[Trouble]:
    with database.reading() as db:
        mine = select(Carer.id).where(Carer.id == of.carers[0].id) if of else None
        return troubles.groups(db, now=now, carer_ids=mine)


def test_codes_with_one_cause_are_one_group_and_the_most_stand_first(database: Database, cast: Cast) -> None:
    for thing, code in enumerate(("elks 400", "elks 500", "elks 503", "elks 500"), 1):
        write(database, cast.amina, thing, MessageState.FAILED, fault=code)
    down, number = groups(database)
    assert (down.cause, down.count, down.since) == (causes.DOWN, 3, NOW + timedelta(minutes=2))
    assert sorted(down.codes) == ["elks 500", "elks 503"]
    assert (number.cause, number.count) == (causes.NO_NUMBER, 1)


def test_failed_and_unknown_and_two_channels_are_groups_of_their_own(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.FAILED, fault="elks 500")
    write(database, cast.amina, 2, MessageState.UNKNOWN, fault="elks 500")
    write(database, cast.amina, 3, MessageState.FAILED, channel="email", fault="connect TimeoutError")
    found = {(each.state, each.channel, each.count) for each in groups(database)}
    assert found == {
        (MessageState.FAILED, "sms", 1),
        (MessageState.UNKNOWN, "sms", 1),
        (MessageState.FAILED, "email", 1),
    }


def test_a_message_without_a_code_is_grouped_by_why(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.UNKNOWN, why="the worker that had it stopped")
    assert [each.cause for each in groups(database)] == [causes.STOPPED]


def test_a_group_says_how_many_it_is_not_too_late_for(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.FAILED, not_after=NOW + timedelta(hours=1))
    write(database, cast.amina, 2, MessageState.FAILED)
    assert [(each.count, each.of_use) for each in groups(database, now=NOW + timedelta(hours=2))] == [(2, 1)]


def test_the_messages_of_a_group_are_those_and_no_others(database: Database, cast: Cast) -> None:
    wanted = write(database, cast.amina, 1, MessageState.FAILED, fault="elks credits")
    write(database, cast.amina, 2, MessageState.FAILED, fault="elks 400")
    group = next(each for each in groups(database) if each.cause is causes.CREDITS)
    with database.reading() as db:
        assert [each.reference for each in troubles.list_of(db, group)] == [wanted]


def test_only_the_own_families_messages_are_counted(database: Database, cast: Cast) -> None:
    write(database, cast.ben, 1, MessageState.FAILED)
    write(database, cast.amina, 2, MessageState.FAILED)
    assert [each.count for each in groups(database, of=cast.amina)] == [1]
    with database.reading() as db:
        mine = select(Carer.id).where(Carer.id == cast.amina.carers[0].id)
        assert troubles.counts(db, now=NOW, carer_ids=mine).failed == 1


def test_what_has_been_sent_again_is_no_longer_troubled(database: Database, cast: Cast) -> None:
    first = write(database, cast.amina, 1, MessageState.FAILED)
    with database.transaction() as db:
        resending.send_again(db, resending.get(db, first), now=NOW, by=SYSTEM)
    with database.reading() as db:
        assert (troubles.counts(db, now=NOW).failed, troubles.list_in(db, MessageState.FAILED)) == (0, [])
    assert groups(database) == []


def test_a_message_that_waits_too_long_is_late(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 0, MessageState.QUEUED)
    with database.reading() as db:
        counts = troubles.counts(db, now=NOW + timedelta(minutes=16))
        assert (counts.queued, counts.late) == (1, 1)


def waits(database: Database, now: datetime) -> tuple[dict[Waits, int], list[Waits]]:
    """What the queue says by counting, and message by message."""
    with database.reading() as db:
        seen = waiting.look(db, now=now)
        each = [seen.waits_for(message) for message in db.scalars(select(Message).order_by(Message.id))]
        return dict(waiting.counts(db, seen)), each


def test_at_night_what_is_not_urgent_rests_and_by_day_it_is_its_turn(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.QUEUED)
    write(database, cast.amina, 2, MessageState.QUEUED, urgent=True)
    assert waits(database, NIGHT) == ({Waits.RESTS: 1, Waits.TURN: 1}, [Waits.RESTS, Waits.TURN])
    assert waits(database, at(2027, 1, 5, 9)) == ({Waits.TURN: 2}, [Waits.TURN] * 2)


def test_what_has_its_time_later_and_what_was_tried_are_told_apart(database: Database, cast: Cast) -> None:
    tomorrow = at(2027, 1, 5, 9)
    write(database, cast.amina, 1, MessageState.QUEUED, not_before=tomorrow)
    write(database, cast.amina, 2, MessageState.QUEUED, not_before=tomorrow, tries=1)
    assert waits(database, NIGHT) == ({Waits.LATER: 1, Waits.AGAIN: 1}, [Waits.LATER, Waits.AGAIN])


def test_a_hold_is_said_first_and_only_of_its_channel(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.QUEUED)
    write(database, cast.amina, 2, MessageState.QUEUED, channel="email")
    with database.transaction() as db:
        holding.hold(db, "sms", reason="Fel text", now=NOW, by=SYSTEM)
    assert waits(database, at(2027, 1, 5, 9)) == ({Waits.HELD: 1, Waits.TURN: 1}, [Waits.HELD, Waits.TURN])


def test_what_rests_goes_in_the_morning_and_what_is_urgent_at_once(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, MessageState.QUEUED)
    write(database, cast.amina, 2, MessageState.QUEUED, urgent=True)
    with database.reading() as db:
        seen = waiting.look(db, now=NIGHT)
        times = [seen.goes_at(message) for message in db.scalars(select(Message).order_by(Message.id))]
    assert times == [at(2027, 1, 5, 7), NIGHT]
