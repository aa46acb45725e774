"""What a run comes to, in figures that staff compare."""

from __future__ import annotations

from typing import Any

from booking.base.db import Database
from booking.catalogue.groups import Group
from tests.cast import NOW, Cast
from tests.db import rounds


def figures(database: Database) -> dict[str, Any]:
    return rounds.run(database, rounds.propose(database)).figures


def test_each_district_for_itself_leaves_the_family_whose_home_is_full_without(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 12
    found = figures(database)
    assert (found["placed"], found["districts_alone"]["families"]) == (2, 1)
    assert found["districts_alone"]["districts"] == {str(cast.skarpnack.id): 1}
    assert (found["seats"], found["districts_alone"]["seats"]) == (14, 13)


def test_there_is_no_share_of_nobody(database: Database, cast: Cast) -> None:
    found = figures(database)
    assert found["pairs"] == {"families": 0, "placed": 0, "percent": None}
    assert found["singles"] == {"families": 2, "placed": 2, "percent": 100}


def test_offers_are_counted_by_district_and_programme(database: Database, cast: Cast) -> None:
    farsta = figures(database)["offers"][str(cast.farsta.id)]
    assert farsta == {str(cast.abc.id): {"families": 1, "placed": 1, "percent": 100}}


def test_whoever_stays_without_is_counted_by_the_reason(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
        db.get_one(Group, cast.abc_skarpnack.id).places_taken = 12
    rounds.change(database, cast.amina, paused_at=NOW)
    found = figures(database)
    assert (found["aside"], found["left_out"], found["without"]) == ({"paused": 1}, 1, {})
    rounds.change(database, cast.amina, paused_at=None)
    assert figures(database)["without"] == {"full_before": 1}


def test_a_group_that_nobody_can_fill_is_named_among_the_short(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_skarpnack.id).minimum = 5
    found = figures(database)
    assert (found["started"], found["groups_short"]) == ([cast.abc_farsta.id], [cast.abc_skarpnack.id])
