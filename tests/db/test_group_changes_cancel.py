"""A group or a meeting is cancelled: everyone told once, places given back, nobody loses a day of waiting."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import group_changes
from booking.course.group_changes import Cancelled
from booking.outbox.messages import Message, MessageState
from booking.people import waitlist
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.places.placements import Placement, PlacementState
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM, AuditEntry, AuditValue
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast, at, registration

WHY = "För få anmälda"


@pytest.fixture
def full_of_life(database: Database, cast: Cast) -> Cast:
    """Amina has a place in Farsta, Ben an offer there of which he has been told."""
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        amina, ben = db.get_one(Registration, cast.amina.id), db.get_one(Registration, cast.ben.id)
        group_changes.place_by_hand(db, amina, group, override=None, now=NOW, by=SYSTEM)
        group_changes.offer_by_hand(db, ben, group, override=None, now=NOW, by=SYSTEM)
        db.execute(update(Message).where(Message.kind == "offer").values(state=MessageState.SENT))
    return cast


def cancel(database: Database, cast: Cast) -> Cancelled:
    with database.transaction() as db:
        group = db.get_one(Group, cast.abc_farsta.id)
        return group_changes.cancel(db, group, now=NOW, by=cast.eva.actor, reason=WHY)


def told(database: Database, kind: str) -> Counter[int]:
    with database.reading() as db:
        return Counter(db.scalars(select(Message.carer_id).where(Message.kind == kind)))


def test_who_had_a_place_waits_again_first_and_with_the_date_kept(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with database.reading() as db:
        amina = db.get_one(Registration, full_of_life.amina.id)
        assert (amina.state, amina.city_cancelled) == (RegistrationState.WAITING, True)
        assert amina.waiting_since == at(2026, 10, 2)


def test_who_had_a_place_goes_before_a_longer_wait(database: Database, full_of_life: Cast) -> None:
    with database.transaction() as db:
        registration(db, "Cleo Demo", full_of_life.farsta, full_of_life.abc, [full_of_life.farsta], at(2026, 1, 2))
    cancel(database, full_of_life)
    with database.reading() as db:
        assert waitlist.position(db, db.get_one(Registration, full_of_life.amina.id)) == 1


def test_who_had_an_offer_stands_in_the_queue_as_before(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with database.reading() as db:
        ben = db.get_one(Registration, full_of_life.ben.id)
        assert (ben.state, ben.city_cancelled, ben.paused_at) == (RegistrationState.WAITING, False, None)
        assert db.scalars(select(Offer.state)).all() == [OfferState.WITHDRAWN]


def test_everyone_enrolled_or_offered_is_told_once(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    carers = [full_of_life.amina.carers[0].id, full_of_life.ben.carers[0].id]
    assert told(database, "group_cancelled") == Counter(carers)
    assert told(database, "withdrawn") == Counter()


def test_an_offer_that_nobody_was_told_of_ends_without_a_word(database: Database, full_of_life: Cast) -> None:
    with database.transaction() as db:
        db.execute(update(Message).where(Message.kind == "offer").values(state=MessageState.QUEUED))
    assert cancel(database, full_of_life).messages == 1
    assert told(database, "group_cancelled") == Counter([full_of_life.amina.carers[0].id])


def test_the_run_in_which_they_go_first_is_asked_for_at_once(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with database.reading() as db:
        asked = db.scalars(select(AllocationRun)).one()
    assert (asked.state, asked.requested_by_id) == (RunState.REQUESTED, full_of_life.eva.id)


def test_two_who_fit_the_same_last_place_do_not_both_find_room_elsewhere(
    database: Database, full_of_life: Cast
) -> None:
    with database.transaction() as db:
        offers.accept(db, db.scalars(select(Offer)).one(), now=NOW, by=SYSTEM)
        db.get_one(Group, full_of_life.abc_skarpnack.id).capacity = 1
    with database.reading() as db:
        found = group_changes.what_if(db, db.get_one(Group, full_of_life.abc_farsta.id), now=NOW)
    assert (found.placed, found.elsewhere) == (2, 1)


def test_the_places_are_given_back_and_the_meetings_called_off(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with database.reading() as db:
        group = db.get_one(Group, full_of_life.abc_farsta.id)
        assert (group.state, group.places_taken) == (GroupState.CANCELLED, 0)
        assert {each.state for each in sessions.list_of(db, group.id)} == {SessionState.CANCELLED}
        assert set(db.scalars(select(Placement.state))) == {PlacementState.CANCELLED, PlacementState.LAPSED}


def test_meetings_that_have_been_stay_as_they_were(database: Database, full_of_life: Cast) -> None:
    later = at(2027, 1, 27)
    with database.transaction() as db:
        group = db.get_one(Group, full_of_life.abc_farsta.id)
        group_changes.cancel(db, group, now=later, by=SYSTEM, reason=WHY)
    with database.reading() as db:
        first, *rest = sessions.list_of(db, full_of_life.abc_farsta.id)
        assert first.state is SessionState.PLANNED
        assert {each.state for each in rest} == {SessionState.CANCELLED}


def test_what_it_would_mean_is_what_it_came_to(database: Database, full_of_life: Cast) -> None:
    with database.reading() as db:
        foreseen = group_changes.what_if(db, db.get_one(Group, full_of_life.abc_farsta.id), now=NOW)
    assert foreseen == Cancelled(placed=1, offered=1, meetings=4, messages=2, elsewhere=1)
    assert cancel(database, full_of_life) == foreseen


def test_the_reason_and_the_counts_are_kept(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "group cancelled")).one()
        assert entry.actor_id == full_of_life.eva.id
        assert db.scalars(select(AuditValue).where(AuditValue.entry_id == entry.id)).one().after == WHY
        line = db.scalars(select(LedgerLine).where(LedgerLine.event == "group cancelled")).one()
        assert (line.values["placed"], line.values["offered"]) == (1, 1)


def test_a_group_is_cancelled_once(database: Database, full_of_life: Cast) -> None:
    cancel(database, full_of_life)
    with pytest.raises(group_changes.Refused) as refusal:
        cancel(database, full_of_life)
    assert refusal.value.code == "changed"


def cancel_first_meeting(database: Database, cast: Cast, now_later: timedelta = timedelta(0)) -> None:
    with database.transaction() as db:
        first = sessions.list_of(db, cast.abc_farsta.id)[0]
        group_changes.cancel_session(db, first, now=NOW + now_later, by=cast.eva.actor, reason="Ledaren är sjuk")


def test_a_cancelled_meeting_is_told_to_those_with_a_place_alone(database: Database, full_of_life: Cast) -> None:
    cancel_first_meeting(database, full_of_life)
    assert told(database, "session_cancelled") == Counter([full_of_life.amina.carers[0].id])


def test_the_calendar_hears_of_a_cancelled_meeting_by_its_version(database: Database, full_of_life: Cast) -> None:
    cancel_first_meeting(database, full_of_life)
    with database.reading() as db:
        first, second, *_rest = sessions.list_of(db, full_of_life.abc_farsta.id)
        assert (first.state, first.version) == (SessionState.CANCELLED, 2)
        assert (second.state, second.version) == (SessionState.PLANNED, 1)


def test_a_meeting_that_has_begun_is_not_cancelled(database: Database, full_of_life: Cast) -> None:
    with pytest.raises(group_changes.Refused):
        cancel_first_meeting(database, full_of_life, timedelta(days=30))


def test_the_last_meeting_left_goes_with_its_group_only(database: Database, full_of_life: Cast) -> None:
    with database.transaction() as db:
        meetings: list[GroupSession] = sessions.list_of(db, full_of_life.abc_farsta.id)
        for meeting in meetings[1:]:
            group_changes.cancel_session(db, meeting, now=NOW, by=SYSTEM, reason=WHY)
    with pytest.raises(group_changes.Refused) as refusal:
        cancel_first_meeting(database, full_of_life)
    assert refusal.value.code == "alone"
