"""A group goes up in another: who fits moves, who does not goes first in the queue, everyone is told once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import SessionState
from booking.course import group_changes
from booking.course.group_changes import Merged
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.places.offers import Offer, OfferState
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast, at, group, registration

WHY = "För få i båda"


@pytest.fixture
def small(database: Database, cast: Cast) -> Cast:
    """Amina has a place in Farsta, Ben an offer there of which he has been told. Skarpnäck has room for both."""
    with database.transaction() as db:
        here = db.get_one(Group, cast.abc_farsta.id)
        amina, ben = db.get_one(Registration, cast.amina.id), db.get_one(Registration, cast.ben.id)
        group_changes.place_by_hand(db, amina, here, override=None, now=NOW, by=SYSTEM)
        group_changes.offer_by_hand(db, ben, here, override=None, now=NOW, by=SYSTEM)
        db.execute(update(Message).values(state=MessageState.SENT))
    return cast


def what_if(database: Database, cast: Cast, *, may_pass: bool = True) -> Merged:
    with database.reading() as db:
        one, other = db.get_one(Group, cast.abc_farsta.id), db.get_one(Group, cast.abc_skarpnack.id)
        return group_changes.what_if_merged(db, one, other, now=NOW, may_pass=may_pass)


def merge(database: Database, cast: Cast, *, may_pass: bool = True) -> Merged:
    with database.transaction() as db:
        one, other = db.get_one(Group, cast.abc_farsta.id), db.get_one(Group, cast.abc_skarpnack.id)
        return group_changes.merge(db, one, other, now=NOW, by=cast.eva.actor, reason=WHY, may_pass=may_pass)


def told(database: Database, kind: str) -> Counter[int | None]:
    with database.reading() as db:
        query = select(Message.carer_id).where(Message.kind == kind, Message.state == MessageState.QUEUED)
        return Counter(db.scalars(query))


def test_who_fits_has_a_place_in_the_other_group_and_the_date_kept(database: Database, small: Cast) -> None:
    merge(database, small)
    with database.reading() as db:
        amina = db.get_one(Registration, small.amina.id)
        live = placements.find_live(db, amina.id)
        assert live is not None
        assert (live.group_id, amina.state) == (small.abc_skarpnack.id, RegistrationState.PLACED)
        assert (amina.waiting_since, amina.city_cancelled) == (at(2026, 10, 2), False)


def test_the_merged_group_is_over_and_both_counters_are_right(database: Database, small: Cast) -> None:
    merge(database, small)
    with database.reading() as db:
        one, other = db.get_one(Group, small.abc_farsta.id), db.get_one(Group, small.abc_skarpnack.id)
        assert (one.state, one.places_taken, other.places_taken) == (GroupState.CANCELLED, 0, 1)
        assert {each.state for each in sessions.list_of(db, one.id)} == {SessionState.CANCELLED}


def test_who_had_an_offer_stands_in_the_queue_as_before(database: Database, small: Cast) -> None:
    merge(database, small)
    with database.reading() as db:
        ben = db.get_one(Registration, small.ben.id)
        assert (ben.state, ben.city_cancelled, ben.paused_at) == (RegistrationState.WAITING, False, None)
        assert db.scalars(select(Offer.state)).all() == [OfferState.WITHDRAWN]


def test_everyone_is_told_once_and_what_concerns_them(database: Database, small: Cast) -> None:
    merge(database, small)
    assert told(database, "group_merged") == Counter([small.amina.carers[0].id])
    assert told(database, "group_cancelled") == Counter([small.ben.carers[0].id])
    assert told(database, "placed_now") == told(database, "withdrawn") == Counter()


def test_who_does_not_fit_goes_first_in_the_queue(database: Database, small: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, small.amina.id).weekdays = [1]  # Skarpnäck meets on Thursdays.
    merge(database, small)
    with database.reading() as db:
        amina = db.get_one(Registration, small.amina.id)
        assert (amina.state, amina.city_cancelled) == (RegistrationState.WAITING, True)
    assert told(database, "group_cancelled")[small.amina.carers[0].id] == 1


def test_when_room_is_scarce_the_strongest_claim_moves(database: Database, small: Cast) -> None:
    with database.transaction() as db:
        here, skarpnack = db.get_one(Group, small.abc_farsta.id), db.merge(small.skarpnack)
        late = registration(db, "Cleo Demo", skarpnack, db.merge(small.abc), [db.merge(small.farsta), skarpnack], NOW)
        group_changes.place_by_hand(db, late, here, override="test", now=NOW, by=SYSTEM)
        db.get_one(Group, small.abc_skarpnack.id).capacity = 1
    done = merge(database, small)
    assert (done.moved, done.first) == (1, 1)
    with database.reading() as db:
        # She lives in Skarpnäck; Amina, who has waited longer, comes from Farsta.
        assert db.get_one(Registration, late.id).state is RegistrationState.PLACED
        assert db.get_one(Registration, small.amina.id).city_cancelled


def test_places_kept_for_the_other_groups_district_are_left_alone(database: Database, small: Cast) -> None:
    with database.transaction() as db:
        there = db.get_one(Group, small.abc_skarpnack.id)
        there.resident_places, there.hold_until = there.capacity, NOW.date() + timedelta(days=14)
    assert merge(database, small).first == 1


def test_a_longer_wait_is_passed_only_by_who_may_and_it_is_said_and_written_down(
    database: Database, small: Cast
) -> None:
    with database.transaction() as db:
        skarpnack = db.merge(small.skarpnack)
        registration(db, "Dag Demo", skarpnack, db.merge(small.abc), [skarpnack], at(2026, 1, 2))
    held_back = what_if(database, small, may_pass=False)
    assert (held_back.moved, held_back.behind) == (0, 1)
    assert what_if(database, small).passing == 1
    merge(database, small)
    with database.reading() as db:
        assert db.scalars(select(AuditEntry.action).where(AuditEntry.override)).all() == ["place taken"]


@pytest.mark.parametrize("weekdays", [list(range(7)), [1]])
def test_what_it_would_mean_is_what_it_came_to(database: Database, small: Cast, weekdays: list[int]) -> None:
    with database.transaction() as db:
        db.get_one(Registration, small.amina.id).weekdays = weekdays
    foreseen = what_if(database, small)
    moved = int(len(weekdays) == 7)
    assert foreseen == Merged(
        moved=moved, first=1 - moved, offered=1, passing=0, behind=0, meetings=4, messages=2, places=moved
    )
    assert merge(database, small) == foreseen


def test_the_next_run_is_asked_for_at_once(database: Database, small: Cast) -> None:
    merge(database, small)
    with database.reading() as db:
        assert db.scalars(select(AllocationRun.state)).all() == [RunState.REQUESTED]


@pytest.mark.parametrize("state", [GroupState.CANCELLED, GroupState.HIDDEN, GroupState.ENDED])
def test_no_group_goes_up_in_one_that_takes_nobody(database: Database, small: Cast, state: GroupState) -> None:
    with database.transaction() as db:
        db.get_one(Group, small.abc_skarpnack.id).state = state
    with pytest.raises(group_changes.Refused):
        merge(database, small)


def test_a_group_that_has_begun_is_not_merged(database: Database, small: Cast) -> None:
    with database.transaction() as db:
        one, other = db.get_one(Group, small.abc_farsta.id), db.get_one(Group, small.abc_skarpnack.id)
        with pytest.raises(group_changes.Refused):
            group_changes.merge(db, one, other, now=at(2027, 1, 26, 12), by=SYSTEM, reason=WHY, may_pass=True)


def test_only_groups_of_the_same_programme_with_room_are_suggested(database: Database, small: Cast) -> None:
    with database.transaction() as db:
        group(db, db.merge(small.komet), db.merge(small.farsta))
        full = group(db, db.merge(small.abc), db.merge(small.farsta), capacity=1)
        full.places_taken = 1
    with database.reading() as db:
        found = group_changes.list_to_merge_with(db, db.get_one(Group, small.abc_farsta.id), now=NOW)
    assert [each.id for each in found] == [small.abc_skarpnack.id]


def test_a_group_is_merged_once(database: Database, small: Cast) -> None:
    merge(database, small)
    with pytest.raises(group_changes.Refused):
        merge(database, small)
    assert told(database, "group_merged").total() == 1
