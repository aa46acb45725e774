"""The waitlist as people read it: in the order of the rule, each district by itself."""

from datetime import date

from booking.base.db import Database
from booking.catalogue import districts
from booking.catalogue.districts import District
from booking.people import waitlist
from booking.people.registrations import Registration, RegistrationState
from tests import cast as people
from tests.cast import Cast, at
from tests.db import rounds


def neighbour(database: Database, cast: Cast, name: str = "Dana Demo", *, home: str = "farsta") -> Registration:
    """Somebody who began to wait between Amina and Ben."""
    with database.transaction() as db:
        where = districts.get_by_code(db, home)
        return people.registration(db, name, where, db.merge(cast.abc), [where], at(2026, 10, 20))


def place_of(database: Database, registration: Registration) -> int | None:
    with database.reading() as db:
        return waitlist.position(db, db.get_one(Registration, registration.id))


def merge(database: Database) -> int:
    """Farsta and Skarpnäck become one; the new district's id."""
    with database.transaction() as db:
        both = [districts.get_by_code(db, code) for code in ("farsta", "skarpnack")]
        south = people.district(db, "soder", "Söder")
        districts.merge(both, south, on=date(2027, 1, 1))
        return south.id


def test_the_place_in_the_queue_counts_families_of_the_same_district(database: Database, cast: Cast) -> None:
    dana = neighbour(database, cast)
    assert [place_of(database, each) for each in (cast.amina, dana, cast.ben)] == [1, 2, 1]


def test_a_family_whose_group_was_cancelled_stands_first(database: Database, cast: Cast) -> None:
    dana = neighbour(database, cast)
    rounds.change(database, dana, city_cancelled=True)
    assert [place_of(database, each) for each in (dana, cast.amina)] == [1, 2]


def test_the_lot_settles_equal_waits(database: Database, cast: Cast) -> None:
    one, other = neighbour(database, cast), neighbour(database, cast, "Elin Demo")
    rounds.change(database, one, lot=2)
    rounds.change(database, other, lot=1)
    assert [place_of(database, each) for each in (cast.amina, other, one)] == [1, 2, 3]


def test_another_programme_is_another_queue(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        komet = people.registration(db, "Dana Demo", cast.farsta, db.merge(cast.komet), [cast.farsta], at(2026, 12, 1))
    assert place_of(database, komet) == 1


def test_who_does_not_wait_has_no_place_in_the_queue(database: Database, cast: Cast) -> None:
    rounds.change(database, cast.amina, state=RegistrationState.PLACED)
    assert place_of(database, cast.amina) is None


def test_merged_districts_share_one_queue(database: Database, cast: Cast) -> None:
    dana = neighbour(database, cast)
    south = merge(database)
    assert [place_of(database, each) for each in (cast.amina, dana, cast.ben)] == [1, 2, 3]
    with database.reading() as db:
        assert waitlist.counts(db) == {(cast.abc.id, south): 3}
        assert [each.id for each in waitlist.list_waiting(db, home_ids=[south])] == [
            cast.amina.id,
            dana.id,
            cast.ben.id,
        ]


def test_the_list_is_in_the_order_of_the_rule_and_may_be_read_in_pages(database: Database, cast: Cast) -> None:
    dana = neighbour(database, cast)
    rounds.change(database, cast.ben, city_cancelled=True)
    with database.reading() as db:
        first = waitlist.list_waiting(db, programme_id=cast.abc.id, limit=2)
        rest = waitlist.list_waiting(db, programme_id=cast.abc.id, limit=2, offset=2)
        assert [each.id for each in [*first, *rest]] == [cast.ben.id, cast.amina.id, dana.id]


def test_a_coordinator_sees_only_the_districts_asked_for(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        farsta = db.get_one(District, cast.farsta.id)
        assert [each.id for each in waitlist.list_waiting(db, home_ids=[farsta.id])] == [cast.amina.id]
        assert waitlist.count_waiting(db, home_ids=[farsta.id]) == 1


def test_counts_are_by_programme_and_district(database: Database, cast: Cast) -> None:
    neighbour(database, cast)
    with database.reading() as db:
        assert waitlist.counts(db) == {(cast.abc.id, cast.farsta.id): 2, (cast.abc.id, cast.skarpnack.id): 1}
