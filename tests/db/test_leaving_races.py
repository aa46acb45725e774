"""Families who say yes in one tab and leave in another, on PostgreSQL: whoever has left holds no place."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group
from booking.course import leaving
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, at, build, group, registration

FAMILIES = 12


def city(database: Database) -> tuple[int, list[int]]:
    """A group in which every family has an open offer: the group's id and the offers'."""
    with database.transaction() as db:
        cast = build(db)
        where = group(db, cast.komet, cast.farsta, capacity=FAMILIES)
        made = []
        for number in range(FAMILIES):
            since = at(2026, 9, 1) + timedelta(days=number)
            waiting = registration(db, f"Väntande{number} Demo", cast.farsta, cast.komet, [cast.farsta], since)
            reply_by, reason = NOW + timedelta(hours=48), Reason("by_hand")
            made.append(offers.make(db, waiting, where, reason=reason, reply_by=reply_by, now=NOW, by=SYSTEM).id)
        return where.id, made


def say_yes(database: Database, offer_id: int) -> None:
    with database.transaction() as db:
        offers.accept(db, db.get_one(Offer, offer_id), now=NOW, by=SYSTEM)


def leave(database: Database, offer_id: int) -> None:
    with database.transaction() as db:
        leaving.withdraw(db, db.get_one(Offer, offer_id).registration, now=NOW, by=SYSTEM)


def outcome(run: Future[None]) -> str:
    """What became of it: done, or the code of the refusal. Anything else that is raised fails the test."""
    try:
        run.result()
    except Refused as refusal:
        return refusal.code
    return "done"


def test_whoever_leaves_while_saying_yes_has_left_and_the_seat_is_free(postgres_url: str) -> None:
    database = Database(postgres_url)
    group_id, offered = city(database)
    with ThreadPoolExecutor(8) as pool:
        left = [pool.submit(do, database, offer) for offer in offered for do in (say_yes, leave)][1::2]
    assert [outcome(run) for run in left] == ["done"] * FAMILIES
    with database.reading() as db:
        states = set(db.scalars(select(Registration.state).join(Offer, Offer.registration_id == Registration.id)))
        live = [placements.find_live(db, db.get_one(Offer, offer).registration_id) for offer in offered]
        assert (states, live) == ({RegistrationState.WITHDRAWN}, [None] * FAMILIES)
        assert db.get_one(Group, group_id).places_taken == 0
    database.close()
