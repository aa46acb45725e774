"""Plans of reminders: one for each programme, in versions; the city's settings where nobody has made one."""

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.programmes import Programme
from booking.course import reminders
from booking.course.reminders import Plan
from booking.records import policies
from booking.records.audit import SYSTEM, AuditEntry, AuditValue
from booking.records.policies import Policy
from tests.cast import NOW, Cast

EARLIER = Plan(later_days=(2,), later_morning=False, day_at=time(13), bring={"sv": "inneskor", "so": "kabo"})


def change(database: Database, cast: Cast, plan: Plan, version: int = 0) -> None:
    with database.transaction() as db:
        abc = db.get_one(Programme, cast.abc.id)
        reminders.change(db, abc, plan, version=version, now=NOW, by=SYSTEM, reason="Vi provar")


def test_without_a_plan_of_its_own_a_programme_follows_the_city(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        policies.change(db, Policy(first_reminder_days=(3,), same_morning=False), now=NOW, by=SYSTEM, reason="test")
        assert reminders.of(db, cast.abc.id) == Plan(first_days=(3,), later_morning=False)


def test_a_plan_comes_back_as_it_was_written_and_holds_for_its_programme_alone(database: Database, cast: Cast) -> None:
    change(database, cast, EARLIER)
    with database.reading() as db:
        assert reminders.of(db, cast.abc.id) == EARLIER
        assert reminders.of(db, cast.komet.id) == Plan()


def test_every_version_stays_and_the_audit_log_says_what_was_changed(database: Database, cast: Cast) -> None:
    change(database, cast, EARLIER)
    change(database, cast, replace(EARLIER, day_at=time(14)), version=1)
    with database.reading() as db:
        assert [each.day_at for each in reminders.versions(db, cast.abc.id)] == [time(14), time(13)]
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        values = db.scalars(select(AuditValue).where(AuditValue.entry_id == last.id)).all()
    assert {value.field: (value.before, value.after) for value in values} == {
        "day_at": ("13:00:00", "14:00:00"),
        "reason": (None, "Vi provar"),
    }


def test_two_who_change_the_same_version_do_not_overwrite_each_other(database: Database, cast: Cast) -> None:
    change(database, cast, EARLIER)
    with pytest.raises(reminders.Refused):
        change(database, cast, Plan(), version=0)
    with database.reading() as db:
        assert reminders.of(db, cast.abc.id) == EARLIER


def test_what_to_bring_is_said_in_swedish_to_who_reads_a_language_without_a_text_of_its_own() -> None:
    assert [EARLIER.to_bring(code) for code in ("so", "ar", "sv")] == ["kabo", "inneskor", "inneskor"]
