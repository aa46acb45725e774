"""Groups are set up, published and changed; groups at risk are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import ClosedPeriod
from booking.course import group_changes
from booking.course.group_changes import GroupPlan, Sizes
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast, at, group


def plan(cast: Cast, **changes: object) -> GroupPlan:
    usual = GroupPlan(
        programme_id=cast.abc.id,
        district_ids=(cast.farsta.id,),
        first_day=date(2027, 2, 9),
        starts_at=time(17, 30),
        sizes=Sizes(capacity=12, minimum=7),
        venue_id=cast.abc_farsta.venue_id,
        leader_ids=(cast.carla.id,),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def make(database: Database, cast: Cast, **changes: object) -> Group:
    with database.transaction() as db:
        return group_changes.open_group(db, plan(cast, **changes), now=NOW, by=cast.eva.actor)


def change(database: Database, cast: Cast, sizes: Sizes, version: int = 1) -> None:
    with database.transaction() as db:
        group_changes.change(
            db, db.get_one(Group, cast.abc_farsta.id), sizes, (cast.deniz.id,),
            version=version, now=NOW, by=cast.eva.actor, reason="Större lokal",
        )  # fmt: skip


def test_an_opened_group_takes_families_and_has_its_meetings(database: Database, cast: Cast) -> None:
    made = make(database, cast)
    with database.reading() as db:
        found = db.get_one(Group, made.id)
        assert (found.state, found.weekday, found.decide_on) == (GroupState.OPEN, 1, date(2027, 1, 30))
        assert len(sessions.list_of(db, made.id)) == cast.abc.sessions
        assert found.led_by(cast.carla.id)


def test_the_first_day_moves_past_a_holiday_with_its_weekday(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.add(ClosedPeriod(name="Lov", first_day=date(2027, 2, 8), last_day=date(2027, 2, 14)))
    made = make(database, cast)
    assert (made.first_day, made.weekday) == (date(2027, 2, 16), 1)


def test_a_hidden_group_is_published_once(database: Database, cast: Cast) -> None:
    made = make(database, cast, hidden=True)
    assert made.state is GroupState.HIDDEN
    for refused in (False, True):
        with database.transaction() as db:
            found = db.get_one(Group, made.id)
            if refused:
                with pytest.raises(group_changes.Refused):
                    group_changes.publish(db, found, now=NOW, by=cast.eva.actor)
            else:
                group_changes.publish(db, found, now=NOW, by=cast.eva.actor)
    with database.reading() as db:
        assert db.get_one(Group, made.id).state is GroupState.OPEN


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("first_day", {"first_day": date(2027, 1, 4)}),
        ("districts", {"district_ids": ()}),
        ("venue", {"venue_id": None}),
        ("languages", {"languages": ()}),
        ("languages", {"languages": ("sv", "so", "ar")}),
        ("interpreters", {"interpreters": ("en", "so", "ar")}),
        ("capacity", {"sizes": Sizes(capacity=0, minimum=1)}),
        ("minimum", {"sizes": Sizes(capacity=6, minimum=7)}),
        ("resident_places", {"sizes": Sizes(capacity=6, minimum=3, resident_places=7)}),
        ("hold_until", {"sizes": Sizes(capacity=6, minimum=3, resident_places=2)}),
        ("hold_until", {"sizes": Sizes(6, 3, resident_places=2, hold_until=date(2027, 2, 9))}),
    ],
)
def test_a_fault_in_the_plan_is_told_by_its_field(
    database: Database, cast: Cast, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(group_changes.Refused) as refusal:
        make(database, cast, **changes)
    assert refusal.value.code == field


def test_an_online_group_needs_no_venue(database: Database, cast: Cast) -> None:
    assert make(database, cast, venue_id=None, online=True).venue_id is None


def test_a_change_is_kept_with_what_was_before(database: Database, cast: Cast) -> None:
    change(database, cast, Sizes(capacity=14, minimum=1))
    with database.reading() as db:
        found = db.get_one(Group, cast.abc_farsta.id)
        assert (found.capacity, found.version, found.led_by(cast.deniz.id)) == (14, 2, True)
        assert "group changed" in set(db.scalars(select(AuditEntry.action)))


def test_a_change_made_from_an_old_page_is_refused(database: Database, cast: Cast) -> None:
    change(database, cast, Sizes(capacity=14, minimum=1))
    with pytest.raises(group_changes.Refused) as refusal:
        change(database, cast, Sizes(capacity=10, minimum=1))
    assert refusal.value.code == "stale"


def test_capacity_never_goes_below_what_is_taken(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).places_taken = 5
    with pytest.raises(group_changes.Refused) as refusal:
        change(database, cast, Sizes(capacity=4, minimum=1), version=2)
    assert refusal.value.code == "capacity"


@pytest.mark.parametrize(("first_day", "found"), [(date(2027, 1, 20), True), (date(2027, 3, 20), False)])
def test_a_group_below_its_minimum_is_at_risk_when_the_decision_is_near(
    database: Database, cast: Cast, first_day: date, found: bool
) -> None:
    with database.transaction() as db:
        small = group(db, cast.abc, cast.farsta, first_day=first_day, minimum=7)
        enough = group(db, cast.abc, cast.farsta, first_day=first_day, minimum=3)
        enough.places_taken = 3
    with database.reading() as db:
        ids = {each.id for each in group_changes.list_at_risk(db, now=at(2027, 1, 4))}
    assert (small.id in ids, enough.id in ids) == (found, False)
