"""Offers: made, answered, lapsed."""

from datetime import timedelta

import pytest

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState, Reason
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast

REASON = Reason("placed_resident")


def offer_to(database: Database, registration: Registration, group: Group) -> int:
    with database.transaction() as db:
        wanted, where = db.get_one(Registration, registration.id), db.get_one(Group, group.id)
        reply_by = NOW + timedelta(hours=48)
        return offers.make(db, wanted, where, reason=REASON, reply_by=reply_by, now=NOW, by=SYSTEM).id


def test_an_offer_holds_a_place(database: Database, cast: Cast) -> None:
    offer_to(database, cast.amina, cast.abc_farsta)
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).places_taken == 1


def test_accepting_takes_the_place_and_ends_the_wait(database: Database, cast: Cast) -> None:
    made = offer_to(database, cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        offers.accept(db, db.get_one(Offer, made), now=NOW, by=SYSTEM)
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED


def test_saying_no_keeps_the_queue_date_and_frees_the_place(database: Database, cast: Cast) -> None:
    made = offer_to(database, cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, made), now=NOW, by=SYSTEM)
    with database.reading() as db:
        registration = db.get_one(Registration, cast.amina.id)
        assert (registration.state, registration.waiting_since) == (RegistrationState.WAITING, cast.amina.waiting_since)
        assert db.get_one(Group, cast.abc_farsta.id).places_taken == 0


def test_silence_lets_the_offer_lapse_and_pauses_further_offers(database: Database, cast: Cast) -> None:
    made = offer_to(database, cast.amina, cast.abc_farsta)
    late = NOW + timedelta(hours=49)
    with database.transaction() as db:
        offers.expire(db, db.get_one(Offer, made), now=late)
    with database.reading() as db:
        assert db.get_one(Offer, made).state is OfferState.EXPIRED
        assert db.get_one(Registration, cast.amina.id).paused_at == late


def test_an_offer_cannot_be_accepted_after_its_time(database: Database, cast: Cast) -> None:
    made = offer_to(database, cast.amina, cast.abc_farsta)
    with pytest.raises(offers.Refused), database.transaction() as db:
        offers.accept(db, db.get_one(Offer, made), now=NOW + timedelta(hours=48), by=SYSTEM)


def test_a_guest_is_not_offered_a_place_a_resident_waits_for(database: Database, cast: Cast) -> None:
    with pytest.raises(placements.Refused) as refusal:
        offer_to(database, cast.ben, cast.abc_farsta)
    assert refusal.value.code == "longer_wait"
