"""One family in two tabs, on PostgreSQL: one calendar address, one call, one stop, whoever clicks first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.course import calendars, calls, message_choices
from booking.course.message_choices import Choices
from booking.people.families import Carer
from booking.people.writing import Sender
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast, build

AT_ONCE = 6
SENDER = Sender("https://likaplats.example", "Stockholms stad", "08-000 00 00")


def all_at_once(database: Database, work: Callable[[Session, Carer], object]) -> list[object]:
    """What each of several got who did the same for Amina at the same time."""
    with database.transaction() as db:
        cast: Cast = build(db)
        who = cast.amina.carers[0].id

    def one(_number: int) -> object:
        with database.transaction() as db:
            return work(db, db.get_one(Carer, who))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_of_several_new_calendar_addresses_the_last_one_answers(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        made = all_at_once(database, lambda db, carer: calendars.make_address(db, carer, now=NOW))
        with database.reading() as db:
            found = [calendars.list_behind(db, str(token), SENDER, now=NOW) for token in made]
    assert sorted(each is None for each in found) == [False] + [True] * (AT_ONCE - 1)


def test_e_mail_that_is_stopped_several_times_at_once_is_stopped_once(postgres_url: str) -> None:
    def stop(db: Session, carer: Carer) -> None:
        message_choices.stop_email(db, carer, now=NOW, by=carer.actor)

    with closing(Database(postgres_url)) as database:
        all_at_once(database, stop)
        with database.reading() as db:
            assert len(calls.list_open(db, None)) == 1
            assert list(db.scalars(select(AuditEntry.action).where(AuditEntry.actor == "carer"))) == ["mail stopped"]


def test_the_same_choice_in_several_tabs_is_one_choice(postgres_url: str) -> None:
    def choose(db: Session, carer: Carer) -> Choices:
        wanted = Choices(frozenset({"email"}), "so", True)
        return message_choices.choose(db, carer, wanted, now=NOW, by=carer.actor)

    with closing(Database(postgres_url)) as database:
        kept = all_at_once(database, choose)
        with database.reading() as db:
            done = list(db.scalars(select(AuditEntry.action).where(AuditEntry.actor == "carer")))
    assert set(kept) == {Choices(frozenset({"email"}), "so", True)}
    assert done == ["message choices changed"]
