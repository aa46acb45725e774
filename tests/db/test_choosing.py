"""Which groups a run lets a family choose: exactly those that fit it, its home first, then its own order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import Database
from booking.catalogue import groups
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group
from booking.people.fit import fits
from booking.people.registrations import Registration
from booking.places.run_engine.choosing import Choosing
from booking.places.run_engine.history import History, read_meetings
from booking.places.run_engine.waiting import Born, Waiting, read_waiting
from tests import cast as people
from tests.cast import NOW, Cast

YEARS: tuple[list[int], ...] = ([], [2021], [2010], [2010, 2022])
WEEKDAYS = ([1], [0, 3], list(range(7)))
LANGUAGES = ((["sv"], None), (["ar"], None), (["so", "sv"], "ar"), (["so"], "ar"))
FLAGS = list(itertools.product((False, True), repeat=3))


def fill(database: Database, cast: Cast) -> None:
    """Groups unlike one another in every way that matters."""
    with database.transaction() as db:
        abc, farsta, skarpnack = db.merge(cast.abc), db.merge(cast.farsta), db.merge(cast.skarpnack)
        languages = itertools.cycle([["sv"], ["ar", "sv"], ["so"]])
        for number, (step_free, childcare, online) in enumerate(FLAGS):
            first = date(2027, 2, 1 + number * 3)
            made = people.group(db, abc, farsta if number % 2 else skarpnack, first_day=first, hour=time(10))
            made.languages, made.childcare, made.online = next(languages), childcare, online
            made.interpreters = ["ar"] if number % 3 else []
            assert made.venue is not None
            made.venue.step_free = step_free


def wishes(one: Waiting, places: list[int]) -> Iterator[Waiting]:
    """Every combination of answers."""
    orders = [list(each) for count in range(len(places) + 1) for each in itertools.permutations(places, count)]
    for years, weekdays, (spoken, interpreter), flags, order in itertools.product(
        YEARS, WEEKDAYS, LANGUAGES, FLAGS, orders
    ):
        step_free, childcare, online = flags
        yield replace(
            one, children=[Born(year) for year in years], weekdays=weekdays, languages=spoken, interpreter=interpreter,
            step_free=step_free, childcare=childcare, online=online, district_ids=order,
        )  # fmt: skip


def by_asking_each(db: Session, wish: Waiting, coming: list[Group]) -> list[int]:
    """The same, found by asking of every group whether it fits."""
    places = atlas(db)

    def liking(group: Group) -> tuple[bool, bool, int, date, int]:
        if group.online or group.venue is None:
            return True, False, 0, group.first_day, group.id
        there = group.venue.district_id
        return False, there != wish.home_id, wish.district_ids.index(there), group.first_day, group.id

    return [group.id for group in sorted((each for each in coming if fits(wish, each, places)), key=liking)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_family_may_choose_exactly_the_groups_that_fit_it_in_its_own_order(database: Database, cast: Cast) -> None:
    fill(database, cast)
    with database.reading() as db:
        coming, places = groups.list_coming(db, today=today(NOW)), atlas(db)
        choosing = Choosing(coming, History(db), read_meetings(db, NOW), places)
        found = 0
        for wish in wishes(read_waiting(db)[0], [cast.farsta.id, cast.skarpnack.id]):
            chosen = choosing.choices(wish)
            assert [group.id for group in chosen] == by_asking_each(db, wish, coming)
            assert chosen == sorted(chosen, key=choosing.liking(wish))
            found += len(chosen)
    assert found > len(coming)


def test_a_light_row_says_what_the_registration_says(database: Database, cast: Cast) -> None:
    facts = ("family_id", "programme_id", "home_id", "waiting_since", "lot", "seats", "weekdays", "languages")
    needs = ("interpreter", "step_free", "childcare", "online", "flexible", "city_cancelled", "district_ids")
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        amina.adults, amina.flexible, amina.step_free, amina.interpreter = 2, True, True, "ar"
    with database.reading() as db:
        row, amina = read_waiting(db)[0], db.get_one(Registration, cast.amina.id)
        assert {name: getattr(row, name) for name in (*facts, *needs)} == {
            name: getattr(amina, name) for name in (*facts, *needs)
        }
        assert [child.birth_year for child in row.children] == [child.birth_year for child in amina.children]
