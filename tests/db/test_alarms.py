"""Alarms: what staff must look at, once, until it is seen to."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from booking.base.db import Database
from booking.base.errors import Refused
from booking.records import alarms
from booking.records.alarms import Alarm
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast, at

LATER = at(2027, 1, 5)


def sound(database: Database, district_id: int | None = None, **values: int) -> int:
    with database.transaction() as db:
        return alarms.sound(
            db, "group_at_risk", thing_kind="groups", thing_id=7, district_id=district_id, now=NOW, **values
        ).id


def test_the_same_alarm_is_not_open_twice_and_keeps_its_figures_fresh(database: Database) -> None:
    assert sound(database, short=3) == sound(database, short=2)
    with database.reading() as db:
        assert [alarm.values for alarm in alarms.list_open(db, None)] == [{"short": 2}]


def test_the_database_itself_refuses_the_same_alarm_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sound(database)
    # As a worker sees it that looked a moment before the other one wrote.
    seen = iter([None])
    find = alarms.find_open
    monkeypatch.setattr(alarms, "find_open", lambda db, kind, **about: next(seen, find(db, kind, **about)))
    sound(database)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Alarm)) == 1


def test_each_district_sees_its_own_and_the_centre_sees_all(database: Database, cast: Cast) -> None:
    farsta, centre = sound(database, cast.farsta.id), sound(database)
    with database.reading() as db:
        assert [alarm.id for alarm in alarms.list_open(db, {cast.farsta.id})] == [farsta]
        assert alarms.list_open(db, {cast.skarpnack.id}) == []
        assert [alarm.id for alarm in alarms.list_open(db, None)] == [centre, farsta]


def test_when_the_cause_is_gone_the_alarm_is_settled_everywhere(database: Database, cast: Cast) -> None:
    sound(database, cast.farsta.id)
    sound(database, cast.skarpnack.id)
    with database.transaction() as db:
        alarms.settle(db, "group_at_risk", thing_kind="groups", thing_id=7, now=LATER)
        assert alarms.list_open(db, None) == []


def test_what_comes_back_is_a_new_alarm(database: Database) -> None:
    first = sound(database)
    with database.transaction() as db:
        alarms.settle(db, "group_at_risk", thing_kind="groups", thing_id=7, now=LATER)
    assert sound(database) != first


def test_staff_see_to_an_alarm_once_and_the_audit_log_says_who(database: Database, cast: Cast) -> None:
    alarm_id = sound(database, cast.farsta.id)
    with database.transaction() as db:
        alarm = db.get_one(Alarm, alarm_id)
        assert not alarms.see_to(db, alarm, now=LATER, by=cast.eva.actor).is_open
        with pytest.raises(Refused):
            alarms.see_to(db, alarm, now=LATER, by=cast.filip.actor)
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "alarm settled")).one()
        assert (entry.actor_id, entry.thing, entry.thing_id) == (cast.eva.id, "alarms", alarm_id)
