"""Publishing: a proposal becomes offers, and each is judged once more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.outbox.messages import Message
from booking.people.registrations import Apart, Registration, RegistrationDistrict, RegistrationState
from booking.places import offers, runs
from booking.places.publishing import Published
from booking.places.runs import AllocationRun, DecisionState, RunState
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds

LATER = NOW + timedelta(days=7)


def test_a_published_proposal_becomes_offers_with_its_reasons(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    assert rounds.publish(database, run_id) == Published(offered=2, stale=0)
    offer = rounds.open_offer(database, cast.amina)
    assert offer is not None
    assert (offer.run_id, offer.reason_code, offer.reason_values["since"]) == (run_id, "placed_resident", "2026-10-02")


def test_the_reply_time_follows_the_start_and_the_nights(database: Database, cast: Cast) -> None:
    rounds.play(database)
    offer = rounds.open_offer(database, cast.amina)
    assert offer is not None
    # Told on Monday 10.05 in Stockholm; 48 waking hours, and Wednesday is Epiphany.
    assert offer.reply_by == at(2027, 1, 9, 10)


def test_publishing_twice_gives_one_set_of_offers(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    with pytest.raises(runs.Refused):
        rounds.publish(database, run_id)
    assert len(rounds.all_offers(database)) == 2


def test_two_coordinators_who_publish_at_once_make_one_set_of_offers(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)

    def click(_: int) -> bool:
        try:
            rounds.publish(database, run_id)
        except runs.Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]
    assert len(rounds.all_offers(database)) == 2


def test_an_older_proposal_cannot_be_published_after_a_newer_one(database: Database, cast: Cast) -> None:
    old = rounds.propose(database)
    rounds.play(database, NOW + timedelta(minutes=1))
    with database.transaction() as db:
        db.get_one(AllocationRun, old).state = RunState.PROPOSED
    with pytest.raises(runs.Refused) as refusal:
        rounds.publish(database, old)
    assert refusal.value.code == "newer"


def test_saying_no_never_costs_the_home_place_and_that_group_is_not_offered_again(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 12
    rounds.play(database)
    rounds.say_no(database, cast.amina)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).group_id is None
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_an_expired_offer_goes_to_the_next_in_the_queue(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.play(database)
    assert (rounds.offered(database, cast.amina), rounds.offered(database, cast.ben)) == (cast.abc_farsta.id, None)
    with database.transaction() as db:
        for due in offers.list_due(db, now=LATER):
            offers.expire(db, due, now=LATER)
    rounds.play(database, LATER)
    assert (rounds.offered(database, cast.amina), rounds.offered(database, cast.ben)) == (None, cast.abc_farsta.id)


def test_an_offer_that_can_no_longer_be_made_harms_no_other(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    rounds.change(database, cast.amina, state=RegistrationState.WITHDRAWN)
    assert rounds.publish(database, run_id) == Published(offered=1, stale=1)
    amina = rounds.decision(database, run_id, cast.amina)
    assert (amina.state, amina.note) == (DecisionState.STALE, "not_waiting")
    assert rounds.offered(database, cast.ben) == cast.abc_skarpnack.id


def test_what_the_database_itself_refuses_harms_that_offer_alone(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = rounds.propose(database)
    monkeypatch.setattr("booking.places.placements.hindrances.find", lambda *_, **__: [])
    with database.transaction() as db:
        farsta, amina = db.get_one(Group, cast.abc_farsta.id), db.get_one(Registration, cast.amina.id)
        answer_by = NOW + timedelta(hours=4)
        reason = offers.Reason("by_hand")
        offers.make(db, amina, farsta, reason=reason, reply_by=answer_by, now=NOW, by=SYSTEM)
    assert rounds.publish(database, run_id) == Published(offered=1, stale=1)
    assert rounds.decision(database, run_id, cast.amina).note == "conflict"


def test_a_stale_offer_leaves_no_trace(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    rounds.change(database, cast.amina, state=RegistrationState.WITHDRAWN)
    rounds.publish(database, run_id)
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).places_taken == 0
        assert db.scalar(select(func.count()).select_from(Message)) == 1


def test_a_decision_that_staff_held_back_is_not_offered(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    with database.transaction() as db:
        found = runs.find_decision(db, run_id, cast.amina.id)
        assert found is not None
        runs.exclude(db, found, now=NOW, by=SYSTEM, reason="Familjen har ringt.")
    assert rounds.publish(database, run_id) == Published(offered=1, stale=0)
    assert rounds.decision(database, run_id, cast.amina).state is DecisionState.EXCLUDED


def test_nobody_is_offered_a_group_that_would_not_start(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for group in (cast.abc_farsta, cast.abc_skarpnack):
            db.get_one(Group, group.id).minimum = 2
    run_id = rounds.propose(database)
    assert (
        rounds.decision(database, run_id, cast.amina).group_id == rounds.decision(database, run_id, cast.ben).group_id
    )
    rounds.change(database, cast.ben, state=RegistrationState.WITHDRAWN)
    assert rounds.publish(database, run_id) == Published(offered=0, stale=2)
    assert rounds.decision(database, run_id, cast.amina).note == "too_few"
    assert rounds.all_offers(database) == []


def test_of_two_kept_apart_the_longer_wait_gets_the_group(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
        db.add(Apart(one_id=cast.amina.id, other_id=cast.ben.id))
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    assert rounds.decision(database, run_id, cast.amina).state is DecisionState.OFFERED
    assert rounds.decision(database, run_id, cast.ben).note == "apart"


def test_somebody_who_came_back_with_a_stronger_claim_is_not_passed_over(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.change(database, cast.amina, paused_at=at(2027, 1, 2))
    run_id = rounds.propose(database)
    rounds.change(database, cast.amina, paused_at=None)
    assert rounds.publish(database, run_id) == Published(offered=0, stale=1)
    assert rounds.decision(database, run_id, cast.ben).note == "longer_wait"


def test_a_family_that_began_to_rest_after_the_proposal_is_not_offered(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    rounds.change(database, cast.amina, paused_at=NOW)
    rounds.publish(database, run_id)
    assert rounds.decision(database, run_id, cast.amina).note == "paused"


def test_a_group_that_has_begun_meanwhile_is_not_offered(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    assert rounds.publish(database, run_id, at(2027, 1, 27)) == Published(offered=1, stale=1)
    assert rounds.decision(database, run_id, cast.amina).note == "begun"


def test_two_programmes_on_one_evening_give_one_offer_the_sooner_start_first(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        same_evening = people.group(db, db.merge(cast.komet), cast.farsta, first_day=date(2027, 1, 19), hour=time(17))
        komet = Registration(family_id=cast.amina.family_id, programme_id=cast.komet.id, waiting_since=at(2026, 10, 3))
        komet.state, komet.children = RegistrationState.WAITING, list(db.get_one(Registration, cast.amina.id).children)
        komet.districts = [RegistrationDistrict(district_id=cast.farsta.id, rank=0)]
        db.add(komet)
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    assert rounds.offered(database, komet) == same_evening.id
    assert rounds.decision(database, run_id, cast.amina).note == "clash"


def test_the_waves_go_to_the_group_nearest_its_start_first(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        sooner = people.group(db, db.merge(cast.abc), cast.skarpnack, first_day=date(2027, 1, 14))
    rounds.change(database, cast.ben, weekdays=[sooner.weekday])
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.play(database)
    assert [offer.group_id for offer in rounds.all_offers(database)] == [sooner.id, cast.abc_farsta.id]


def test_one_run_never_sends_a_family_more_than_the_weeks_offers(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for programme in ("fos", "laten"):
            made = people.programme(db, programme, programme, ages=(3, 12), count=4)
            people.group(db, made, cast.farsta, first_day=date(2027, 3, 2 if programme == "fos" else 3))
            other = Registration(family_id=cast.amina.family_id, programme_id=made.id, waiting_since=at(2026, 10, 3))
            other.state, other.children = cast.amina.state, list(db.get_one(Registration, cast.amina.id).children)
            other.districts = [RegistrationDistrict(district_id=cast.farsta.id, rank=0)]
            db.add(other)
    assert rounds.play(database) == Published(offered=3, stale=1)
