"""Two act on one group at the same moment, on PostgreSQL: one wins, the other is told, and every counter is right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group, GroupState
from booking.course import group_changes
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, placements
from booking.places.offers import Offer, OfferState
from booking.places.placements import COUNTING, Placement, PlacementState
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, build

WHY = "test"
Act = Callable[[Session, Cast], object]


def group(db: Session, cast: Cast, name: str = "abc_farsta") -> Group:
    return db.get_one(Group, getattr(cast, name).id)


def merge(db: Session, cast: Cast) -> object:
    one, other = group(db, cast), group(db, cast, "abc_skarpnack")
    return group_changes.merge(db, one, other, now=NOW, by=SYSTEM, reason=WHY, may_pass=True)


def merge_the_other_way(db: Session, cast: Cast) -> object:
    one, other = group(db, cast, "abc_skarpnack"), group(db, cast)
    return group_changes.merge(db, one, other, now=NOW, by=SYSTEM, reason=WHY, may_pass=True)


def cancel(db: Session, cast: Cast) -> object:
    return group_changes.cancel(db, group(db, cast), now=NOW, by=SYSTEM, reason=WHY)


def postpone(db: Session, cast: Cast) -> object:
    return group_changes.postpone(db, group(db, cast), date(2027, 2, 16), version=1, now=NOW, by=SYSTEM, reason=WHY)


def accept(db: Session, cast: Cast) -> object:
    return offers.accept(db, db.scalars(select(Offer)).one(), now=NOW, by=SYSTEM)


@pytest.fixture
def town(postgres_url: str) -> Iterator[tuple[Database, Cast]]:
    """Amina has a place in Farsta, Ben an offer there of which he has been told."""
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
        amina, ben = db.get_one(Registration, cast.amina.id), db.get_one(Registration, cast.ben.id)
        group_changes.place_by_hand(db, amina, group(db, cast), override=None, now=NOW, by=SYSTEM)
        group_changes.offer_by_hand(db, ben, group(db, cast), override=None, now=NOW, by=SYSTEM)
        db.execute(update(Message).values(state=MessageState.SENT))
    yield database, cast
    database.close()


def at_once(database: Database, cast: Cast, *acts: Act) -> list[str]:
    """Everyone presses at the same moment; "done", or the code of the refusal."""
    begin = threading.Barrier(len(acts))

    def press(act: Act) -> str:
        begin.wait()
        try:
            with database.transaction() as db:
                act(db, cast)
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


def is_sound(database: Database, cast: Cast) -> None:
    """Counters and rows agree; nobody has a place in a group that is over, or two places; all are told at most once."""
    with database.reading() as db:
        for each in (group(db, cast), group(db, cast, "abc_skarpnack")):
            live = Placement.group_id == each.id, Placement.state.in_(COUNTING)
            seats = db.scalar(select(func.coalesce(func.sum(Placement.seats), 0)).where(*live))
            assert each.places_taken == seats
            assert each.state is GroupState.OPEN or seats == 0
        for who in (cast.amina, cast.ben):
            placed = db.get_one(Registration, who.id).state is RegistrationState.PLACED
            found = placements.find_live(db, who.id)
            assert placed == (found is not None and found.state is PlacementState.TAKEN)
            kinds = ("group_cancelled", "group_merged", "withdrawn")
            query = select(Message).where(Message.carer_id == who.carers[0].id, Message.kind.in_(kinds))
            assert len(db.scalars(query).all()) <= 1


@pytest.mark.parametrize("others", [(cancel,), (merge,), (merge_the_other_way,), (postpone,), (accept,)])
def test_of_two_who_press_at_once_nothing_is_done_by_halves(town: tuple[Database, Cast], others: tuple[Act]) -> None:
    database, cast = town
    answers = at_once(database, cast, merge, *others)
    assert answers.count("done") >= 1
    assert set(answers) <= {"done", "changed", "closed", "stale"}
    is_sound(database, cast)


def test_of_many_who_cancel_and_merge_exactly_one_wins(town: tuple[Database, Cast]) -> None:
    database, cast = town
    answers = at_once(database, cast, cancel, merge, cancel, merge)
    assert sorted(answers) == ["changed"] * 3 + ["done"]
    is_sound(database, cast)


def test_a_yes_and_a_merger_meet_and_the_family_has_a_place_or_its_place_in_the_queue(
    town: tuple[Database, Cast],
) -> None:
    database, cast = town
    merged, answered = at_once(database, cast, merge, accept)
    assert merged == "done"
    with database.reading() as db:
        ben, offer = db.get_one(Registration, cast.ben.id), db.scalars(select(Offer)).one()
        live = placements.find_live(db, ben.id)
    if answered == "done":
        assert live is not None
        assert (offer.state, live.group_id) == (OfferState.ACCEPTED, cast.abc_skarpnack.id)
    else:
        assert (offer.state, ben.state, live) == (OfferState.WITHDRAWN, RegistrationState.WAITING, None)
