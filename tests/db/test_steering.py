"""Steering: staff decide over a family before a run does, with a reason, and every later run heeds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Registration, RegistrationState
from booking.places import steering
from booking.places.explaining import Note
from booking.places.placements import Placement
from booking.places.steering import Steer, SteerState
from booking.records.audit import SYSTEM, Actor, AuditEntry, AuditValue
from booking.records.ledger import LedgerLine
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds

WHY = "Familjen behöver en ledare som talar somaliska."


def pin(database: Database, registration: Registration, group: Group, by: Actor = SYSTEM) -> int:
    with database.transaction() as db:
        where, who = db.get_one(Group, group.id), db.get_one(Registration, registration.id)
        return steering.pin(db, who, where, reason=WHY, now=NOW, by=by).id


def leave_out(database: Database, registration: Registration) -> int:
    with database.transaction() as db:
        who = db.get_one(Registration, registration.id)
        return steering.exclude(db, who, reason="Vi ringer först.", now=NOW, by=SYSTEM).id


def lift(database: Database, steer_id: int) -> None:
    with database.transaction() as db:
        steering.lift(db, db.get_one(Steer, steer_id), now=NOW, by=SYSTEM)


def steer(database: Database, steer_id: int) -> Steer:
    with database.reading() as db:
        return db.get_one(Steer, steer_id)


def test_a_pinned_family_is_given_that_group_though_others_have_waited_longer(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    pin(database, cast.ben, cast.abc_farsta)
    run_id = rounds.propose(database)
    ben, amina = rounds.decision(database, run_id, cast.ben), rounds.decision(database, run_id, cast.amina)
    assert (ben.group_id, ben.reason_code) == (cast.abc_farsta.id, "pinned")
    assert (amina.group_id, amina.reason_code) == (None, "full_before")
    assert rounds.run(database, run_id).figures["pinned"] == 1


def test_a_pinned_place_is_no_longer_the_guests_to_have(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta = db.get_one(Group, cast.abc_farsta.id)
        farsta.resident_places, farsta.hold_until = 11, farsta.first_day
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
        abc, skarpnack, home = farsta.programme, db.merge(cast.skarpnack), db.merge(cast.farsta)
        dana = people.registration(db, "Dana Demo", skarpnack, abc, [home], at(2026, 9, 1))
    pin(database, cast.ben, cast.abc_farsta)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, dana).reason_code == "held_for_residents"


def test_a_pin_lets_a_group_reach_its_minimum(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 2
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.change(database, cast.ben, weekdays=[0])
    assert rounds.decision(database, rounds.propose(database), cast.amina).group_id is None
    pin(database, cast.ben, cast.abc_farsta)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).group_id == cast.abc_farsta.id
    assert rounds.decision(database, run_id, cast.ben).group_id == cast.abc_farsta.id


def test_a_pin_in_a_group_that_does_not_start_yet_waits_and_says_so(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = 5
    steer_id = pin(database, cast.ben, cast.abc_farsta)
    ben = rounds.decision(database, rounds.propose(database), cast.ben)
    assert (ben.group_id, ben.reason_code, ben.reason_group_id) == (None, "pinned_short", cast.abc_farsta.id)
    assert steer(database, steer_id).state is SteerState.STANDING


def test_an_excluded_family_is_in_no_run_until_the_steer_is_lifted(database: Database, cast: Cast) -> None:
    steer_id = leave_out(database, cast.amina)
    for minutes in (0, 1):
        run_id = rounds.propose(database, NOW + timedelta(minutes=minutes))
        assert rounds.decision(database, run_id, cast.amina).reason_code == "excluded"
    lift(database, steer_id)
    run_id = rounds.propose(database, NOW + timedelta(minutes=2))
    assert rounds.decision(database, run_id, cast.amina).group_id is not None


def test_an_excluded_family_does_not_keep_others_from_their_offers(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    leave_out(database, cast.amina)
    rounds.play(database)
    assert rounds.offered(database, cast.ben) == cast.abc_farsta.id


@pytest.mark.parametrize("paused", [True, False])
def test_a_pin_does_not_wake_a_family_whose_offers_rest(database: Database, cast: Cast, paused: bool) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack)
    rounds.change(database, cast.amina, paused_at=NOW if paused else None)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).reason_code == ("paused" if paused else "pinned")
    assert steer(database, steer_id).state is SteerState.STANDING


def test_a_pin_whose_place_is_gone_falls_and_the_family_is_weighed_like_everyone(
    database: Database, cast: Cast
) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    amina = rounds.decision(database, rounds.propose(database), cast.amina)
    assert (amina.group_id, amina.note) == (cast.abc_farsta.id, Note.PIN_FELL.value)
    found = steer(database, steer_id)
    assert (found.state, found.note) == (SteerState.FALLEN, "full")


def test_a_pin_of_a_family_that_has_left_the_queue_falls(database: Database, cast: Cast) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack)
    rounds.change(database, cast.amina, state=RegistrationState.WITHDRAWN)
    rounds.propose(database)
    found = steer(database, steer_id)
    assert (found.state, found.note) == (SteerState.FALLEN, "left")


def test_a_no_to_the_pinned_group_ends_the_pin(database: Database, cast: Cast) -> None:
    rounds.play(database)
    rounds.say_no(database, cast.amina)
    with database.transaction() as db:
        # Made before the family answered, by a colleague.
        made = Steer(registration_id=cast.amina.id, group_id=cast.abc_farsta.id, reason=WHY, made_at=NOW)
        made.kind = steering.SteerKind.PIN
        db.add(made)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).group_id == cast.abc_skarpnack.id
    assert steer(database, made.id).note == "said_no"


def test_a_trial_ends_no_steer(database: Database, cast: Cast) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack)
    rounds.change(database, cast.amina, state=RegistrationState.WITHDRAWN)
    rounds.attempt(database, {cast.abc_farsta.id: {"capacity": 14}})
    assert steer(database, steer_id).state is SteerState.STANDING


@pytest.mark.parametrize("taken", [12, 11])
def test_no_pin_goes_into_a_full_group_or_beyond_what_other_pins_have_left(
    database: Database, cast: Cast, taken: int
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = taken
    if taken == 11:
        pin(database, cast.ben, cast.abc_farsta)
    with pytest.raises(steering.Refused) as refusal:
        pin(database, cast.amina, cast.abc_farsta)
    assert refusal.value.code == "full"


def test_one_family_has_one_steer_at_a_time(database: Database, cast: Cast) -> None:
    leave_out(database, cast.amina)
    with pytest.raises(steering.Refused) as refusal:
        pin(database, cast.amina, cast.abc_farsta)
    assert refusal.value.code == "steered"


def test_a_steer_needs_a_reason(database: Database, cast: Cast) -> None:
    with pytest.raises(steering.Refused) as refusal, database.transaction() as db:
        steering.exclude(db, db.get_one(Registration, cast.amina.id), reason="  ", now=NOW, by=SYSTEM)
    assert refusal.value.code == "reason"


def test_a_steer_is_lifted_once(database: Database, cast: Cast) -> None:
    steer_id = leave_out(database, cast.amina)
    lift(database, steer_id)
    with pytest.raises(steering.Refused):
        lift(database, steer_id)


def test_who_pinned_and_why_stands_in_the_audit_log_and_the_ledger_says_that_it_was_done(
    database: Database, cast: Cast
) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack, by=cast.greta.actor)
    lift(database, steer_id)
    with database.reading() as db:
        about = AuditEntry.thing == "steers", AuditEntry.thing_id == steer_id
        acts = db.execute(select(AuditEntry.action, AuditEntry.actor_id).where(*about).order_by(AuditEntry.id)).all()
        given = select(AuditValue.after).join(AuditEntry, AuditEntry.id == AuditValue.entry_id).where(*about)
        lines = db.scalars(select(LedgerLine.event).where(LedgerLine.event.like("pin %")).order_by(LedgerLine.id))
        assert [tuple(act) for act in acts] == [("pinned", cast.greta.id), ("steer lifted", None)]
        assert db.scalars(given).all() == [WHY]
        assert list(lines) == ["pin standing", "pin lifted"]


@pytest.mark.parametrize("since", ["left out", "pinned elsewhere", "pin lifted"])
def test_nothing_is_offered_that_staff_have_decided_against_since_the_proposal(
    database: Database, cast: Cast, since: str
) -> None:
    steer_id = pin(database, cast.amina, cast.abc_farsta) if since == "pin lifted" else None
    run_id = rounds.propose(database)
    if steer_id is not None:
        lift(database, steer_id)
    elif since == "left out":
        leave_out(database, cast.amina)
    else:
        pin(database, cast.amina, cast.abc_skarpnack)
    rounds.publish(database, run_id)
    assert rounds.offered(database, cast.amina) is None
    assert rounds.decision(database, run_id, cast.amina).note == Note.STEERED.value
    assert rounds.offered(database, cast.ben) == cast.abc_skarpnack.id


def test_a_pinned_offer_is_made_past_a_longer_wait_and_the_pin_is_used(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    steer_id = pin(database, cast.ben, cast.abc_farsta)
    rounds.play(database)
    offer = rounds.open_offer(database, cast.ben)
    assert offer is not None
    with database.reading() as db:
        assert db.get_one(Placement, offer.placement_id).override == WHY
    assert steer(database, steer_id).state is SteerState.USED


def test_the_standing_pins_are_found_for_whoever_publishes(database: Database, cast: Cast) -> None:
    steer_id = pin(database, cast.amina, cast.abc_skarpnack)
    leave_out(database, cast.ben)
    with database.reading() as db:
        assert [each.id for each in steering.steers_of(db, [cast.amina.id]).values()] == [steer_id]
        assert len(steering.list_standing(db)) == 2
