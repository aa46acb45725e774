"""Where the next group would do most good: only where leaders are certified and free, and a venue is."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import certificates
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.insight import openings
from booking.insight.openings import Found, SearchState, work
from booking.people.registrations import Registration
from booking.places import runs
from booking.places.runs import RunState
from booking.records.accounts import Role
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, account, at, group, registration

TUESDAY = 1
EVERY_DAY = list(range(7))


def wait_for_komet(
    database: Database, cast: Cast, families: int = 5, *, where: str = "farsta", weekdays: list[int] | None = None
) -> None:
    """So many families of one district wait for Komet, at home alone; it takes four to start and has room for six."""
    with database.transaction() as db:
        home, komet = db.merge(getattr(cast, where)), db.merge(cast.komet)
        for number in range(families):
            made = registration(db, f"Familj{number} Demo", home, komet, [home], at(2026, 11, 2 + number))
            made.weekdays = weekdays or EVERY_DAY


def certify(database: Database, cast: Cast, *names: str, last: date | None = None) -> None:
    with database.transaction() as db:
        for name in names:
            certificates.give(db, getattr(cast, name).id, cast.komet.id, date(2026, 1, 1), last, now=NOW, by=SYSTEM)


def look(database: Database) -> Found:
    with database.reading() as db:
        return work.look(db, now=NOW)


def test_where_five_families_wait_a_group_would_give_all_of_them_a_place(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    found = look(database).openings
    assert [(each.programme_id, each.district_id, each.language) for each in found] == [
        (cast.komet.id, cast.farsta.id, "sv")
    ]
    assert (found[0].more, found[0].people, found[0].capacity, found[0].minimum) == (5, 5, 6, 4)
    assert (found[0].fitting, found[0].weeks_waited) == (5, 9)
    assert found[0].leader_ids == [cast.carla.id, cast.deniz.id]
    assert date.fromisoformat(found[0].first_day) >= NOW.date() + timedelta(weeks=4)


def test_the_district_with_most_families_comes_first(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast, 4)
    wait_for_komet(database, cast, 6, where="skarpnack")
    certify(database, cast, "carla", "deniz")
    assert [(each.district_id, each.more) for each in look(database).openings] == [
        (cast.skarpnack.id, 6), (cast.farsta.id, 4),
    ]  # fmt: skip


def test_a_group_that_would_not_reach_its_minimum_is_not_proposed(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast, 3)
    certify(database, cast, "carla", "deniz")
    found = look(database)
    assert (found.openings, found.blocked, found.tried) == ([], [], 0)


def test_a_leader_without_a_certificate_does_not_count(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla")
    found = look(database)
    assert found.openings == []
    assert [(each.district_id, each.why, each.free, each.needed) for each in found.blocked] == [
        (cast.farsta.id, "leaders", 1, 2)
    ]


def test_a_certificate_that_ends_before_the_last_meeting_does_not_count(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla")
    certify(database, cast, "deniz", last=date(2027, 3, 1))
    assert look(database).openings == []


def test_a_leader_does_not_lead_two_groups_on_one_evening(database: Database, cast: Cast) -> None:
    # Carla leads ABC in Farsta on Tuesdays at 17.30 until 16 February.
    wait_for_komet(database, cast, weekdays=[TUESDAY])
    certify(database, cast, "carla", "deniz")
    assert [(each.why, each.free) for each in look(database).blocked] == [("leaders", 1)]


def test_a_venue_that_is_taken_that_evening_does_not_count(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast, weekdays=[TUESDAY])
    certify(database, cast, "deniz")
    with database.transaction() as db:
        disa = account(db, "Disa", Role.LEADER, None)
        certificates.give(db, disa.id, cast.komet.id, date(2026, 1, 1), None, now=NOW, by=SYSTEM)
    assert [(each.why, each.free) for each in look(database).blocked] == [("venue", 2)]


def test_who_already_gets_a_place_does_not_ask_for_a_new_group(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    with database.transaction() as db:
        group(db, db.merge(cast.komet), db.merge(cast.farsta), first_day=date(2027, 1, 28), capacity=6, minimum=4)
    assert look(database).openings == []


def test_families_who_need_another_language_are_counted_for_a_group_in_it(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    with database.transaction() as db:
        for each in db.scalars(select(Registration).where(Registration.programme_id == cast.komet.id)):
            each.languages = ["so"]
    assert [(each.language, each.more) for each in look(database).openings] == [("so", 5)]


def test_the_usual_hour_of_the_programme_is_proposed(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    with database.transaction() as db:
        early = group(db, db.merge(cast.komet), db.merge(cast.skarpnack), first_day=date(2027, 1, 28), hour=time(9))
        assert early.id
    assert {each.starts_at for each in look(database).openings} == {"09:00"}


def test_a_district_without_a_group_is_shown_with_the_neighbours_that_could_be_theirs(
    database: Database, cast: Cast
) -> None:
    wait_for_komet(database, cast, 5, where="skarpnack")
    with database.transaction() as db:
        near = group(
            db, db.merge(cast.komet), db.merge(cast.farsta), first_day=date(2027, 1, 28), capacity=6, minimum=4
        )
    (lack,) = look(database).missing
    assert (lack.programme_id, lack.district_id, lack.waiting) == (cast.komet.id, cast.skarpnack.id, 5)
    (neighbour,) = lack.neighbours
    assert (neighbour.group_id, neighbour.minutes, neighbour.can_come, neighbour.might_come) == (near.id, 18, 0, 5)
    assert (neighbour.helped, neighbour.if_asked, neighbour.others) == (0, 5, 0)


def test_a_neighbour_that_is_about_to_begin_is_nothing_to_share(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast, 5, where="skarpnack")
    with database.transaction() as db:
        soon = date(2027, 1, 5)  # Tomorrow: its places go by invitation, and no run gives them out.
        group(db, db.merge(cast.komet), db.merge(cast.farsta), first_day=soon, capacity=6, minimum=4)
    (lack,) = look(database).missing
    assert lack.neighbours == []


def test_what_is_found_is_kept_as_it_was(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast, 5, where="skarpnack")
    certify(database, cast, "carla", "deniz")
    found = look(database)
    assert found.openings
    assert found.missing
    assert Found.of(found.as_json()) == found


def test_a_worker_computes_what_was_asked_for_once(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    with database.transaction() as db:
        one, same = openings.request(db, now=NOW, by=SYSTEM), openings.request(db, now=NOW, by=SYSTEM)
        assert one.id == same.id
    assert work.compute_waiting(database, lambda: NOW) == 1
    assert work.compute_waiting(database, lambda: NOW) == 0
    with database.reading() as db:
        done = openings.find_latest(db)
        assert done is not None
        assert (done.state, len(Found.of(done.found).openings)) == (SearchState.DONE, 1)
        assert openings.find_waiting(db) is None


def test_a_fault_is_kept_and_the_next_search_goes_on(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Found:
        raise ZeroDivisionError

    with database.transaction() as db:
        openings.request(db, now=NOW, by=SYSTEM)
    with monkeypatch.context() as broken:
        broken.setattr(work, "look", fail)
        assert work.compute_waiting(database, lambda: NOW) == 1
    with database.transaction() as db:
        failed = openings.find_latest(db)
        assert failed is not None
        assert (failed.state, failed.failure) == (SearchState.FAILED, "ZeroDivisionError")
        openings.request(db, now=NOW, by=SYSTEM)
    assert work.compute_waiting(database, lambda: NOW) == 1


def test_it_is_looked_for_once_a_day_and_after_each_publishing(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        assert openings.is_due(db, now=NOW)
        openings.request_due(db, now=NOW)
        assert not openings.is_due(db, now=NOW + timedelta(hours=19))
        assert openings.is_due(db, now=NOW + timedelta(hours=21))
        run = runs.request(db, now=NOW, by=SYSTEM)
        run.state, run.published_at = RunState.PUBLISHED, NOW + timedelta(hours=1)
        db.flush()
        assert openings.is_due(db, now=NOW + timedelta(hours=2))


def test_looking_changes_nothing(database: Database, cast: Cast) -> None:
    wait_for_komet(database, cast)
    certify(database, cast, "carla", "deniz")
    look(database)
    with database.reading() as db:
        assert len(db.scalars(select(Group)).all()) == 2
        assert len(db.scalars(select(Programme)).all()) == 2
