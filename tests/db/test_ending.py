"""A group is over after its last meeting: places and registrations are completed, and nobody is left waiting for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import ending
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState, Reason
from booking.places.placements import Placement, PlacementState
from booking.records.audit import SYSTEM
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast, at

# ABC in Farsta meets for the fourth and last time on 16 February 2027, 17.30 to 20.00.
OVER = at(2027, 2, 16, 20)
NOT_YET = at(2027, 2, 16, 18)


def give_amina_a_place(database: Database, cast: Cast, *, accept: bool = True) -> None:
    with database.transaction() as db:
        wanted, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by = NOW + timedelta(days=90)
        offer = offers.make(db, wanted, group, reason=Reason("x"), reply_by=reply_by, now=NOW, by=SYSTEM)
        if accept:
            offers.accept(db, offer, now=NOW, by=SYSTEM)


def end(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        ending.end(db, db.get_one(Group, cast.abc_farsta.id), now=OVER)


def test_a_group_is_over_when_its_last_meeting_has_ended(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        assert ending.list_over(db, now=NOT_YET) == []
        assert ending.list_over(db, now=OVER) == [cast.abc_farsta.id]


def test_a_cancelled_last_meeting_is_not_waited_for(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        last = sessions.list_of(db, cast.abc_farsta.id)[-1]
        last.state = SessionState.CANCELLED
    with database.reading() as db:
        assert ending.list_over(db, now=at(2027, 2, 10)) == [cast.abc_farsta.id]


def test_a_group_without_meetings_is_never_over(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for session in db.scalars(select(GroupSession)):
            session.state = SessionState.CANCELLED
    with database.reading() as db:
        assert ending.list_over(db, now=at(2028, 1, 1)) == []


def test_those_who_had_a_place_have_completed(database: Database, cast: Cast) -> None:
    give_amina_a_place(database, cast)
    end(database, cast)
    with database.reading() as db:
        placement, registration = db.scalars(select(Placement)).one(), db.get_one(Registration, cast.amina.id)
        assert (placement.state, placement.ended_at) == (PlacementState.COMPLETED, OVER)
        assert (registration.state, registration.closed_at) == (RegistrationState.COMPLETED, OVER)


def test_the_group_has_ended_and_its_counter_still_equals_its_rows(database: Database, cast: Cast) -> None:
    give_amina_a_place(database, cast)
    end(database, cast)
    with database.reading() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        assert (group.state, group.places_taken) == (GroupState.ENDED, 0)


def test_an_unanswered_offer_is_taken_back_and_the_queue_date_stays(database: Database, cast: Cast) -> None:
    give_amina_a_place(database, cast, accept=False)
    end(database, cast)
    with database.reading() as db:
        registration = db.get_one(Registration, cast.amina.id)
        assert db.scalars(select(Offer.state)).one() is OfferState.WITHDRAWN
        assert (registration.state, registration.waiting_since) == (RegistrationState.WAITING, cast.amina.waiting_since)


def test_a_group_with_meetings_left_is_not_ended(database: Database, cast: Cast) -> None:
    with pytest.raises(ending.Refused), database.transaction() as db:
        ending.end(db, db.get_one(Group, cast.abc_farsta.id), now=NOT_YET)


def test_a_group_ends_once(database: Database, cast: Cast) -> None:
    end(database, cast)
    with pytest.raises(ending.Refused):
        end(database, cast)


def test_the_ledger_says_that_it_ended(database: Database, cast: Cast) -> None:
    end(database, cast)
    with database.reading() as db:
        events = db.scalars(select(LedgerLine.event).where(LedgerLine.group_id == cast.abc_farsta.id)).all()
    assert "group ended" in events
