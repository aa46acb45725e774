"""A family leaves the queue, an offer or a group."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import leaving
from booking.outbox.messages import Message
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, offers
from booking.places.offers import Offer, OfferState, Reason
from booking.places.placements import Placement, PlacementState
from booking.records.audit import SYSTEM
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast


def offer_amina(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by = NOW + timedelta(hours=48)
        return offers.make(db, amina, group, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM).id


def place_amina(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        return at_once.take(db, amina, group, now=NOW, by=SYSTEM).id


def withdraw(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        leaving.withdraw(db, db.get_one(Registration, cast.amina.id), now=NOW, by=SYSTEM)


def leave(database: Database, placement_id: int, *, stay_in_queue: bool) -> None:
    with database.transaction() as db:
        placement = db.get_one(Placement, placement_id)
        leaving.leave_group(db, placement, now=NOW, by=SYSTEM, stay_in_queue=stay_in_queue)


def state(database: Database, cast: Cast) -> RegistrationState:
    with database.reading() as db:
        return db.get_one(Registration, cast.amina.id).state


def kinds(database: Database) -> set[str]:
    with database.reading() as db:
        return set(db.scalars(select(Message.kind)))


def test_who_leaves_the_queue_no_longer_waits(database: Database, cast: Cast) -> None:
    withdraw(database, cast)
    assert state(database, cast) is RegistrationState.WITHDRAWN


def test_leaving_the_queue_is_confirmed_and_counted(database: Database, cast: Cast) -> None:
    withdraw(database, cast)
    assert kinds(database) == {"queue_left"}
    with database.reading() as db:
        assert "registration withdrawn" in set(db.scalars(select(LedgerLine.event)))


def test_who_leaves_with_an_open_offer_frees_the_seat_and_hears_of_the_leaving_alone(
    database: Database, cast: Cast
) -> None:
    made = offer_amina(database, cast)
    withdraw(database, cast)
    with database.reading() as db:
        assert db.get_one(Offer, made).state is OfferState.WITHDRAWN
        assert db.get_one(Group, cast.abc_farsta.id).places_taken == 0
    assert kinds(database) == {"offer", "queue_left"}


def test_who_leaves_altogether_gives_the_place_back(database: Database, cast: Cast) -> None:
    placed = place_amina(database, cast)
    leave(database, placed, stay_in_queue=False)
    assert state(database, cast) is RegistrationState.WITHDRAWN
    with database.reading() as db:
        assert db.get_one(Placement, placed).state is PlacementState.LEFT


def test_who_leaves_a_group_and_stays_in_the_queue_keeps_the_date(database: Database, cast: Cast) -> None:
    leave(database, place_amina(database, cast), stay_in_queue=True)
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.waiting_since) == (RegistrationState.WAITING, cast.amina.waiting_since)


def test_a_place_given_back_is_free_and_marks_the_group_for_the_next_run(database: Database, cast: Cast) -> None:
    leave(database, place_amina(database, cast), stay_in_queue=True)
    with database.reading() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        assert (group.places_taken, group.touched_at) == (0, NOW)


def test_a_group_left_twice_is_left_once(database: Database, cast: Cast) -> None:
    placed = place_amina(database, cast)
    leave(database, placed, stay_in_queue=True)
    with pytest.raises(leaving.Refused):
        leave(database, placed, stay_in_queue=True)


def test_nobody_leaves_the_queue_twice(database: Database, cast: Cast) -> None:
    withdraw(database, cast)
    with pytest.raises(leaving.Refused):
        withdraw(database, cast)
