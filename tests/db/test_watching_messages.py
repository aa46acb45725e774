"""The centre is alarmed when a provider stays down or messages do not get away, and not at night or during a hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from booking import jobs, services
from booking.base.db import Database
from booking.outbox import health, holding, messages, watching
from booking.outbox.health import Noted, Result
from booking.outbox.messages import MessageState
from booking.records import alarms
from booking.records.audit import SYSTEM
from config import Settings
from tests.cast import NOW, Cast, at
from tests.db.post_office import Box

EVENING = at(2027, 1, 4, 20)  # 21.00 in Stockholm: quiet.
MORNING = at(2027, 1, 5, 7)  # 08.00 in Stockholm: quiet no longer.


def minutes(number: int, after: datetime = NOW) -> datetime:
    return after + timedelta(minutes=number)


def alarmed(database: Database, now: datetime) -> list[tuple[str, dict[str, object]]]:
    """The alarms that are open once somebody has watched."""
    with database.transaction() as db:
        watching.watch(db, ["46elks", "smtp"], now=now)
    with database.reading() as db:
        return [(alarm.kind, alarm.values) for alarm in alarms.list_open(db, None)]


def hand_over(database: Database, result: Result, now: datetime, provider: str = "46elks") -> None:
    with database.transaction() as db:
        health.note(db, [Noted(provider, result, "elks credits")] * 3, now=now)


def write(database: Database, cast: Cast, now: datetime, *, urgent: bool = False) -> None:
    with database.transaction() as db:
        messages.queue(db, "offer", 1, cast.amina.carers[0].id, "sms", now=now, urgent=urgent)


def test_a_provider_that_stays_down_is_an_alarm_until_it_works_again(database: Database) -> None:
    hand_over(database, Result.FAULT, NOW)
    assert alarmed(database, minutes(14)) == []
    values = {"provider": "46elks", "since": NOW.isoformat(), "fault": "elks credits"}
    assert [alarmed(database, minutes(each)) for each in (15, 16)] == [[("provider_down", values)]] * 2
    hand_over(database, Result.OK, minutes(20))
    assert alarmed(database, minutes(21)) == []


def test_each_provider_that_is_down_has_its_alarm(database: Database) -> None:
    hand_over(database, Result.FAULT, NOW)
    hand_over(database, Result.FAULT, NOW, "smtp")
    assert len(alarmed(database, minutes(15))) == 2
    hand_over(database, Result.OK, minutes(20), "smtp")
    assert [values["provider"] for _kind, values in alarmed(database, minutes(21))] == ["46elks"]


def test_a_provider_that_is_no_longer_used_is_no_alarm(database: Database) -> None:
    hand_over(database, Result.FAULT, NOW, "pigeons")
    assert alarmed(database, minutes(15)) == []


def test_messages_that_do_not_get_away_are_an_alarm_until_they_have(database: Database, cast: Cast) -> None:
    write(database, cast, NOW)
    assert alarmed(database, minutes(14)) == []
    assert alarmed(database, minutes(15)) == [("messages_late", {"count": 1, "since": NOW.isoformat()})]
    with database.transaction() as db:
        message = messages.find_by_reference(db, messages.reference(f"offer/1/1/{cast.amina.carers[0].id}/sms/1"))
        assert message is not None
        message.state = MessageState.SENT
    assert alarmed(database, minutes(16)) == []


@pytest.mark.parametrize(("urgent", "late"), [(False, False), (True, True)])
def test_at_night_only_what_is_urgent_is_late(database: Database, cast: Cast, urgent: bool, late: bool) -> None:
    write(database, cast, EVENING, urgent=urgent)
    assert bool(alarmed(database, minutes(60, EVENING))) == late


def test_in_the_morning_what_has_rested_has_its_time_before_it_is_late(database: Database, cast: Cast) -> None:
    write(database, cast, EVENING)
    assert alarmed(database, minutes(14, MORNING)) == []
    assert len(alarmed(database, minutes(15, MORNING))) == 1


def test_what_is_held_is_not_late(database: Database, cast: Cast) -> None:
    write(database, cast, NOW)
    with database.transaction() as db:
        holding.hold(db, "sms", reason="Fel text", now=NOW, by=SYSTEM)
    assert alarmed(database, minutes(60)) == []


def test_what_has_its_time_later_is_not_late(database: Database, cast: Cast) -> None:
    write(database, cast, minutes(60))
    assert alarmed(database, minutes(60)) == []


def test_the_scheduler_watches_the_providers_that_are_in_use(settings: Settings, database: Database) -> None:
    hand_over(database, Result.FAULT, NOW)
    made = services.build(settings, clock=lambda: minutes(15), senders={"sms": Box(name="46elks")})
    assert jobs.watch_messages(made) == 1
    made.database.close()
    assert "watch_messages" in {step.name for step in jobs.steps(demo=False)}
