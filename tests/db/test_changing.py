"""Answers change while a family waits, and the queue date never does."""

from dataclasses import replace

import pytest

from booking.base.db import Database
from booking.people import changing
from booking.people.changing import Wishes
from booking.people.registrations import Registration
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast


def change(database: Database, cast: Cast, **answers: object) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        changing.change(db, amina, replace(changing.wishes(amina), **answers), now=NOW, by=SYSTEM)  # type: ignore[arg-type]


def amina_now(database: Database, cast: Cast) -> tuple[Wishes, Registration]:
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        return changing.wishes(amina), amina


def test_new_answers_are_kept_and_the_queue_date_with_them(database: Database, cast: Cast) -> None:
    change(database, cast, weekdays=(1, 3), flexible=True)
    answers, amina = amina_now(database, cast)
    assert (answers.weekdays, answers.flexible, amina.waiting_since) == ((1, 3), True, cast.amina.waiting_since)


def test_districts_are_kept_in_the_familys_order(database: Database, cast: Cast) -> None:
    change(database, cast, district_ids=(cast.skarpnack.id, cast.farsta.id))
    assert amina_now(database, cast)[0].district_ids == (cast.skarpnack.id, cast.farsta.id)
    change(database, cast, district_ids=(cast.farsta.id,))
    assert amina_now(database, cast)[0].district_ids == (cast.farsta.id,)


@pytest.mark.parametrize("nothing", [{"weekdays": ()}, {"district_ids": (), "online": False}])
def test_answers_that_leave_nothing_are_refused(database: Database, cast: Cast, nothing: dict[str, object]) -> None:
    with pytest.raises(changing.Refused):
        change(database, cast, **nothing)


def test_whoever_changes_an_answer_has_answered(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).paused_at = NOW
    change(database, cast, short_notice=True)
    assert amina_now(database, cast)[1].paused_at is None


def test_whoever_still_wants_a_place_may_be_offered_one_again(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).paused_at = NOW
    with database.transaction() as db:
        changing.stay(db, db.get_one(Registration, cast.amina.id), now=NOW, by=SYSTEM)
    assert amina_now(database, cast)[1].paused_at is None


WISHES = Wishes(district_ids=(1, 2), weekdays=(1, 3), online=False, flexible=False, short_notice=False)


@pytest.mark.parametrize(
    ("weekday", "districts", "left"),
    [
        (1, (), replace(WISHES, weekdays=(3,))),
        (None, (2,), replace(WISHES, district_ids=(1,))),
        (6, (9,), WISHES),
        (None, (1, 2), None),
    ],
    ids=["a weekday", "a district", "what was never wanted", "everything"],
)
def test_what_does_not_suit_is_left_out_unless_nothing_would_be_left(
    weekday: int | None, districts: tuple[int, ...], left: Wishes | None
) -> None:
    assert changing.without(WISHES, weekday, districts, online=False) == left
