"""A child who outgrows a programme keeps the date in the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import leaving
from booking.outbox.messages import Message
from booking.people import growing
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Reason
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, Cast, at


def waiting(database: Database, cast: Cast, *, birth_year: int, next_too: bool = False) -> int:
    """The id of Sara's registration for ABC, which is followed by ABC tonår."""
    with database.transaction() as db:
        teens = people.programme(db, "abc-tonar", "ABC tonår", ages=(13, 18), count=4)
        db.merge(cast.abc).next_id = teens.id
        made = people.registration(
            db, "Sara Demo", cast.farsta, cast.abc, [cast.farsta], at(2026, 3, 1), birth_year=birth_year
        )
        made.lot = 17
        if next_too:
            other = Registration(family=made.family, programme=teens, waiting_since=at(2026, 9, 1))
            other.state, other.carers, other.children = RegistrationState.WAITING, made.carers, made.children
            db.add(other)
        return made.id


def grow(database: Database) -> int:
    with database.transaction() as db:
        outgrown = growing.list_outgrown(db, now=NOW)
        for each in outgrown:
            growing.move_on(db, db.get_one(Registration, each), now=NOW)
    return len(outgrown)


def live_of(database: Database, registration_id: int) -> list[tuple[str, object, int]]:
    with database.reading() as db:
        family = db.get_one(Registration, registration_id).family_id
        query = select(Registration).where(
            Registration.family_id == family, Registration.state == RegistrationState.WAITING
        )
        return [(each.programme.code, each.waiting_since, each.lot) for each in db.scalars(query)]


def test_a_child_who_is_too_old_goes_on_with_the_same_date_and_lot(database: Database, cast: Cast) -> None:
    made = waiting(database, cast, birth_year=2013)
    assert grow(database) == 1
    assert live_of(database, made) == [("abc-tonar", at(2026, 3, 1), 17)]


def test_the_family_is_told(database: Database, cast: Cast) -> None:
    waiting(database, cast, birth_year=2013)
    grow(database)
    with database.reading() as db:
        assert db.scalars(select(Message.channel).where(Message.kind == "grown")).all() == ["email"]


def test_a_child_who_may_still_be_twelve_stays(database: Database, cast: Cast) -> None:
    made = waiting(database, cast, birth_year=2014)
    assert grow(database) == 0
    assert live_of(database, made) == [("abc", at(2026, 3, 1), 17)]


def test_growing_twice_moves_once(database: Database, cast: Cast) -> None:
    waiting(database, cast, birth_year=2013)
    assert [grow(database), grow(database)] == [1, 0]


def test_the_older_date_counts_when_the_family_already_waits_for_the_next(database: Database, cast: Cast) -> None:
    made = waiting(database, cast, birth_year=2013, next_too=True)
    grow(database)
    assert live_of(database, made) == [("abc-tonar", at(2026, 3, 1), 17)]


def make_offer(db: Session, cast: Cast, registration_id: int) -> None:
    reply_by, reason = NOW + timedelta(hours=48), Reason("by_hand")
    registration, group = db.get_one(Registration, registration_id), db.get_one(Group, cast.abc_farsta.id)
    offers.make(db, registration, group, reason=reason, reply_by=reply_by, now=NOW, by=SYSTEM, override="Ja.")


def offer(database: Database, cast: Cast, registration_id: int) -> None:
    with database.transaction() as db:
        make_offer(db, cast, registration_id)


def test_one_who_holds_an_offer_is_left_alone_until_it_is_answered(database: Database, cast: Cast) -> None:
    offer(database, cast, waiting(database, cast, birth_year=2013))
    assert grow(database) == 0


@pytest.mark.parametrize("meanwhile", ["is offered a place", "leaves the queue"])
def test_who_is_offered_a_place_or_leaves_just_before_stays_as_they_are(
    database: Database, cast: Cast, meanwhile: str
) -> None:
    made = waiting(database, cast, birth_year=2013)
    with database.transaction() as db:
        seen = db.get_one(Registration, growing.list_outgrown(db, now=NOW)[0])
    if meanwhile == "leaves the queue":
        with database.transaction() as db:
            leaving.withdraw(db, db.get_one(Registration, made), now=NOW, by=SYSTEM)
    else:
        offer(database, cast, made)
    with pytest.raises(growing.Refused), database.transaction() as db:
        growing.move_on(db, db.merge(seen, load=False), now=NOW)
    with database.reading() as db:
        state = db.get_one(Registration, made).state
        assert state is (RegistrationState.WITHDRAWN if "leaves" in meanwhile else RegistrationState.WAITING)


def test_an_offer_that_is_just_being_made_keeps_the_family_where_it_is(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = people.build(db)
    made = waiting(database, cast, birth_year=2013)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as db:
            make_offer(db, cast, made)
            growing_up = pool.submit(grow, database)
            with pytest.raises(TimeoutError):
                growing_up.result(timeout=0.5)
        with pytest.raises(growing.Refused):
            growing_up.result(timeout=20)
    assert live_of(database, made) == [("abc", at(2026, 3, 1), 17)]
    database.close()
