"""Runs: what a proposal is made from, and who gets a reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from booking.allocation.verify import Breach
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.people.registrations import Apart, Registration, RegistrationDistrict
from booking.places import publishing, runs
from booking.places.run_engine import compute, computing
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM
from tests import cast as people
from tests.cast import NOW, Cast, at
from tests.db import rounds


def test_a_family_whose_home_has_no_place_is_offered_the_neighbours(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 12
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_skarpnack.id


def test_a_family_with_a_choice_is_offered_its_home(database: Database, cast: Cast) -> None:
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id
    assert rounds.offered(database, cast.ben) == cast.abc_skarpnack.id


def test_home_goes_before_the_districts_the_family_ranked_higher(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        by_district = {wanted.district_id: wanted for wanted in amina.districts}
        by_district[cast.farsta.id].rank, by_district[cast.skarpnack.id].rank = 1, 0
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_a_family_goes_to_its_own_first_choice_among_other_districts(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        alvsjo = people.district(db, "alvsjo", "Älvsjö")
        there = people.group(db, db.merge(cast.abc), alvsjo, first_day=date(2027, 2, 23))
        amina = db.get_one(Registration, cast.amina.id)
        amina.districts = []
        db.flush()
        amina.districts = [
            RegistrationDistrict(district_id=alvsjo.id, rank=0),
            RegistrationDistrict(district_id=cast.skarpnack.id, rank=1),
        ]
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == there.id


def test_an_online_group_comes_after_a_room_to_meet_in(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        online = people.group(db, db.merge(cast.abc), cast.farsta, first_day=date(2027, 1, 19))
        online.online, online.venue = True, None
    rounds.change(database, cast.amina, online=True)
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_families_whose_offers_rest_are_left_out_and_told_why(database: Database, cast: Cast) -> None:
    rounds.change(database, cast.amina, paused_at=at(2027, 1, 2))
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    assert rounds.offered(database, cast.amina) is None
    assert rounds.decision(database, run_id, cast.amina).reason_code == "paused"


def test_a_family_with_an_offer_is_left_out(database: Database, cast: Cast) -> None:
    rounds.play(database)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).reason_code == "has_offer"


def test_a_child_who_is_too_old_when_the_group_starts_is_not_placed(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).children[0].birth_year = 2013
        late = people.registration(
            db, "Dana Demo", cast.farsta, db.merge(cast.abc), [cast.farsta], at(2026, 9, 1), birth_year=2014
        )
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).reason_code == "no_choices"
    assert rounds.decision(database, run_id, late).group_id == cast.abc_farsta.id


def test_no_offer_overlaps_a_meeting_the_family_has(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        same_evening = people.group(db, db.merge(cast.komet), cast.farsta, first_day=date(2027, 1, 26), hour=time(19))
        komet = Registration(family_id=cast.amina.family_id, programme_id=cast.komet.id, waiting_since=at(2026, 10, 3))
        komet.state, komet.children = cast.amina.state, list(db.get_one(Registration, cast.amina.id).children)
        komet.districts = [RegistrationDistrict(district_id=cast.farsta.id, rank=0)]
        db.add(komet)
    rounds.change(database, cast.amina, paused_at=NOW)
    rounds.play(database)
    assert rounds.offered(database, komet) == same_evening.id
    rounds.change(database, cast.amina, paused_at=None)
    rounds.play(database)
    assert rounds.offered(database, cast.amina) == cast.abc_skarpnack.id


def test_two_who_must_be_kept_apart_never_get_the_same_group(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.add(Apart(one_id=cast.amina.id, other_id=cast.ben.id))
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.play(database)
    assert (rounds.offered(database, cast.amina), rounds.offered(database, cast.ben)) == (cast.abc_farsta.id, None)
    # The next proposal does not even speak of the group to Ben: its reason is about the other one, which is full.
    later = rounds.decision(database, rounds.propose(database), cast.ben)
    assert (later.group_id, later.reason_group_id) == (None, cast.abc_skarpnack.id)


def test_a_family_gets_no_more_offers_in_a_week_than_the_city_has_said(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        people.group(db, db.merge(cast.abc), cast.farsta, first_day=date(2027, 2, 23))
    for _ in range(2):
        rounds.play(database)
        rounds.say_no(database, cast.amina)
    run_id = rounds.propose(database)
    assert rounds.decision(database, run_id, cast.amina).reason_code == "offers_cap"
    assert rounds.decision(database, rounds.propose(database, NOW + timedelta(days=7)), cast.amina).group_id


def test_everyone_who_waits_has_a_stored_reason(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
    run_id = rounds.propose(database)
    ben = rounds.decision(database, run_id, cast.ben)
    assert rounds.decision(database, run_id, cast.amina).reason_code == "placed_resident"
    assert (ben.reason_code, ben.reason_group_id) == ("full_before", cast.abc_skarpnack.id)


def test_a_proposal_says_nothing_to_families(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    assert rounds.all_offers(database) == []


def test_a_new_proposal_takes_the_place_of_the_old_one(database: Database, cast: Cast) -> None:
    old = rounds.propose(database)
    rounds.propose(database)
    assert rounds.run(database, old).state is RunState.DISCARDED


def test_two_workers_compute_one_run_once(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        run_id = runs.request(db, now=NOW, by=SYSTEM).id
    assert compute(database, run_id, clock=lambda: NOW)
    assert not compute(database, run_id, clock=lambda: NOW)


def test_a_run_whose_worker_died_is_taken_over_after_a_quarter_of_an_hour(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        run_id = runs.request(db, now=NOW, by=SYSTEM).id
        runs.claim(db, run_id, now=NOW)
    assert computing.compute_waiting(database, lambda: NOW + timedelta(minutes=14)) == 0
    assert computing.compute_waiting(database, lambda: NOW + timedelta(minutes=15)) == 1
    assert rounds.run(database, run_id).state is RunState.PROPOSED


def test_a_plan_that_breaks_a_rule_is_kept_and_can_never_be_published(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "verify", lambda *_: [Breach("H3", None, None, "is unplaced behind weaker claims")])
    run_id = rounds.propose(database)
    run = rounds.run(database, run_id)
    assert (run.state, run.failure) == (RunState.FAILED, "H3: is unplaced behind weaker claims")
    with pytest.raises(runs.Refused), database.transaction() as db:
        publishing.publish(db, db.get_one(AllocationRun, run_id), now=NOW, by=SYSTEM)


def test_a_fault_is_stored_without_what_it_says_for_that_may_be_personal(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choke(*_: object, **__: object) -> None:
        raise ValueError("amina@example.org")

    monkeypatch.setattr(computing, "allocate", choke)
    assert rounds.run(database, rounds.propose(database)).failure == "ValueError"


def test_figures_say_what_the_plan_comes_to(database: Database, cast: Cast) -> None:
    figures = rounds.run(database, rounds.propose(database)).figures
    assert {name: figures[name] for name in ("placed", "waiting", "left_out", "guests_placed", "groups_started")} == {
        "placed": 2, "waiting": 0, "left_out": 0, "guests_placed": 0, "groups_started": 2,
    }  # fmt: skip
    assert figures["districts"][str(cast.farsta.id)] == {"families": 1, "placed": 1, "percent": 100}


def asked(database: Database, minutes: int) -> int:
    """Two schedulers look for a run that is due; how many runs there are then."""
    for _ in range(2):
        with database.transaction() as db:
            runs.request_due(db, now=NOW + timedelta(minutes=minutes))
    computing.compute_waiting(database, lambda: NOW + timedelta(minutes=minutes))
    with database.reading() as db:
        return len(list(db.scalars(select(AllocationRun.id))))


def test_however_many_schedulers_ask_there_is_one_run_an_hour(database: Database, cast: Cast) -> None:
    assert [asked(database, minutes) for minutes in (0, 1, 59, 60, 61)] == [1, 1, 1, 2, 2]


def test_a_place_given_back_asks_for_a_run_at_once(database: Database, cast: Cast) -> None:
    assert asked(database, 0) == 1
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).touched_at = NOW + timedelta(minutes=5)
    assert [asked(database, minutes) for minutes in (6, 7)] == [2, 2]


def test_schedulers_and_workers_side_by_side_make_one_run(database: Database, cast: Cast) -> None:
    def turn(_: int) -> int:
        with database.transaction() as db:
            runs.request_due(db, now=NOW)
        return computing.compute_waiting(database, lambda: NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(turn, range(4))) == 1
    with database.reading() as db:
        assert [each.state for each in runs.list_recent(db)] == [RunState.PROPOSED]
