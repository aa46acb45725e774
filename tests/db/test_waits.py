"""How long a family is told that it may take: from the ledger alone, by classes, and nothing where we cannot say."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import Database
from booking.course import leaving
from booking.people import confirming
from booking.people.registrations import Registration
from booking.places import offers, waits
from booking.places.waits import Key, Wait, WaitCurve, history
from booking.places.waits.history import Story
from booking.records import ledger
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.test_offers import offer_to


def waited(
    db: Session, programme_id: int, district_id: int, days: int | None, number: int, *, wide: bool | None = None
) -> None:
    """Somebody registered 300 days ago and was offered a place so many days later; None waits still."""
    began = NOW - timedelta(days=300)
    where = {"subject": f"{programme_id}-{district_id}-{wide}-{number}", "programme_id": programme_id}
    counts = {} if wide is None else {"districts": 3 if wide else 1, "weekdays": 5}
    since = today(began).isoformat()
    ledger.write(db, "registered", now=began, district_id=district_id, since=since, **where, **counts)  # type: ignore[arg-type]
    if days is not None:
        ledger.write(db, "offer made", now=began + timedelta(days=days), district_id=district_id, **where)  # type: ignore[arg-type]


def forty(database: Database, programme_id: int, district_id: int, shift: int = 0, wide: bool | None = None) -> None:
    """Forty families were offered a place after one to ten weeks, four each week, `shift` days later than that."""
    with database.transaction() as db:
        for number in range(40):
            waited(db, programme_id, district_id, 7 * (number // 4 + 1) + shift, number, wide=wide)


def learn(database: Database, now: datetime = NOW) -> int:
    with database.transaction() as db:
        return waits.refresh(db, now=now)


def aminas(database: Database, cast: Cast, now: datetime = NOW) -> Wait | None:
    with database.reading() as db:
        return waits.expected(db, db.get_one(Registration, cast.amina.id), now=now)


def key(database: Database, wanted: Key, days: int = 0) -> Wait | None:
    with database.reading() as db:
        return waits.for_key(db, wanted, waited=days)


def test_without_history_nothing_is_said(database: Database, cast: Cast) -> None:
    assert learn(database) == 0
    assert aminas(database, cast) is None


def test_a_family_is_told_what_its_own_district_has_waited(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id)
    forty(database, cast.abc.id, cast.skarpnack.id, shift=70)
    learn(database)
    assert key(database, Key(cast.abc.id, cast.farsta.id)) == Wait(1, 9, 80, 40, near=True)
    assert key(database, Key(cast.abc.id, cast.skarpnack.id)) == Wait(11, 19, 80, 40, near=True)


def test_a_district_with_too_few_borrows_from_the_whole_city(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.skarpnack.id)
    learn(database)
    assert key(database, Key(cast.abc.id, cast.farsta.id)) == Wait(1, 9, 80, 40, near=False)
    assert key(database, Key(cast.komet.id, cast.farsta.id)) is None


def test_who_can_go_to_many_groups_is_told_what_such_families_have_waited(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id, wide=True)
    forty(database, cast.abc.id, cast.farsta.id, shift=70, wide=False)
    learn(database)
    assert key(database, Key(cast.abc.id, cast.farsta.id, wide=True)) == Wait(1, 9, 80, 40, near=True)
    assert key(database, Key(cast.abc.id, cast.farsta.id, wide=False)) == Wait(11, 19, 80, 40, near=True)


def test_the_range_counts_from_how_long_the_family_has_waited(database: Database, cast: Cast) -> None:
    # Amina has waited 94 days. Families of her district were offered a place after 77 to 140 days, 28 of 40 later.
    forty(database, cast.abc.id, cast.farsta.id, shift=70)
    learn(database)
    assert aminas(database, cast) == Wait(low_weeks=0, high_weeks=7, share=80, based_on=28, near=True)


def test_who_has_had_an_offer_is_not_told_when_the_first_one_comes(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id, shift=70)
    learn(database)
    made = offer_to(database, cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        offers.decline(db, db.get_one(offers.Offer, made), now=NOW, by=SYSTEM)
    assert aminas(database, cast) is None


def test_who_goes_first_because_we_cancelled_is_told_no_range(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id, shift=70)
    learn(database)
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).city_cancelled = True
    assert aminas(database, cast) is None


def stories(database: Database) -> list[Story]:
    with database.reading() as db:
        return history.read(db, now=NOW + timedelta(days=1))


def registered(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        confirming.record(db, "registered", db.get_one(Registration, cast.amina.id), now=NOW, by=SYSTEM)


def test_a_wait_begins_when_the_family_registered_and_ends_with_the_offer(database: Database, cast: Cast) -> None:
    registered(database, cast)
    offer_to(database, cast.amina, cast.abc_farsta)
    since = today(cast.amina.waiting_since)
    found = Story(Key(cast.abc.id, cast.farsta.id, wide=True), since, today(NOW), ended=today(NOW), offered=True)
    assert stories(database) == [found]


def test_who_leaves_the_queue_has_waited_at_least_so_long(database: Database, cast: Cast) -> None:
    registered(database, cast)
    with database.transaction() as db:
        leaving.withdraw(db, db.get_one(Registration, cast.amina.id), now=NOW, by=SYSTEM)
    (found,) = stories(database)
    assert (found.ended, found.offered) == (today(NOW), False)


def test_a_district_that_has_merged_lives_on_in_the_one_that_answers_for_it(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.skarpnack.id)
    with database.transaction() as db:
        db.merge(cast.skarpnack, load=False).successor_id = cast.farsta.id
    learn(database)
    assert key(database, Key(cast.abc.id, cast.farsta.id)) == Wait(1, 9, 80, 40, near=True)


def test_the_curves_are_renewed_once_a_day_and_replaced_whole(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id)
    with database.reading() as db:
        assert waits.is_due(db, now=NOW)
    assert learn(database) == learn(database) == 2
    with database.reading() as db:
        assert len(db.scalars(select(WaitCurve)).all()) == 2
        assert not waits.is_due(db, now=NOW + timedelta(hours=19))
        assert waits.is_due(db, now=NOW + timedelta(hours=21))
        assert waits.is_due(db, now=NOW - timedelta(hours=1))


def test_a_programme_tells_each_district_it_knows_and_the_whole_city(database: Database, cast: Cast) -> None:
    forty(database, cast.abc.id, cast.farsta.id)
    learn(database)
    with database.reading() as db:
        assert waits.typical(db) == {
            Key(cast.abc.id, cast.farsta.id): Wait(1, 9, 80, 40, near=True),
            Key(cast.abc.id): Wait(1, 9, 80, 40, near=False),
        }


def test_a_range_is_said_in_plain_words() -> None:
    said = [Wait(4, 9, 80, 40), Wait(0, 2, 80, 40), Wait(0, 1, 80, 40), Wait(30, None, 90, 40)]
    assert [waits.in_words(each) for each in said] == [
        "4–9 veckor", "högst 2 veckor", "högst 1 vecka", "minst 30 veckor",
    ]  # fmt: skip
