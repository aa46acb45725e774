"""What a family is told about where it stands."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, offers, standing
from booking.places.offers import Offer, Reason
from booking.places.runs import AllocationRun, RunDecision, RunState
from booking.places.standing import Standing
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast, at


def offer_amina(database: Database, cast: Cast) -> int:
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        reply_by = NOW + timedelta(hours=48)
        return offers.make(db, amina, group, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM).id


def place_amina(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        amina, group = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
        at_once.take(db, amina, group, now=NOW, by=SYSTEM)


def decide(database: Database, cast: Cast, state: RunState, code: str) -> None:
    with database.transaction() as db:
        run = AllocationRun(state=state, requested_at=NOW, published_at=NOW if state is RunState.PUBLISHED else None)
        db.add(run)
        db.flush()
        decision = RunDecision(run_id=run.id, registration_id=cast.amina.id, reason_code=code)
        decision.reason_values = {"limit": "2026-03-14", "since": "2026-10-02"}
        decision.reason_group_id = cast.abc_farsta.id
        db.add(decision)


def aminas(database: Database, cast: Cast, now: datetime = NOW) -> Standing:
    with database.reading() as db:
        return standing.of(db, db.get_one(Registration, cast.amina.id), now=now)


def test_who_waits_is_told_so_and_their_place_in_the_queue(database: Database, cast: Cast) -> None:
    told = aminas(database, cast)
    assert (told.answer, told.position) == ("Ni står i kön.", 1)


def test_who_has_an_offer_is_first_told_until_when_to_answer(database: Database, cast: Cast) -> None:
    offer_amina(database, cast)
    assert aminas(database, cast).answer == "Ni har ett erbjudande: svara senast onsdag 6 januari kl. 10.00."


def test_who_has_a_place_is_told_so_and_when_it_begins(database: Database, cast: Cast) -> None:
    place_amina(database, cast)
    told = aminas(database, cast)
    assert told.answer == "Ni har en plats."
    assert [(step.when, step.title) for step in told.steps[1:]] == [
        ("tisdag 26 januari kl. 17.30", "Första träffen"),
        ("tisdag 16 februari kl. 17.30", "Sista träffen"),
    ]


def test_half_way_through_the_next_meeting_is_told(database: Database, cast: Cast) -> None:
    place_amina(database, cast)
    steps = aminas(database, cast, at(2027, 1, 28)).steps
    assert [step.title for step in steps] == ["Ni anmälde er", "Ni har haft 1 träff", "Nästa träff", "Sista träffen"]


def test_an_offer_that_ran_out_is_told_and_the_queue_place_is_kept(database: Database, cast: Cast) -> None:
    offer_amina(database, cast)
    with database.transaction() as db:
        db.execute(update(Message).values(state=MessageState.SENT))
    told = aminas(database, cast, NOW + timedelta(hours=49))
    assert told.answer == "Ni står i kön."
    assert told.news == "Ni fick ett erbjudande, och svarstiden gick ut onsdag 6 januari. Er plats i kön är kvar."


def test_a_no_is_told_to_have_cost_nothing(database: Database, cast: Cast) -> None:
    made = offer_amina(database, cast)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, made), now=NOW, by=SYSTEM)
    assert aminas(database, cast).news == "Ni tackade nej till en plats måndag 4 januari. Det kostade ingenting."


def test_old_news_is_not_told(database: Database, cast: Cast) -> None:
    made = offer_amina(database, cast)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, made), now=NOW, by=SYSTEM)
    assert aminas(database, cast, NOW + timedelta(days=31)).news is None


def test_the_reason_of_a_published_allocation_is_told(database: Database, cast: Cast) -> None:
    decide(database, cast, RunState.PUBLISHED, "full_longer_wait")
    assert "14 mars 2026" in (aminas(database, cast).why or "")


@pytest.mark.parametrize("state", [RunState.PROPOSED, RunState.DISCARDED])
def test_what_staff_only_look_at_is_not_told(database: Database, cast: Cast, state: RunState) -> None:
    decide(database, cast, state, "full_longer_wait")
    assert aminas(database, cast).why is None


def test_silence_makes_the_offers_rest(database: Database, cast: Cast) -> None:
    made = offer_amina(database, cast)
    with database.transaction() as db:
        offers.expire(db, db.get_one(Offer, made), now=NOW + timedelta(hours=49))
    assert aminas(database, cast, NOW + timedelta(hours=50)).rests


def test_free_places_are_told_to_who_may_take_them(database: Database, cast: Cast) -> None:
    assert [group.id for group in aminas(database, cast).free_now] == [cast.abc_farsta.id]


def test_a_carer_is_told_of_everything_they_asked_for_that_goes_on(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        amina = db.get_one(Registration, cast.amina.id)
        for state in (RegistrationState.WAITING, RegistrationState.WITHDRAWN):
            other = Registration(family=amina.family, programme_id=cast.komet.id, waiting_since=NOW, state=state)
            other.carers, other.children = list(amina.carers), list(amina.children)
            db.add(other)
    with database.reading() as db:
        carer = db.get_one(Registration, cast.amina.id).carers[0]
        told = standing.list_of(db, carer, now=NOW)
        assert [each.registration.programme.name for each in told] == ["ABC", "Komet 3–11"]


def test_an_offer_that_nobody_could_be_told_of_is_no_news_when_its_first_time_is_out(
    database: Database, cast: Cast
) -> None:
    offer_amina(database, cast)
    told = aminas(database, cast, NOW + timedelta(hours=49))
    assert (told.answer, told.news) == ("Ni står i kön.", None)
