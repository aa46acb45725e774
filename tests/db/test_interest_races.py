"""Several ask and answer about one group at the same moment, on PostgreSQL: nobody twice, and nobody in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Select, func, select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.course import interest
from booking.course.interest import AskState, InterestAsk
from booking.people.families import Family
from tests.cast import Cast, build
from tests.db.test_interest import ask, asked, komet_at_risk, say_yes


@pytest.fixture
def town(postgres_url: str) -> Iterator[tuple[Database, Cast]]:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    yield database, cast
    database.close()


def all_at_once(*acts: Callable[[], object]) -> list[str]:
    def press(act: Callable[[], object]) -> str:
        try:
            act()
        except interest.Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


def test_two_who_ask_for_two_groups_at_once_do_not_ask_the_same_family_twice(town: tuple[Database, Cast]) -> None:
    database, cast = town
    with database.transaction() as db:
        one, other = komet_at_risk(db, cast), komet_at_risk(db, cast)
    assert all_at_once(lambda: ask(database, one), lambda: ask(database, other)) == ["done", "done"]
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(InterestAsk)) == 2


def test_of_many_clicks_on_yes_one_registers(town: tuple[Database, Cast]) -> None:
    database, cast = town
    with database.transaction() as db:
        risky = komet_at_risk(db, cast)
    ask(database, risky)
    answers = all_at_once(*[lambda: say_yes(database, cast.amina)] * 4)
    assert sorted(answers) == ["closed"] * 3 + ["done"]
    found = asked(database, cast.amina)
    assert found is not None
    assert found.state is AskState.YES


def while_somebody_has(database: Database, lock: Select[int], act: Callable[[], object], *, then: Select[int]) -> None:
    """Let `act` wait for a row, and take what whoever has the row takes next: raises when each would wait."""
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as db:
            db.execute(lock)
            at_work = pool.submit(act)
            with pytest.raises(TimeoutError):
                at_work.result(timeout=1)
            db.execute(then)
        at_work.result(timeout=20)


def test_a_yes_waits_for_the_group_before_it_takes_the_family(town: tuple[Database, Cast]) -> None:
    database, cast = town
    with database.transaction() as db:
        risky = komet_at_risk(db, cast)
    ask(database, risky)
    held = select(Group.id).where(Group.id == risky).with_for_update()
    family = select(Family.id).where(Family.id == cast.amina.family_id).with_for_update(nowait=True)
    while_somebody_has(database, held, lambda: say_yes(database, cast.amina), then=family)


def test_asking_stops_nobody_from_placing_a_family_in_the_programme(town: tuple[Database, Cast]) -> None:
    database, cast = town
    with database.transaction() as db:
        risky = komet_at_risk(db, cast)
    held = select(Family.id).where(Family.id == cast.amina.family_id).with_for_update()
    # What the database itself takes when a placement refers to its programme.
    programme = select(Programme.id).where(Programme.id == cast.komet.id)
    programme = programme.with_for_update(read=True, key_share=True, nowait=True)
    while_somebody_has(database, held, lambda: ask(database, risky), then=programme)
