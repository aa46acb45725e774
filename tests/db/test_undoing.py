"""Undoing a publishing while nobody has been told, and taking an unanswered offer back with an apology."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.base.errors import Refused
from booking.catalogue.groups import Group
from booking.outbox.messages import Message, MessageState
from booking.places import letters, offers, publishing, runs, standing, steering
from booking.places.offers import Offer, OfferState
from booking.places.publishing import Unsent
from booking.places.runs import AllocationRun, DecisionState
from booking.places.steering import Steer, SteerState
from booking.records.audit import SYSTEM, AuditEntry, AuditValue
from tests.cast import NOW, Cast, build
from tests.db import rounds
from tests.db.post_office import Box

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
IN_TIME = NOW + timedelta(minutes=2)


def undo(database: Database, run_id: int, now: datetime = IN_TIME) -> Unsent:
    with database.transaction() as db:
        return publishing.undo(db, db.get_one(AllocationRun, run_id), now=now, by=SYSTEM, reason="Fel förslag")


def deliver(database: Database, now: datetime) -> list[str]:
    """What is handed over at that time, by kind and carer."""
    from booking.outbox.delivery import deliver as hand_over

    box = Box()
    hand_over(database, {"email": box, "sms": box}, COMPOSERS, lambda: now)
    return [letter.key.split("/")[0] for letter in box.letters]


def published(database: Database) -> int:
    run_id = rounds.propose(database)
    rounds.publish(database, run_id)
    return run_id


def states(database: Database) -> list[MessageState]:
    with database.reading() as db:
        return list(db.scalars(select(Message.state).order_by(Message.id)))


def test_nothing_is_handed_over_before_the_time_to_undo_is_out(database: Database, cast: Cast) -> None:
    published(database)
    assert deliver(database, NOW + timedelta(minutes=4)) == []
    assert deliver(database, rounds.TOLD) == ["offer", "offer"]


def test_the_family_sees_nothing_of_an_offer_that_can_still_be_undone(database: Database, cast: Cast) -> None:
    published(database)
    with database.reading() as db:
        amina = db.merge(cast.amina, load=False)
        assert standing.of(db, amina, now=IN_TIME).answer == "Ni står i kön."
        assert standing.of(db, amina, now=rounds.TOLD).answer.startswith("Ni har ett erbjudande")


def test_an_offer_nobody_has_been_told_of_cannot_be_answered(database: Database, cast: Cast) -> None:
    published(database)
    with pytest.raises(offers.Refused):
        rounds.say_no(database, cast.amina, IN_TIME)


def test_undoing_takes_every_offer_back_and_says_nothing_to_anybody(database: Database, cast: Cast) -> None:
    run_id = published(database)
    assert undo(database, run_id) == Unsent(untold=2, left=0)
    assert {offer.state for offer in rounds.all_offers(database)} == {OfferState.WITHDRAWN}
    assert states(database) == [MessageState.DROPPED] * 2
    assert deliver(database, NOW + timedelta(hours=1)) == []
    with database.reading() as db:
        assert db.get_one(Group, cast.abc_farsta.id).places_taken == 0
        told = standing.of(db, db.merge(cast.amina, load=False), now=NOW + timedelta(hours=1))
        assert (told.answer, told.news) == ("Ni står i kön.", None)
    amina = rounds.decision(database, run_id, cast.amina)
    assert (amina.state, amina.note) == (DecisionState.STALE, "undone")


def test_a_group_decided_by_hand_is_still_decided_when_its_offer_has_been_undone(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as db:
        ben, farsta = db.merge(cast.ben, load=False), db.get_one(Group, cast.abc_farsta.id)
        pin_id = steering.pin(db, ben, farsta, reason="Tolken finns bara där", now=NOW, by=SYSTEM).id
    undo(database, published(database))
    with database.reading() as db:
        assert db.get_one(Steer, pin_id).state is SteerState.STANDING
    again = rounds.propose(database, IN_TIME)
    assert rounds.decision(database, again, cast.ben).reason_code == "pinned"


def test_a_decision_taken_since_is_not_replaced_by_the_one_that_was_undone(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        ben, farsta = db.merge(cast.ben, load=False), db.get_one(Group, cast.abc_farsta.id)
        pin_id = steering.pin(db, ben, farsta, reason="Tolken finns bara där", now=NOW, by=SYSTEM).id
    run_id = published(database)
    with database.transaction() as db:
        since = steering.exclude(db, db.merge(cast.ben, load=False), reason="Vill vänta", now=IN_TIME, by=SYSTEM).id
    undo(database, run_id)
    with database.reading() as db:
        assert db.get_one(Steer, pin_id).state is SteerState.USED
        assert db.get_one(Steer, since).state is SteerState.STANDING


def test_who_undid_it_and_why_is_written_down(database: Database, cast: Cast) -> None:
    undo(database, published(database))
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "publishing undone")).one()
        values = select(AuditValue.field, AuditValue.after).where(AuditValue.entry_id == entry.id)
        assert dict(db.execute(values).all()) == {"reason": "Fel förslag", "offers": "2"}


def test_what_has_been_sent_is_left_and_said(database: Database, cast: Cast) -> None:
    run_id = published(database)
    with database.transaction() as db:
        first = db.scalars(select(Message).order_by(Message.id)).first()
        assert first is not None
        first.state = MessageState.SENT
    assert undo(database, run_id) == Unsent(untold=1, left=1)
    with pytest.raises(runs.Refused):
        undo(database, run_id)


def test_a_family_whose_offer_was_undone_gets_the_same_place_in_the_next_run(database: Database, cast: Cast) -> None:
    undo(database, published(database))
    rounds.play(database, NOW + timedelta(minutes=10))
    assert rounds.offered(database, cast.amina) == cast.abc_farsta.id


def test_what_was_undone_is_none_of_the_weeks_offers(database: Database, cast: Cast) -> None:
    for minutes in (0, 10, 20):
        now = NOW + timedelta(minutes=minutes)
        run_id = rounds.propose(database, now)
        rounds.publish(database, run_id, now)
        assert undo(database, run_id, now + timedelta(minutes=1)).untold == 2


def take_back(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        offer = offers.find_open(db, cast.amina.id)
        assert offer is not None
        publishing.take_back(db, offer, now=now, by=SYSTEM, reason="Fel grupp")


def test_an_offer_that_was_sent_is_taken_back_with_an_apology(database: Database, cast: Cast) -> None:
    published(database)
    deliver(database, rounds.TOLD)
    later = rounds.TOLD + timedelta(minutes=10)
    take_back(database, cast, later)
    assert deliver(database, later) == ["withdrawn"]
    with database.reading() as db:
        news = standing.of(db, db.merge(cast.amina, load=False), now=later).news
    assert news is not None
    assert "Vi fick ta tillbaka ett erbjudande" in news


def test_one_that_was_not_sent_yet_is_taken_back_without_a_word(database: Database, cast: Cast) -> None:
    published(database)
    take_back(database, cast, IN_TIME)
    assert deliver(database, rounds.TOLD) == ["offer"]


def test_of_an_answer_and_an_undo_at_the_same_moment_exactly_one_counts(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
    run_id = published(database)
    with database.reading() as db:
        offer_id = db.scalars(select(Offer.id).where(Offer.registration_id == cast.amina.id)).one()

    def answer() -> str:
        with database.transaction() as db:
            offers.accept(db, db.get_one(Offer, offer_id), now=rounds.TOLD, by=SYSTEM)
        return "answered"

    def take() -> str:
        left = undo(database, run_id, rounds.TOLD).untold
        return "undone" if left == 2 else "left"

    def click(act: object) -> str:
        try:
            return act()  # type: ignore[operator,no-any-return]
        except Refused as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        outcome = sorted(pool.map(click, (answer, take)))
    assert outcome in (["answered", "left"], ["closed", "undone"])
    with database.reading() as db:
        taken = db.get_one(Group, cast.abc_farsta.id).places_taken
    assert taken == (1 if "answered" in outcome else 0)
    database.close()


def test_of_delivery_and_an_undo_at_the_same_moment_no_undone_offer_is_sent(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.transaction() as db:
        build(db)
    run_id = published(database)

    def take(_: object) -> int:
        try:
            return undo(database, run_id, rounds.TOLD).untold
        except runs.Refused:
            return 0

    with ThreadPoolExecutor(2) as pool:
        sent, untold = pool.submit(deliver, database, rounds.TOLD), pool.submit(take, None)
        assert len(sent.result()) + untold.result() == 2
    database.close()
