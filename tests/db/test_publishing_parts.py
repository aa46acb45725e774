"""Some of a proposal is published, the rest waits or is thrown away; and nothing is published twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.places import placements, publishing, runs, steering
from booking.places.placements import Placement
from booking.places.publishing import Published, Selection
from booking.places.runs import AllocationRun, DecisionState, RunState
from booking.places.steering import Steer, SteerState
from booking.records.audit import SYSTEM, AuditEntry
from tests.cast import NOW, Cast, build, registration
from tests.db import rounds


def publish(database: Database, run_id: int, only: Selection | None = None, most: int | None = None) -> Published:
    with database.transaction() as db:
        return publishing.publish(db, db.get_one(AllocationRun, run_id), now=NOW, by=SYSTEM, only=only, most=most)


def farsta(cast: Cast) -> Selection:
    return Selection(group_ids=frozenset({cast.abc_farsta.id}))


def test_a_group_is_published_and_the_rest_stays_a_proposal(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    assert publish(database, run_id, farsta(cast)) == Published(offered=1, stale=0, left=1)
    assert (rounds.offered(database, cast.amina), rounds.offered(database, cast.ben)) == (cast.abc_farsta.id, None)
    run = rounds.run(database, run_id)
    assert (run.state, run.published_at) == (RunState.PROPOSED, NOW)


def test_the_rest_is_published_later(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    publish(database, run_id, farsta(cast))
    assert publish(database, run_id) == Published(offered=1, stale=0, left=0)
    assert rounds.offered(database, cast.ben) == cast.abc_skarpnack.id
    assert rounds.run(database, run_id).state is RunState.PUBLISHED


def test_a_programme_brings_all_its_groups(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    assert publish(database, run_id, Selection(frozenset({cast.komet.id}))) == Published(0, 0, left=2)
    assert publish(database, run_id, Selection(frozenset({cast.abc.id}))) == Published(2, 0, left=0)


def test_the_rest_is_thrown_away_and_what_was_published_stands(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    publish(database, run_id, farsta(cast))
    with database.transaction() as db:
        runs.discard(db, db.get_one(AllocationRun, run_id), now=NOW, by=SYSTEM)
    assert rounds.run(database, run_id).state is RunState.PUBLISHED
    ben = rounds.decision(database, run_id, cast.ben)
    assert (ben.state, ben.note) == (DecisionState.STALE, "not_published")
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_the_rest_of_an_older_proposal_is_not_published_when_a_newer_one_stands(database: Database, cast: Cast) -> None:
    run_id = rounds.propose(database)
    publish(database, run_id, farsta(cast))
    rounds.propose(database, NOW + timedelta(minutes=1))
    with pytest.raises(runs.Refused):
        publish(database, run_id)
    assert rounds.run(database, run_id).state is RunState.PUBLISHED


def test_no_more_are_tried_than_asked_for_and_the_strongest_claim_comes_first(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    run_id = rounds.propose(database)
    assert publish(database, run_id, most=1) == Published(offered=1, stale=0, left=1)
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_a_part_too_small_for_its_group_is_not_offered_at_all(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        for group in (cast.abc_farsta, cast.abc_skarpnack):
            db.get_one(Group, group.id).minimum = 2
    run_id = rounds.propose(database)
    assert publish(database, run_id, most=1) == Published(offered=0, stale=0, left=2)
    assert publish(database, run_id, most=2) == Published(offered=2, stale=0, left=0)


def test_two_who_publish_the_same_part_at_once_make_one_set_of_offers(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    run_id = rounds.propose(database)
    parts = [farsta(cast), farsta(cast), Selection(group_ids=frozenset({cast.abc_skarpnack.id})), None]

    def click(only: Selection | None) -> int:
        try:
            return publish(database, run_id, only).offered
        except runs.Refused:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(click, parts)) == 2
    assert len(rounds.all_offers(database)) == 2
    database.close()


def test_a_pinned_family_is_offered_its_group_with_the_reason_written_down(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        wanted, group = db.merge(cast.ben, load=False), db.get_one(Group, cast.abc_farsta.id)
        steer = steering.pin(db, wanted, group, reason="Tolken finns bara där", now=NOW, by=SYSTEM).id
    run_id = rounds.propose(database)
    publish(database, run_id)
    assert rounds.offered(database, cast.ben) == cast.abc_farsta.id
    with database.reading() as db:
        assert db.get_one(Steer, steer).state is SteerState.USED
        overridden = db.scalars(select(AuditEntry.action).where(AuditEntry.override).order_by(AuditEntry.id)).all()
        assert "offer made" in overridden
        placed = placements.find_live(db, cast.ben.id)
        assert isinstance(placed, Placement)
        assert placed.override == "Tolken finns bara där"


def test_a_family_left_out_by_staff_does_not_stand_in_the_way_of_others(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
        steering.exclude(db, db.merge(cast.amina, load=False), reason="Familjen har bett om det", now=NOW, by=SYSTEM)
    rounds.play(database)
    assert (rounds.offered(database, cast.amina), rounds.offered(database, cast.ben)) == (None, cast.abc_farsta.id)


def many(database: Database, cast: Cast, number: int) -> None:
    """Families who all fit in Farsta and wait longer than Ben."""
    with database.transaction() as db:
        home, abc = db.merge(cast.farsta, load=False), db.merge(cast.abc, load=False)
        for each in range(number):
            registration(db, f"Fler{each} Demo", home, abc, [home], NOW - timedelta(days=200 - each))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_ten_more_offers_ask_for_little_more(database: Database, cast: Cast) -> None:
    from tests.db.test_few_queries import statements

    many(database, cast, 4)
    run_id = rounds.propose(database)
    with statements(database) as few:
        publish(database, run_id)
    many_later = NOW + timedelta(minutes=1)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).capacity = 40
    many(database, cast, 20)
    run_id = rounds.propose(database, many_later)
    with statements(database) as more, database.transaction() as db:
        publishing.publish(db, db.get_one(AllocationRun, run_id), now=many_later, by=SYSTEM)
    assert len(more) <= len(few) + 5
