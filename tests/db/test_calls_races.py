"""Several at once about one offer, on PostgreSQL: the family on the web, two who phone, the clock, the list."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.base.errors import Refused
from booking.course import calls, leaving
from booking.course.calls import Call, Outcome
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.records.audit import SYSTEM
from tests.cast import Cast, at, build
from tests.db.callers import offer_to_amina, only_phone, watch

LATE = at(2027, 1, 11)


@pytest.fixture
def city(postgres_url: str) -> tuple[Database, Cast, int]:
    """Amina stands on the call list with an offer."""
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    only_phone(database, cast)
    offer = offer_to_amina(database, cast)
    watch(database)
    return database, cast, offer


def at_once(database: Database, *works: Callable[..., object]) -> list[str]:
    """Do these at the same moment, each in a transaction of its own: "done", or the code of the refusal."""

    def run(work: Callable[..., object]) -> str:
        try:
            with database.transaction() as db:
                work(db)
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_a_yes_and_a_no_on_two_phones_one_stands(city: tuple[Database, Cast, int]) -> None:
    database, cast, offer = city
    for_eva, for_greta = cast.eva.actor, cast.greta.actor
    done = at_once(
        database,
        lambda db: calls.accepted(db, db.scalars(select(Call)).one(), now=LATE, by=for_eva),
        lambda db: calls.declined(db, db.scalars(select(Call)).one(), now=LATE, by=for_greta),
    )
    assert done.count("done") == 1
    with database.reading() as db:
        state = db.get_one(Offer, offer).state
        placed = db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED
        taken = db.scalars(select(Placement.state)).one() is PlacementState.TAKEN
        call = db.scalars(select(Call)).one()
    assert state in (OfferState.ACCEPTED, OfferState.DECLINED)
    assert placed is taken is (state is OfferState.ACCEPTED)
    assert call.outcome is (Outcome.YES if placed else Outcome.NO)
    database.close()


def test_a_yes_on_the_phone_while_the_time_runs_out_and_the_list_is_looked_through(
    city: tuple[Database, Cast, int],
) -> None:
    database, cast, offer = city
    for_eva = cast.eva.actor
    done = at_once(
        database,
        lambda db: calls.accepted(db, db.scalars(select(Call)).one(), now=LATE, by=for_eva),
        lambda db: offers.run_out(db, db.get_one(Offer, offer), now=LATE),
        lambda db: calls.settle_over(db, now=LATE),
        lambda db: calls.see_to(db, db.get_one(Offer, offer), now=LATE),
    )
    assert done[0] == "done"
    with database.reading() as db:
        assert db.get_one(Offer, offer).state is OfferState.ACCEPTED
        assert [call.is_open for call in db.scalars(select(Call))] == [False]
    database.close()


def test_a_family_that_leaves_while_it_is_phoned_has_left(city: tuple[Database, Cast, int]) -> None:
    database, cast, offer = city
    for_eva = cast.eva.actor
    at_once(
        database,
        lambda db: leaving.withdraw(db, db.get_one(Registration, cast.amina.id), now=LATE, by=SYSTEM),
        lambda db: calls.thinking(db, db.scalars(select(Call)).one(), now=LATE, by=for_eva),
    )
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WITHDRAWN
        assert db.get_one(Offer, offer).state is OfferState.WITHDRAWN
    database.close()
