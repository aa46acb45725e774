"""Families who wait for something else are asked once whether a group at risk is of interest; nothing is lost by it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.course import group_changes, interest
from booking.course.interest import InterestAsk, Reach
from booking.outbox.messages import Message
from booking.people.families import Family
from booking.people.registrations import Registration, RegistrationState
from booking.places import placements
from booking.records.audit import SYSTEM, AuditEntry
from booking.records.ledger import LedgerLine
from tests.cast import NOW, Cast, at, group, registration

WHY = "Tre saknas"
LATER = at(2027, 1, 6)


def komet_at_risk(db: Session, cast: Cast) -> int:
    """A Komet group in Farsta on Tuesdays from 19 January that needs four. Amina and Ben wait for ABC."""
    komet, farsta = db.merge(cast.komet), db.merge(cast.farsta)
    return group(db, komet, farsta, first_day=date(2027, 1, 19), minimum=4, capacity=6).id


@pytest.fixture
def risky(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        return komet_at_risk(db, cast)


def what_if(database: Database, group_id: int) -> Reach:
    with database.reading() as db:
        return interest.what_if_asked(db, db.get_one(Group, group_id), now=NOW)


def ask(database: Database, group_id: int) -> Reach:
    with database.transaction() as db:
        return interest.ask(db, db.get_one(Group, group_id), now=NOW, by=SYSTEM, reason=WHY)


def asked(database: Database, who: Registration) -> InterestAsk | None:
    with database.reading() as db:
        return db.scalars(select(InterestAsk).where(InterestAsk.registration_id == who.id)).first()


def say_yes(database: Database, who: Registration) -> Registration:
    with database.transaction() as db:
        question = db.scalars(select(InterestAsk).where(InterestAsk.registration_id == who.id)).one()
        return interest.say_yes(db, question, now=LATER, by=who.carers[0].actor)


def change(database: Database, who: Registration, **values: object) -> None:
    with database.transaction() as db:
        for name, value in values.items():
            setattr(db.get_one(Registration, who.id), name, value)


def test_everyone_it_could_be_something_for_is_asked_once(database: Database, cast: Cast, risky: int) -> None:
    assert what_if(database, risky) == Reach(families=2, messages=2)
    assert ask(database, risky) == Reach(families=2, messages=2)
    assert ask(database, risky) == Reach(families=0, messages=0)
    with database.reading() as db:
        told = Counter(db.scalars(select(Message.carer_id).where(Message.kind == "interest")))
    assert told == Counter([cast.amina.carers[0].id, cast.ben.carers[0].id])


def test_nobody_is_asked_about_a_programme_twice_whatever_the_group(database: Database, cast: Cast, risky: int) -> None:
    ask(database, risky)
    with database.transaction() as db:
        other = komet_at_risk(db, cast)
    assert what_if(database, other).families == 0


def test_only_for_a_group_at_risk_is_anybody_asked(database: Database, cast: Cast, risky: int) -> None:
    with database.transaction() as db:
        db.get_one(Group, risky).decide_on = date(2027, 1, 18)
        db.get_one(Group, risky).places_taken = 4
    with pytest.raises(interest.Refused) as refusal:
        ask(database, risky)
    assert refusal.value.code == "not_at_risk"


@pytest.mark.parametrize(
    "values",
    [
        {"weekdays": [0, 2]},
        {"languages": ["so"]},
        {"step_free": True, "childcare": True},
        {"paused_at": NOW},
        {"state": RegistrationState.UNCONFIRMED},
        {"state": RegistrationState.PLACED},
    ],
    ids=lambda values: "-".join(values),
)
def test_who_could_not_come_or_does_not_wait_in_peace_is_not_asked(
    database: Database, cast: Cast, risky: int, values: dict[str, object]
) -> None:
    change(database, cast.amina, **values)
    assert what_if(database, risky).families == 1


def test_who_has_no_child_of_the_right_age_is_not_asked(database: Database, cast: Cast, risky: int) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).children[0].birth_year = 2008
    assert what_if(database, risky).families == 1


def test_another_child_of_the_family_may_be_of_the_right_age(database: Database, cast: Cast, risky: int) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        amina.children = []
    assert what_if(database, risky).families == 2


@pytest.mark.parametrize("state", list(RegistrationState))
def test_who_has_ever_asked_for_the_programme_is_not_asked(
    database: Database, cast: Cast, risky: int, state: RegistrationState
) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        db.add(Registration(family=amina.family, programme=db.merge(cast.komet), waiting_since=NOW, state=state))
    assert what_if(database, risky).families == 1


def test_who_has_an_offer_to_think_of_is_not_asked(database: Database, cast: Cast, risky: int) -> None:
    with database.transaction() as db:
        amina, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        group_changes.offer_by_hand(db, amina, there, override=None, now=NOW, by=SYSTEM)
    assert what_if(database, risky).families == 1


def test_who_lives_under_protection_or_cannot_be_written_to_is_not_asked(
    database: Database, cast: Cast, risky: int
) -> None:
    with database.transaction() as db:
        db.get_one(Family, cast.amina.family_id).protected = True
        db.get_one(Registration, cast.ben.id).carers[0].email_confirmed_at = None
    assert what_if(database, risky).families == 0


def test_a_family_that_waits_for_two_things_is_asked_once(database: Database, cast: Cast, risky: int) -> None:
    with database.transaction() as db:
        third = cast.abc.__class__(
            code="fos", age_from=0, age_to=18, sessions=5, session_minutes=150, counts=cast.abc.counts,
            minimum=7, capacity=12,
        )  # fmt: skip
        amina = db.get_one(Registration, cast.amina.id)
        also = Registration(family=amina.family, programme=third, waiting_since=NOW, state=RegistrationState.WAITING)
        also.children, also.carers = list(amina.children), list(amina.carers)
        db.add(also)
    assert ask(database, risky).families == 2


def test_a_yes_is_a_registration_from_that_day_and_the_other_stays_as_it_is(
    database: Database, cast: Cast, risky: int
) -> None:
    ask(database, risky)
    made = say_yes(database, cast.amina)
    with database.reading() as db:
        new, old = db.get_one(Registration, made.id), db.get_one(Registration, cast.amina.id)
        assert (new.programme_id, new.state, new.waiting_since) == (cast.komet.id, RegistrationState.WAITING, LATER)
        assert (new.district_ids, new.weekdays, new.carers) == (old.district_ids, old.weekdays, old.carers)
        assert (old.state, old.waiting_since, old.version) == (RegistrationState.WAITING, at(2026, 10, 2), 1)
        assert db.get_one(Group, risky).touched_at == LATER


def test_a_yes_takes_no_place_and_passes_nobody(database: Database, cast: Cast, risky: int) -> None:
    ask(database, risky)
    made = say_yes(database, cast.amina)
    with database.reading() as db:
        assert placements.find_live(db, made.id) is None


def test_a_no_changes_nothing_but_that_nobody_asks_again(database: Database, cast: Cast, risky: int) -> None:
    ask(database, risky)
    with database.transaction() as db:
        question = db.scalars(select(InterestAsk).where(InterestAsk.registration_id == cast.amina.id)).one()
        interest.say_no(db, question, now=LATER, by=cast.amina.carers[0].actor)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Registration)) == 2
    assert what_if(database, risky).families == 0


@pytest.mark.parametrize("state", [GroupState.CANCELLED, GroupState.ENDED])
def test_a_group_that_is_gone_is_no_question_any_more(
    database: Database, cast: Cast, risky: int, state: GroupState
) -> None:
    ask(database, risky)
    with database.transaction() as db:
        db.get_one(Group, risky).state = state
    with pytest.raises(interest.Refused):
        say_yes(database, cast.amina)


def test_who_registered_for_the_programme_meanwhile_is_not_registered_twice(
    database: Database, cast: Cast, risky: int
) -> None:
    ask(database, risky)
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        own = Registration(family=amina.family, programme=db.merge(cast.komet), waiting_since=NOW)
        own.state = RegistrationState.WAITING
        db.add(own)
    with pytest.raises(interest.Refused) as refusal:
        say_yes(database, cast.amina)
    assert refusal.value.code == "registered"


def test_the_same_person_in_another_family_keeps_the_older_registration(
    database: Database, cast: Cast, risky: int
) -> None:
    with database.transaction() as db:
        farsta = db.merge(cast.farsta)
        twin = registration(db, "Amina Demo", farsta, db.merge(cast.komet), [farsta], at(2026, 9, 1))
        mine = db.get_one(Registration, cast.amina.id).carers[0]
        twin.carers[0].email, twin.carers[0].email_hash = mine.email, mine.email_hash
    ask(database, risky)
    made = say_yes(database, cast.amina)
    with database.reading() as db:
        found = db.get_one(Registration, made.id)
        assert (found.state, found.duplicate_of_id) == (RegistrationState.CLOSED, twin.id)


def test_who_asked_and_why_is_kept_and_the_ledger_counts_without_names(
    database: Database, cast: Cast, risky: int
) -> None:
    ask(database, risky)
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "interest asked for")).one()
        assert (entry.thing, entry.thing_id) == ("groups", risky)
        line = db.scalars(select(LedgerLine).where(LedgerLine.event == "interest asked")).one()
        assert (line.values, line.subject) == ({"families": 2}, None)
