"""A child who outgrows a programme keeps the date in the next."""

from datetime import timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
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
        return growing.grow(db, now=NOW)


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


def test_one_who_holds_an_offer_is_left_alone_until_it_is_answered(database: Database, cast: Cast) -> None:
    made = waiting(database, cast, birth_year=2013)
    with database.transaction() as db:
        reply_by, reason = NOW + timedelta(hours=48), Reason("by_hand")
        registration = db.get_one(Registration, made)
        group = db.get_one(Group, cast.abc_farsta.id)
        offers.make(db, registration, group, reason=reason, reply_by=reply_by, now=NOW, by=SYSTEM, override="Ja.")
    assert grow(database) == 0
