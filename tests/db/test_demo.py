"""The demo city: true to its figures, fair in its past, the same each time, and alive on whatever day it is built."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.db import Database
from booking.catalogue import groups, programmes
from booking.catalogue.districts import atlas, get_by_code
from booking.catalogue.groups import Group, GroupState
from booking.course.attendance import Attendance, AttendanceState
from booking.insight import demo, fairness
from booking.outbox.messages import Message, MessageState
from booking.people import confirming, registering, waitlist
from booking.people.families import Carer, ContactCheck, Family
from booking.people.fit import fits
from booking.people.registering import Answers
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState
from booking.places.placements import COUNTING, Placement, PlacementState
from booking.records.accounts import Account
from booking.records.audit import AuditEntry
from tests import testpg
from tests.db import rounds

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # A Tuesday, far from any holiday.
_numbers = itertools.count(1)
# One process builds the city once on each database; the others have enough to do.
pytestmark = pytest.mark.xdist_group("the demo city")


@pytest.fixture(scope="module")
def built(sqlite_template: Path, postgres: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The city built once on each kind of database; to be copied."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, file)
    urls = {"sqlite": f"sqlite:///{file}", "postgresql": testpg.clone(postgres, "template", "demo")}
    for url in urls.values():
        database = Database(url)
        with database.transaction() as db:
            assert demo.build(db, now=NOW)
        database.close()
    return urls


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_city(
    request: pytest.FixtureRequest, built: dict[str, str], postgres: Path, tmp_path: Path
) -> Iterator[Database]:
    """A copy of the city of its own."""
    if request.param == "sqlite":
        shutil.copy(built["sqlite"].removeprefix("sqlite:///"), tmp_path / "copy.db")
        opened = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    else:
        opened = Database(testpg.clone(postgres, "demo", f"demo_{next(_numbers)}"))
    yield opened
    opened.close()


def count(db: Session, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).where(*conditions)) or 0


def test_building_twice_changes_nothing(demo_city: Database) -> None:
    with demo_city.transaction() as db:
        before = count(db, AuditEntry.id > 0)
        assert not demo.build(db, now=NOW + timedelta(days=1))
        assert count(db, AuditEntry.id > 0) == before


def test_the_counter_of_every_group_equals_its_rows(demo_city: Database) -> None:
    with demo_city.reading() as db:
        seats = select(func.coalesce(func.sum(Placement.seats), 0)).where(
            Placement.group_id == Group.id, Placement.state.in_(COUNTING)
        )
        assert db.scalars(select(Group.code).where(Group.places_taken != seats.scalar_subquery())).all() == []


def test_families_wait_for_every_programme_and_some_have_places(demo_city: Database) -> None:
    with demo_city.reading() as db:
        waiting = Counter(programme_id for (programme_id, _), n in waitlist.counts(db).items() for _ in range(n))
        assert all(waiting[each.id] >= 2 for each in programmes.list_active(db))
        assert 330 <= count(db, Family.id > 0) <= 450


def test_what_every_page_shows_is_there(demo_city: Database) -> None:
    with demo_city.reading() as db:
        for lived in GroupState:
            assert lived is GroupState.HIDDEN or count(db, Group.state == lived)
        for state in OfferState:
            assert state is OfferState.WITHDRAWN or count(db, Offer.state == state)
        for ticked in AttendanceState:
            assert count(db, Attendance.state == ticked)
        assert count(db, Placement.state == PlacementState.COMPLETED)
        assert count(db, Registration.paused_at.is_not(None))
        assert count(db, Registration.city_cancelled.is_(True))
        assert len(groups.list_coming(db, today=today(NOW))) >= 15


def test_the_leader_in_farsta_has_a_meeting_today(demo_city: Database) -> None:
    with demo_city.reading() as db:
        leader = next(each for each in db.scalars(select(Account)) if each.name.startswith("Carla"))
        running = groups.list_led(db, leader.id)[0]
        assert running.weekday == today(NOW).weekday()
        assert running.first_day < today(NOW)


def test_only_the_open_offers_are_still_to_be_sent(demo_city: Database) -> None:
    with demo_city.reading() as db:
        queued = db.scalars(select(Message).where(Message.state == MessageState.QUEUED)).all()
        still_open = set(db.scalars(select(Offer.id).where(Offer.state == OfferState.OPEN)))
        assert {(each.kind, each.thing_id) for each in queued} <= {("offer", offer) for offer in still_open}
        assert queued
        assert all(db.get_one(Offer, offer).is_open(NOW) for offer in still_open)


def test_nobody_who_waits_should_have_had_a_place_that_somebody_else_was_given(demo_city: Database) -> None:
    with demo_city.reading() as db:
        places = atlas(db)
        waiting = [each for each in waitlist.list_waiting(db, limit=1000) if not each.paused_at]
        for group in groups.list_coming(db, today=today(NOW)):
            had = set(db.scalars(select(Placement.registration_id).where(Placement.group_id == group.id)))
            given = [placements.claim(each.registration, group, places) for each in placements.list_taken(db, group.id)]
            for each in waiting:
                if each.id not in had and fits(each, group, places):
                    mine = placements.claim(each, group, places)
                    # Guests were given places that no resident wanted then; only one's own class can be unjust.
                    assert not [other for other in given if other[0] == mine[0] and mine < other]


def test_the_fairness_audit_finds_nothing_in_the_city_as_it_is_nor_after_a_round(demo_city: Database) -> None:
    assert fairness.audit(demo_city).breaches == []
    published = rounds.play(demo_city, NOW)
    report = fairness.audit(demo_city)
    assert (report.is_clean, report.runs, report.offers) == (True, 1, published.offered)
    assert report.offers > 10


def test_every_name_says_that_it_is_invented_and_every_contact_leads_nowhere(demo_city: Database) -> None:
    with demo_city.reading() as db:
        people = [*db.scalars(select(Carer)), *db.scalars(select(Account))]
        assert [each.id for each in people if each.name and "Demo" not in each.name] == []
        assert {each.email.partition("@")[2] for each in people if each.email} == {"example.org"}
        numbers = {each.mobile for each in db.scalars(select(Carer)) if each.mobile}
        assert numbers <= {f"+467017406{last:02d}" for last in range(20, 100)}


def newcomer(db: Session, name: str, now: datetime, adults: int) -> Registration:
    """A family in Farsta with a child of six that can go to Skarpnäck too, on any day."""
    answers = Answers(
        name=name,
        home="farsta",
        birth_years=(now.year - 6,),
        programmes=("abc",),
        mobile="070-174 06 05",
        districts=("farsta", "skarpnack"),
        adults=adults,
    )
    family = registering.register(db, answers, now=now)
    code = db.scalars(select(ContactCheck.code).where(ContactCheck.carer_id == family.first_carer.id)).one()
    confirming.confirm(db, family.first_carer, "sms", code, now=now)
    return db.scalars(select(Registration).where(Registration.family_id == family.id)).one()


def test_a_newcomer_from_farsta_waits_there_and_is_offered_skarpnack_round_after_round(demo_city: Database) -> None:
    for number in (1, 2, 3):
        now = NOW + timedelta(minutes=10 * number)
        with demo_city.transaction() as db:
            made = newcomer(db, f"Besökare {number}", now, adults=1 + number % 2)
            assert (waitlist.position(db, made) or 0) > 10
        rounds.play(demo_city, now)
        with demo_city.reading() as db:
            offer = offers.find_open(db, made.id)
            assert offer is not None
            assert offer.group.is_resident(get_by_code(db, "skarpnack").id, atlas(db))


def digest(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as db:
        asked = db.scalars(select(Registration).order_by(Registration.id)).all()
        told = db.execute(select(Offer.group_id, Offer.state, Offer.made_at, Offer.answered_at).order_by(Offer.id))
        seen = db.execute(select(Attendance.session_id, Attendance.seat, Attendance.state).order_by(Attendance.id))
        people = [(r.family.first_carer.name, r.home_id, r.waiting_since, r.lot, r.state, r.weekdays) for r in asked]
        return [*map(tuple, people), *map(tuple, told), *map(tuple, seen)]


def test_the_same_day_gives_the_same_city(built: dict[str, str]) -> None:
    one, other = (Database(url) for url in built.values())
    assert digest(one) == digest(other)
    one.close()
    other.close()
