"""Fifty people ask at the same moment for the last five places, on PostgreSQL, by every path there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration
from booking.places import offers, placements
from booking.places.offers import Offer, Reason
from booking.places.placements import Placement, PlacementState, Source, Way
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast, at, build, group, registration

PEOPLE, PLACES = 50, 5
Path = Callable[[Session, Registration, Group], object]


@pytest.fixture
def crowd(postgres_url: str) -> Iterator[tuple[Database, int, list[int]]]:
    """A group with five places left, and fifty families who wait for it, the longest wait first."""
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
        full = group(db, cast.komet, cast.farsta, capacity=PLACES)
        waiting = [one(db, cast, number) for number in range(PEOPLE)]
    yield database, full.id, waiting
    database.close()


def one(db: Session, cast: Cast, number: int) -> int:
    since = at(2026, 9, 1) + timedelta(days=number)
    return registration(db, f"Väntande{number} Demo", cast.farsta, cast.komet, [cast.farsta], since).id


def by_web(db: Session, wanted: Registration, where: Group) -> object:
    return placements.take(db, wanted, where, Way(Source.WEB), now=NOW, by=SYSTEM)


def by_offer(db: Session, wanted: Registration, where: Group) -> object:
    reply_by = NOW + timedelta(hours=48)
    return offers.make(db, wanted, where, reason=Reason("by_hand"), reply_by=reply_by, now=NOW, by=SYSTEM)


def by_staff(db: Session, wanted: Registration, where: Group) -> object:
    way = Way(Source.STAFF, override="Familjen flyttar i morgon")
    return placements.take(db, wanted, where, way, now=NOW, by=SYSTEM)


def ask(database: Database, path: Path, registration_id: int, group_id: int) -> str:
    """One try; "taken", or the code of the refusal."""
    try:
        with database.transaction() as db:
            path(db, db.get_one(Registration, registration_id), db.get_one(Group, group_id))
    except placements.Refused as refusal:
        return refusal.code
    return "taken"


def all_at_once(ask_one: Callable[[int], str], everyone: list[int]) -> list[str]:
    """Everyone asks at the same moment, those who have waited longest last."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(ask_one, reversed(everyone)))


def until_full(database: Database, ask_one: Callable[[int], str], everyone: list[int], group_id: int) -> None:
    """Those who were told that another has waited longer ask again, as long as there is a place."""
    for _round in range(PLACES + 1):
        if counted(database, group_id)[0] == PLACES:
            return
        all_at_once(ask_one, everyone)


def counted(database: Database, group_id: int) -> tuple[int, int]:
    """The group's own counter, and the seats of the rows."""
    with database.reading() as db:
        live = Placement.group_id == group_id, Placement.state.in_((PlacementState.HELD, PlacementState.TAKEN))
        rows = db.scalar(select(func.sum(Placement.seats)).where(*live)) or 0
        return db.get_one(Group, group_id).places_taken, rows


@pytest.mark.parametrize("path", [by_web, by_offer], ids=["web", "offer"])
def test_five_places_go_to_the_five_who_have_waited_longest(crowd: tuple[Database, int, list[int]], path: Path) -> None:
    database, group_id, waiting = crowd
    until_full(database, lambda who: ask(database, path, who, group_id), waiting, group_id)
    with database.reading() as db:
        query = select(Placement.registration_id).where(Placement.group_id == group_id)
        assert set(db.scalars(query)) == set(waiting[:PLACES])
    assert counted(database, group_id) == (PLACES, PLACES)


def test_staff_may_pass_the_queue_but_never_the_last_place_and_it_is_written_down(
    crowd: tuple[Database, int, list[int]],
) -> None:
    database, group_id, waiting = crowd
    answers = all_at_once(lambda who: ask(database, by_staff, who, group_id), waiting)
    assert sorted(set(answers)) == ["full", "taken"]
    assert counted(database, group_id) == (PLACES, PLACES)
    with database.reading() as db:
        passed = db.scalars(select(Placement).where(Placement.group_id == group_id)).all()
        overrides = set(db.scalars(select(AuditEntry.thing_id).where(AuditEntry.override)))
    passed_someone = {p.id for p in passed if p.registration_id not in waiting[:PLACES]}
    assert passed_someone <= overrides


def test_all_paths_together_never_overbook(crowd: tuple[Database, int, list[int]]) -> None:
    database, group_id, waiting = crowd
    paths = {who: (by_web, by_offer, by_staff)[number % 3] for number, who in enumerate(waiting)}
    until_full(database, lambda who: ask(database, paths[who], who, group_id), waiting, group_id)
    assert counted(database, group_id) == (PLACES, PLACES)


def click(database: Database, offer_id: int, answer: Callable[..., object], now: datetime) -> str:
    try:
        with database.transaction() as db:
            answer(db, db.get_one(Offer, offer_id), now=now, by=SYSTEM)
    except offers.Refused as refusal:
        return refusal.code
    return "won"


def test_of_ten_clicks_on_one_offer_exactly_one_wins(crowd: tuple[Database, int, list[int]]) -> None:
    database, group_id, waiting = crowd
    with database.transaction() as db:
        offer_id = getattr(by_offer(db, db.get_one(Registration, waiting[0]), db.get_one(Group, group_id)), "id", 0)
    answers = [offers.accept, offers.decline] * 5
    with ThreadPoolExecutor(10) as pool:
        outcome = list(pool.map(lambda answer: click(database, offer_id, answer, NOW), answers))
    assert sorted(outcome) == ["closed"] * 9 + ["won"]
    assert counted(database, group_id)[0] == counted(database, group_id)[1]
