"""A group is at risk when what is taken, offered and planned cannot reach its minimum; those who run it are told."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupDistrict
from booking.course import group_changes, letters
from booking.course.group_changes import Outlook
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people.registrations import Registration
from booking.records import alarms
from booking.records.accounts import Account
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at
from tests.db import rounds

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
TELLTALE = re.compile(r"ABC|Komet|barn|föräld|kurs|Amina|Ben", re.IGNORECASE)


def needs(database: Database, cast: Cast, minimum: int) -> None:
    """Let the group in Farsta need so many; it decides on 16 January."""
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).minimum = minimum


def outlook(database: Database, cast: Cast) -> Outlook:
    with database.reading() as db:
        return group_changes.outlook(db, db.get_one(Group, cast.abc_farsta.id))


def at_risk(database: Database, now: datetime = NOW) -> set[int]:
    with database.reading() as db:
        return {group.id for group in group_changes.list_at_risk(db, now=now)}


def watch(database: Database, cast: Cast, now: datetime = NOW) -> bool:
    with database.transaction() as db:
        return group_changes.watch(db, db.get_one(Group, cast.abc_farsta.id), now=now)


def written_to(database: Database) -> list[int | None]:
    with database.reading() as db:
        query = select(Message.account_id).where(Message.kind == "group_at_risk").order_by(Message.account_id)
        return list(db.scalars(query))


def test_families_of_the_latest_proposal_count(database: Database, cast: Cast) -> None:
    assert outlook(database, cast).planned == 0
    rounds.propose(database)
    found = outlook(database, cast)
    assert (found.taken, found.offered, found.planned, found.reach) == (0, 0, 1, 1)


def test_a_family_that_was_offered_is_counted_once(database: Database, cast: Cast) -> None:
    rounds.play(database)
    found = outlook(database, cast)
    assert (found.taken, found.offered, found.planned) == (0, 1, 0)


def test_a_family_that_took_a_place_elsewhere_is_no_longer_planned(database: Database, cast: Cast) -> None:
    rounds.propose(database)
    with database.transaction() as db:
        amina, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_skarpnack.id)
        group_changes.place_by_hand(db, amina, there, override="Ringde", now=NOW, by=SYSTEM)
    assert outlook(database, cast).planned == 0


def test_a_plan_that_reaches_the_minimum_takes_a_group_out_of_risk(database: Database, cast: Cast) -> None:
    assert cast.abc_farsta.id in at_risk(database)
    rounds.propose(database)
    assert cast.abc_farsta.id not in at_risk(database)


def test_only_when_the_decision_is_near_is_a_group_at_risk(database: Database, cast: Cast) -> None:
    assert at_risk(database, at(2026, 12, 20)) == set()


def test_who_runs_the_group_is_told_once(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    assert [watch(database, cast), watch(database, cast)] == [True, True]
    assert written_to(database) == sorted([cast.carla.id, cast.eva.id])


def test_who_was_told_is_told_again_only_when_the_group_is_at_risk_anew(database: Database, cast: Cast) -> None:
    for minimum in (3, 4, 1, 3):
        needs(database, cast, minimum)
        with database.transaction() as db:
            db.get_one(Group, cast.abc_farsta.id).places_taken = 1
        watch(database, cast)
    assert written_to(database) == sorted([cast.carla.id, cast.eva.id] * 2)


def test_every_district_of_the_group_has_its_alarm(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    with database.transaction() as db:
        shared = db.get_one(Group, cast.abc_farsta.id)
        shared.districts.append(GroupDistrict(district_id=cast.skarpnack.id))
    watch(database, cast)
    with database.reading() as db:
        found = alarms.list_open(db, None)
    assert {each.district_id for each in found} == {cast.farsta.id, cast.skarpnack.id}
    assert found[0].values == {"reach": 0, "needs": 3, "by": "2027-01-16"}
    assert cast.filip.id in written_to(database)


def test_the_alarm_of_the_citys_own_group_is_the_centres(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    with database.transaction() as db:
        db.get_one(Group, cast.abc_farsta.id).whole_city = True
    watch(database, cast)
    with database.reading() as db:
        assert [each.district_id for each in alarms.list_open(db, None)] == [None]
    assert written_to(database) == sorted([cast.carla.id, cast.greta.id])


def test_the_alarm_is_settled_when_enough_are_lined_up(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    watch(database, cast)
    needs(database, cast, 1)
    rounds.propose(database)
    assert not watch(database, cast)
    with database.reading() as db:
        assert alarms.list_open(db, None) == []


def test_before_there_is_a_proposal_nobody_is_told_of_a_risk(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        assert group_changes.list_changed(db, now=NOW) == []
    needs(database, cast, 3)
    rounds.propose(database)
    with database.reading() as db:
        assert group_changes.list_changed(db, now=NOW) == [cast.abc_farsta.id]


def test_only_groups_with_something_new_are_looked_at(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    rounds.propose(database)
    watch(database, cast)
    with database.reading() as db:
        assert cast.abc_farsta.id not in group_changes.list_changed(db, now=NOW)
    needs(database, cast, 4)
    with database.reading() as db:
        assert cast.abc_farsta.id in group_changes.list_changed(db, now=NOW)


def compose(database: Database, account: Account, now: datetime = NOW) -> Letter | Dropped:
    with database.transaction() as db:
        message = db.scalars(select(Message).where(Message.account_id == account.id)).one()
        return COMPOSERS["group_at_risk"](db, message, now)


@pytest.mark.parametrize(("who", "way"), [("eva", "/samordnare/grupp/"), ("carla", "/ledare/grupp/")])
def test_the_mail_says_how_far_the_group_comes_and_leads_to_it(
    database: Database, cast: Cast, who: str, way: str
) -> None:
    needs(database, cast, 3)
    watch(database, cast)
    made = compose(database, getattr(cast, who))
    assert isinstance(made, Letter)
    assert made.address == f"{who}@example.org"
    assert "Den behöver minst 3." in made.text
    assert f"https://likaplats.example{way}{cast.abc_farsta.code}" in made.text


def test_nothing_on_the_envelope_tells_what_it_is_about_and_no_family_is_named(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    watch(database, cast)
    made = compose(database, cast.eva)
    assert isinstance(made, Letter)
    assert not TELLTALE.search(made.subject or "ABC")
    assert "Amina" not in made.text


def test_who_no_longer_has_an_account_gets_no_mail(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    watch(database, cast)
    with database.transaction() as db:
        db.get_one(Account, cast.eva.id).active = False
    assert isinstance(compose(database, cast.eva), Dropped)


def test_a_group_that_is_out_of_risk_when_the_mail_goes_is_not_written_about(database: Database, cast: Cast) -> None:
    needs(database, cast, 3)
    watch(database, cast)
    needs(database, cast, 1)
    rounds.propose(database)
    assert isinstance(compose(database, cast.eva), Dropped)


@pytest.mark.parametrize("both", [True, False])
def test_a_message_is_for_a_carer_or_for_an_account(database: Database, cast: Cast, both: bool) -> None:
    message = Message(key="x", kind="x", thing_id=1, channel="email", made_at=NOW, not_before=NOW)
    if both:
        message.carer_id, message.account_id = cast.amina.carers[0].id, cast.eva.id
    with pytest.raises(IntegrityError), database.transaction() as db:
        db.add(message)
