"""The fairness audit: finds nothing where nothing is wrong, and whatever somebody has meddled with."""

from __future__ import annotations

from datetime import timedelta
from typing import cast as as_type

import pytest
from sqlalchemy import delete, select, update

from booking import create_app
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.insight import fairness
from booking.people.registrations import Registration
from booking.places import offers, placements, runs, steering
from booking.places.offers import Offer, Reason
from booking.places.placements import Hindrance, Source, Way
from booking.places.runs import AllocationRun, RunDecision, RunSnapshot, RunState
from booking.records.audit import SYSTEM
from booking.web.site import Site
from config import Settings
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds


def found(database: Database) -> list[str]:
    """What is wrong, without which run and which row."""
    report = fairness.audit(database)
    return [finding.sentence for finding in (*report.breaches, *report.unchecked)]


def meddle(database: Database, kind: type, registration: Registration, **values: object) -> None:
    """Change a row behind everybody's back."""
    with database.transaction() as db:
        db.execute(update(kind).where(kind.registration_id == registration.id).values(**values))  # type: ignore[attr-defined]


def one_place(database: Database, cast: Cast) -> None:
    """One place in the whole city: Amina's, who lives there."""
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12


def two_of_farsta(database: Database, cast: Cast) -> Registration:
    """Dana, who lives in Farsta too and has waited longer than Amina."""
    with database.transaction() as db:
        farsta = db.merge(cast.farsta)
        return people.registration(db, "Dana Demo", farsta, db.merge(cast.abc), [farsta], at(2026, 9, 1))


def hold_back(database: Database, run_id: int, registration: Registration) -> int:
    with database.transaction() as db:
        decision = runs.find_decision(db, run_id, registration.id)
        assert decision is not None
        return runs.exclude(db, decision, now=NOW, by=SYSTEM, reason="Vi ringer först.").id


def test_nothing_is_wrong_after_two_rounds_with_a_no_between(database: Database, cast: Cast) -> None:
    rounds.play(database)
    rounds.say_no(database, cast.amina)
    rounds.play(database, NOW + timedelta(hours=1))
    report = fairness.audit(database)
    assert (report.runs, report.offers, report.breaches, report.is_clean) == (2, 3, [], True)


def test_an_offer_moved_to_somebody_the_plan_did_not_place_is_found(database: Database, cast: Cast) -> None:
    one_place(database, cast)
    rounds.play(database)
    meddle(database, Offer, cast.amina, registration_id=cast.ben.id)
    assert found(database) == ["is of another group than the run decided"]


def test_an_offer_and_its_decision_changed_alike_are_found(database: Database, cast: Cast) -> None:
    rounds.play(database)
    for kind in (Offer, RunDecision):
        meddle(database, kind, cast.ben, group_id=cast.abc_farsta.id)
    assert found(database) == ["is not what the plan says", "was made to a family that the plan did not place there"]


def test_a_plan_changed_afterwards_breaks_the_rule(database: Database, cast: Cast) -> None:
    one_place(database, cast)
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    with database.transaction() as db:
        kept = db.get_one(RunSnapshot, run_id)
        # Ben's place in the queue is written earlier than Amina's, and his home where the place is.
        kept.problem = kept.problem.replace("2026-11-16", "2026-01-16").replace(
            f'"district": "{cast.skarpnack.id}"', f'"district": "{cast.farsta.id}"'
        )
    assert found(database)[0].startswith("H3: ")


def test_whoever_was_passed_within_a_group_is_found(database: Database, cast: Cast) -> None:
    dana = two_of_farsta(database, cast)
    run_id = rounds.propose(database)
    hold_back(database, run_id, dana)
    rounds.publish(database, run_id)
    assert found(database) == []
    meddle(database, RunDecision, dana, state=runs.DecisionState.PROPOSED)
    assert found(database) == ["was passed by a family with a weaker claim"]


def test_a_family_held_back_without_a_reason_on_record_is_found(database: Database, cast: Cast) -> None:
    dana = two_of_farsta(database, cast)
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    meddle(database, RunDecision, dana, state=runs.DecisionState.EXCLUDED)
    with database.transaction() as db:
        db.execute(delete(Offer).where(Offer.registration_id == dana.id))
    assert found(database) == ["was held back, and no reason is on record"]


