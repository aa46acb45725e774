"""Answers that come at the same moment: one of them wins, the other is told so, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import calls
from booking.course.calls import CallWhy
from booking.course.replies import Reply, ReplyState
from booking.outbox import messages, queue, receipts
from booking.outbox.letters import Handed
from booking.outbox.messages import Message, MessageState
from booking.outbox.receipts import KeptReceipt, Receipt
from booking.people import families
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer, OfferState
from booking.records import answer_codes
from tests.cast import NOW, Cast, build
from tests.db.phones import AMINAS, BENS, Phones, code_of, give_phone, offer_place, post, text
from tests.db.post_office import later

Work = Callable[[Session], object]


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def town(server: Database) -> Cast:
    with server.transaction() as db:
        return build(db)


@pytest.fixture
def code(server: Database, town: Cast) -> str:
    """Amina has been offered a place by SMS, with this code."""
    with server.transaction() as db:
        carer = give_phone(db, town.amina, AMINAS)
        offer_place(db, town.amina, town.abc_farsta)
    post(server, Phones())
    with server.reading() as db:
        return code_of(db, "offer", carer)


def all_at_once(database: Database, works: list[Work]) -> list[object]:
    """Each work in a transaction of its own, begun at the same moment; what it says, or the kind of its refusal."""
    gate = Barrier(len(works))

    def run(work: Work) -> object:
        try:
            with database.transaction() as db:
                db.execute(select(1))
                gate.wait(10)
                return work(db)
        except offers.Refused as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def says(said: str, *, number: str = AMINAS, name: str | None = None) -> Work:
    def work(db: Session) -> object:
        reply = text(db, said, number=number, now=later(hours=1), name=name)
        return reply and reply.state

    return work


def test_the_same_yes_from_many_at_once_takes_the_place_once(server: Database, town: Cast, code: str) -> None:
    became = Counter(all_at_once(server, [says(f"ja {code}")] * 6))
    assert became == {ReplyState.ACCEPTED: 1, ReplyState.SAME: 5}
    with server.reading() as db:
        assert db.get_one(Group, town.abc_farsta.id).places_taken == 1
        assert db.scalar(select(func.count()).where(Message.kind == "placed", Message.channel == "sms")) == 1


def test_copies_of_one_sms_at_once_are_one_sms(server: Database, code: str) -> None:
    became = Counter(all_at_once(server, [says(f"ja {code}", name="s-1")] * 6))
    assert became == {ReplyState.ACCEPTED: 1, None: 5}
    with server.reading() as db:
        assert db.scalar(select(func.count()).select_from(Reply)) == 1


def test_of_a_yes_by_sms_and_a_no_on_the_web_at_once_one_holds(server: Database, town: Cast, code: str) -> None:
    def declines(db: Session) -> object:
        made = db.scalars(select(Offer)).one()
        carer = db.get_one(Registration, town.amina.id).carers[0]
        return offers.decline(db, made, now=later(hours=1), by=carer.actor).state

    became = set(all_at_once(server, [says(f"ja {code}"), declines]))
    with server.reading() as db:
        state = db.scalars(select(Offer.state)).one()
        taken = db.get_one(Group, town.abc_farsta.id).places_taken
    if state is OfferState.ACCEPTED:
        assert (became, taken) == ({ReplyState.ACCEPTED, "closed"}, 1)
    else:
        assert (became, taken, state) == ({ReplyState.CLOSED, OfferState.DECLINED}, 0, OfferState.DECLINED)


def test_of_a_yes_and_a_no_by_sms_at_once_one_holds(server: Database, code: str) -> None:
    became = all_at_once(server, [says(f"ja {code}"), says(f"nej {code}")])
    assert sorted(state is ReplyState.CLOSED for state in became) == [False, True]


def test_when_both_parents_stop_sms_at_once_the_family_is_phoned(server: Database, town: Cast) -> None:
    with server.transaction() as db:
        registration = db.get_one(Registration, town.amina.id)
        one = give_phone(db, registration, AMINAS)
        other = Carer(name="Omar Demo", family=one.family, state=CarerState.JOINED)
        families.set_mobile(other, BENS)
        other.mobile_confirmed_at, one.email_confirmed_at = NOW, None
        registration.carers.append(other)
    assert all_at_once(server, [says("stopp"), says("stopp", number=BENS)]) == [ReplyState.STOPPED] * 2
    with server.reading() as db:
        assert [call.why for call in calls.list_open(db, None)] == [CallWhy.NO_CHANNEL]


def test_codes_made_at_once_for_one_number_are_never_the_same(server: Database, town: Cast) -> None:
    def makes(thing: int) -> Work:
        return lambda db: answer_codes.make(
            db, town.amina.carers[0].id, "session", thing, number_hash="one", now=NOW, until=NOW
        )

    codes = [each for start in range(0, 48, 8) for each in all_at_once(server, [makes(start + n) for n in range(8)])]
    assert len(set(codes)) == 48


def test_a_receipt_and_the_record_of_the_hand_over_at_once_end_in_arrived(server: Database, code: str) -> None:
    with server.transaction() as db:
        sent = db.scalars(select(Message).where(Message.channel == "sms")).one()
        sent.state = MessageState.SENDING
    told = Receipt(sent.reference, "phones", "p9", "delivered", NOW)

    def records(db: Session) -> None:
        queue.record(db, sent, queue.Outcome(MessageState.SENT, None, "phones", Handed("p9")), now=NOW)

    all_at_once(server, [records, *[lambda db: receipts.record(db, told, now=NOW)] * 3])
    with server.transaction() as db:
        receipts.settle(db)
        found = messages.find_by_reference(db, sent.reference)
        assert found is not None
        assert (found.state, found.provider_id) == (MessageState.DELIVERED, "p9")
        assert db.scalars(select(KeptReceipt)).all() == []
