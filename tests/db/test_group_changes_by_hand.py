"""Staff place, offer and move by hand: with a reason, never over capacity, never past a longer wait unsaid."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.outbox.messages import Message
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.places.offers import Offer
from booking.places.placements import Hindrance, Placement, PlacementState, Source
from booking.records.audit import AuditEntry, AuditValue
from tests.cast import NOW, Cast, at, group, registration

WHY = "Har sagt ja på telefon"


def place(database: Database, cast: Cast, who: Registration, where: Group, seen: list[Hindrance] | None = None) -> int:
    with database.transaction() as db:
        wanted, to = db.get_one(Registration, who.id), db.get_one(Group, where.id)
        made = group_changes.place_by_hand(db, wanted, to, override=WHY, now=NOW, by=cast.eva.actor, seen=seen)
        return made.id


def move(database: Database, cast: Cast, who: Registration, where: Group, seen: list[Hindrance] | None = None) -> None:
    with database.transaction() as db:
        wanted, to = db.get_one(Registration, who.id), db.get_one(Group, where.id)
        group_changes.move(db, wanted, to, reason=WHY, now=NOW, by=cast.eva.actor, seen=seen)


def overrides(database: Database) -> list[str]:
    """The reasons of what is recorded as an override."""
    with database.reading() as db:
        query = select(AuditValue).join(AuditEntry, AuditEntry.id == AuditValue.entry_id).where(AuditEntry.override)
        return [value.after or "" for value in db.scalars(query)]


def test_a_family_placed_by_hand_has_a_place_and_is_told(database: Database, cast: Cast) -> None:
    made = place(database, cast, cast.amina, cast.abc_farsta)
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED
        assert db.get_one(Placement, made).source is Source.STAFF
        assert db.execute(select(Message.kind, Message.thing_id)).all() == [("placed_now", made)]


def test_a_reason_that_was_not_needed_is_no_override(database: Database, cast: Cast) -> None:
    place(database, cast, cast.amina, cast.abc_farsta)
    assert overrides(database) == []


def test_passing_a_longer_wait_is_recorded_with_its_reason(database: Database, cast: Cast) -> None:
    place(database, cast, cast.ben, cast.abc_farsta, [Hindrance.LONGER_WAIT])
    assert overrides(database) == [WHY]


def test_a_longer_wait_that_was_not_on_the_screen_is_not_passed(database: Database, cast: Cast) -> None:
    with pytest.raises(placements.Refused) as refusal:
        place(database, cast, cast.ben, cast.abc_farsta, [])
    assert refusal.value.code == "longer_wait"


def test_no_reason_fills_a_full_group(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        full = group(db, cast.abc, cast.farsta, first_day=at(2027, 2, 2).date(), capacity=1)
    place(database, cast, cast.amina, full)
    with pytest.raises(placements.Refused) as refusal:
        place(database, cast, cast.ben, full, list(Hindrance))
    assert refusal.value.code == "full"


def test_no_reason_puts_a_family_in_a_group_of_another_programme(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        komet = group(db, db.merge(cast.komet), db.merge(cast.farsta))
    with pytest.raises(placements.Refused) as refusal:
        place(database, cast, cast.amina, komet)
    assert refusal.value.code == "other_programme"


def test_an_offer_by_hand_says_that_it_was(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted, to = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        group_changes.offer_by_hand(db, wanted, to, override=WHY, now=NOW, by=cast.eva.actor)
    with database.reading() as db:
        offer = db.scalars(select(Offer)).one()
        assert (offer.reason_code, offer.reply_by) == ("by_hand", at(2027, 1, 9, 9))
    assert overrides(database) == []


def test_a_group_that_begins_too_soon_for_an_answer_is_not_offered(database: Database, cast: Cast) -> None:
    last_meeting_over = at(2027, 6, 1)
    with database.transaction() as db:
        wanted, to = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        with pytest.raises(group_changes.Refused) as refusal:
            group_changes.offer_by_hand(db, wanted, to, override=WHY, now=last_meeting_over, by=cast.eva.actor)
    assert refusal.value.code == "begun"


def test_a_move_gives_the_old_place_back_and_keeps_the_date(database: Database, cast: Cast) -> None:
    old = place(database, cast, cast.amina, cast.abc_farsta)
    move(database, cast, cast.amina, cast.abc_skarpnack)
    with database.reading() as db:
        amina = db.get_one(Registration, cast.amina.id)
        assert (amina.state, amina.waiting_since) == (RegistrationState.PLACED, at(2026, 10, 2))
        assert db.get_one(Placement, old).state is PlacementState.MOVED
        taken = [db.get_one(Group, each.id).places_taken for each in (cast.abc_farsta, cast.abc_skarpnack)]
        assert taken == [0, 1]


def test_a_move_that_is_refused_changes_nothing(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        full = group(db, cast.abc, cast.farsta, first_day=at(2027, 2, 2).date(), capacity=1)
        cleo = registration(db, "Cleo Demo", cast.farsta, cast.abc, [cast.farsta], at(2026, 9, 2))
    place(database, cast, cleo, full)
    place(database, cast, cast.amina, cast.abc_farsta)
    with database.transaction() as db:
        wanted, to = db.get_one(Registration, cast.amina.id), db.get_one(Group, full.id)
        with pytest.raises(placements.Refused):
            group_changes.move(db, wanted, to, reason=WHY, now=NOW, by=cast.eva.actor)
    with database.reading() as db:
        live = placements.find_live(db, cast.amina.id)
        assert live is not None
        assert live.group_id == cast.abc_farsta.id
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.PLACED


def test_moving_to_a_group_at_the_same_hour_is_no_clash_with_the_one_that_is_left(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        twin = group(db, cast.abc, cast.farsta)
    place(database, cast, cast.amina, cast.abc_farsta)
    with database.reading() as db:
        wanted, to = db.get_one(Registration, cast.amina.id), db.get_one(Group, twin.id)
        assert group_changes.hindrances_for(db, wanted, to, now=NOW) == []
    move(database, cast, cast.amina, twin, [])
    assert overrides(database) == []


def test_who_waits_cannot_be_moved(database: Database, cast: Cast) -> None:
    with pytest.raises(group_changes.Refused):
        move(database, cast, cast.amina, cast.abc_skarpnack)


def test_a_family_taken_out_by_staff_has_the_reason_in_its_history(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted = db.get_one(Registration, cast.amina.id)
        group_changes.withdraw_by_hand(db, wanted, now=NOW, by=cast.eva.actor, reason="Ringde och bad om det")
    with database.reading() as db:
        assert db.get_one(Registration, cast.amina.id).state is RegistrationState.WITHDRAWN
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "withdrawn by staff")).one()
        assert db.scalars(select(AuditValue).where(AuditValue.entry_id == entry.id)).one().after