def test_an_offer_that_nobody_is_on_record_as_having_made_is_found(database: Database, cast: Cast) -> None:
    rounds.play(database)
    with database.transaction() as db:
        offer = db.scalars(select(Offer)).first()
        assert offer is not None
        copied = {c.name: getattr(offer, c.name) for c in Offer.__table__.columns if c.name not in ("id", "code")}
        db.delete(offer)
        db.flush()
        db.add(Offer(**copied))
    assert "nobody is on record as having made it" in found(database)


def test_an_offer_from_a_plan_that_failed_is_found(database: Database, cast: Cast) -> None:
    rounds.play(database)
    with database.transaction() as db:
        db.execute(update(AllocationRun).values(state=RunState.FAILED))
    assert found(database) == ["was made from a run that is failed"] * 2


def test_a_pin_is_an_exception_with_a_reason_and_not_a_breach(database: Database, cast: Cast) -> None:
    one_place(database, cast)
    with database.transaction() as db:
        ben, farsta = db.get_one(Registration, cast.ben.id), db.get_one(Group, cast.abc_farsta.id)
        steering.pin(db, ben, farsta, reason="Ledaren talar somaliska.", now=NOW, by=cast.greta.actor)
    rounds.play(database)
    assert rounds.offered(database, cast.ben) == cast.abc_farsta.id
    report = fairness.audit(database)
    assert (report.breaches, report.overrides) == ([], 1)
    with database.transaction() as db:
        db.execute(delete(steering.Steer))
    assert found(database) == ["is called decided beforehand, and nobody is on record as having done so"]


def test_places_from_no_run_are_counted(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        amina, ben = (db.get_one(Registration, each.id) for each in (cast.amina, cast.ben))
        farsta, soon = db.get_one(Group, cast.abc_farsta.id), NOW + timedelta(days=1)
        offers.make(db, amina, farsta, reason=Reason("by_hand"), reply_by=soon, now=NOW, by=SYSTEM)
        way = Way(Source.INVITATION, waived=frozenset({Hindrance.LONGER_WAIT}))
        placements.take(db, ben, db.get_one(Group, cast.abc_skarpnack.id), way, now=NOW, by=SYSTEM)
    report = fairness.audit(database)
    assert (report.beside, report.is_clean) == (2, True)


def test_a_rule_that_nobody_knows_is_not_guessed_at(database: Database, cast: Cast) -> None:
    rounds.play(database)
    with database.transaction() as db:
        db.execute(update(AllocationRun).values(rule="likaplats-rule/0"))
    assert found(database) == ["it was made by the rule 'likaplats-rule/0', which this version does not know"]


def test_a_run_of_which_nothing_is_kept_is_not_called_fair(database: Database, cast: Cast) -> None:
    rounds.play(database)
    with database.transaction() as db:
        db.execute(delete(RunSnapshot))
    assert not fairness.audit(database).is_clean


def test_the_audit_may_begin_on_a_day(database: Database, cast: Cast) -> None:
    rounds.play(database)
    assert fairness.audit(database, since=NOW).runs == 1
    assert fairness.audit(database, since=NOW + timedelta(days=1)).runs == 0


@pytest.mark.parametrize("meddled", [False, True])
def test_the_command_ends_with_one_when_something_is_wrong(
    database: Database, cast: Cast, settings: Settings, meddled: bool
) -> None:
    rounds.play(database)
    if meddled:
        meddle(database, Offer, cast.ben, group_id=cast.abc_farsta.id)
    app = as_type(Site, create_app(settings, clock=lambda: NOW, senders={}))
    result = app.test_cli_runner().invoke(args=["audit-fairness"])
    app.services.database.close()
    said = result.output.splitlines()
    assert (result.exit_code, len(said)) == ((1, 2) if meddled else (0, 1))
    assert said[-1].startswith("1 breaches" if meddled else "0 breaches in 1 runs and 2 offers")
