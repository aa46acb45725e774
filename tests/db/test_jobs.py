"""The scheduler's steps: each takes what is due, does it once, and lets no failure reach its neighbours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import func, select, update

from booking import jobs, services
from booking.base import clock
from booking.base.db import Database
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.programmes import Programme
from booking.commands.scheduling import Runner
from booking.outbox.messages import Message, MessageState
from booking.people.registrations import Registration, RegistrationState
from booking.places import autopilot, offers
from booking.places.autopilot import Limits
from booking.places.offers import Offer, OfferState, Reason
from booking.places.runs import AllocationRun, RunState
from booking.records.audit import SYSTEM
from booking.services import Services
from config import Settings
from tests.cast import NOW, Cast, at, build
from tests.db import rounds
from tests.db.post_office import Box

LATE = NOW + timedelta(hours=49)
At = Callable[[datetime], Services]


@pytest.fixture
def at_time(settings: Settings, cast: Cast) -> Iterator[At]:
    """Services at a certain time, on the cast's database."""
    made: list[Services] = []

    def put_together(now: datetime) -> Services:
        box = Box()
        made.append(services.build(settings, clock=lambda: now, senders={"email": box, "sms": box}))
        return made[-1]

    yield put_together
    for each in made:
        each.database.close()


def offer_both(database: Database, cast: Cast) -> None:
    """Amina and Ben each have been told of an offer, to be answered within 48 hours."""
    with database.transaction() as db:
        for wanted, group in ((cast.amina, cast.abc_farsta), (cast.ben, cast.abc_skarpnack)):
            registration, where = db.get_one(Registration, wanted.id), db.get_one(Group, group.id)
            reply_by = NOW + timedelta(hours=48)
            offers.make(
                db, registration, where, reason=Reason("placed_resident"), reply_by=reply_by, now=NOW, by=SYSTEM
            )
        db.execute(update(Message).values(state=MessageState.SENT))


def states(database: Database) -> list[OfferState]:
    with database.reading() as db:
        return list(db.scalars(select(Offer.state).order_by(Offer.id)))


def test_offers_lapse_when_their_time_is_out_and_not_before(database: Database, cast: Cast, at_time: At) -> None:
    offer_both(database, cast)
    assert jobs.expire_offers(at_time(NOW + timedelta(hours=47))) == 0
    assert (jobs.expire_offers(at_time(LATE)), jobs.expire_offers(at_time(LATE))) == (2, 0)
    assert states(database) == [OfferState.EXPIRED] * 2


def test_one_offer_that_cannot_lapse_does_not_keep_the_others(
    database: Database, cast: Cast, at_time: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_both(database, cast)
    true_end = offers.run_out

    def break_on_the_first(db: object, offer: Offer, *, now: datetime) -> Offer:
        if offer.registration_id == cast.amina.id:
            raise LookupError("Amina Demo")
        return true_end(db, offer, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(offers, "run_out", break_on_the_first)
    with structlog.testing.capture_logs() as logged:
        assert jobs.expire_offers(at_time(LATE)) == 1
    assert states(database) == [OfferState.OPEN, OfferState.EXPIRED]
    assert "Amina" not in str(logged)


def test_what_has_lapsed_is_told(database: Database, cast: Cast, at_time: At) -> None:
    offer_both(database, cast)
    jobs.expire_offers(at_time(LATE))
    jobs.deliver(at_time(LATE))
    with database.reading() as db:
        sent = db.scalars(select(Message.kind).where(Message.sent_at.is_not(None)).order_by(Message.id)).all()
    assert sent == ["expired", "expired"]


def test_a_due_allocation_is_asked_for_and_computed(database: Database, cast: Cast, at_time: At) -> None:
    now = at_time(NOW)
    assert (jobs.request_run(now), jobs.compute(now)) == (1, 1)
    assert (jobs.request_run(now), jobs.compute(now)) == (0, 0)
    with database.reading() as db:
        assert db.scalars(select(AllocationRun.state)).all() == [RunState.PROPOSED]


def test_groups_that_are_over_are_closed(database: Database, cast: Cast, at_time: At) -> None:
    assert jobs.end_groups(at_time(at(2027, 3, 1))) == 2
    with database.reading() as db:
        assert set(db.scalars(select(Group.state))) == {GroupState.ENDED}


def test_registrations_that_nobody_confirmed_are_closed(database: Database, cast: Cast, at_time: At) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).state = RegistrationState.UNCONFIRMED
    assert jobs.close_unconfirmed(at_time(NOW)) == 1


@pytest.mark.parametrize("step", jobs.steps(demo=True), ids=lambda step: step.name)
def test_every_step_finds_nothing_to_do_twice(step: jobs.Step, cast: Cast, at_time: At) -> None:
    now = at_time(NOW)
    step.work(now, lambda: False)
    assert step.work(now, lambda: False) == 0


def test_a_step_that_fails_is_logged_by_its_kind_and_raises_nothing(at_time: At) -> None:
    def fail(*_: object) -> int:
        raise LookupError("Amina Demo")

    runner = Runner(at_time(NOW))
    with structlog.testing.capture_logs() as logged:
        runner.take(jobs.Step(fail, 1))
    assert [entry["error"] for entry in logged] == ["LookupError"]
    assert "Amina" not in str(logged)


def test_messages_go_out_sooner_where_people_watch() -> None:
    pace = {demo: {step.name: step.seconds for step in jobs.steps(demo=demo)}["deliver"] for demo in (True, False)}
    assert pace[True] < pace[False]


def computes(name: str, until: threading.Event) -> jobs.Step:
    """A step that takes its time."""

    def work(_services: Services, _stopping: jobs.taking.Stopping) -> int:
        until.wait(60)
        return 0

    work.__name__ = name
    return jobs.Step(work, 3600)


def test_messages_go_out_while_everything_else_computes(at_time: At) -> None:
    until, sent = threading.Event(), threading.Event()

    def deliver(_services: Services, _stopping: jobs.taking.Stopping) -> int:
        sent.set()
        return 0

    own = next(step for step in jobs.steps(demo=False) if step.work is jobs.deliver)
    runner = Runner(at_time(NOW))
    try:
        runner.begin([*(computes(f"step {number}", until) for number in range(10)), replace(own, work=deliver)])
        assert sent.wait(30)
    finally:
        until.set()
        runner.end()


def test_steps_side_by_side_do_each_thing_once(postgres_url: str, settings: Settings) -> None:
    own = [services.build(replace(settings, database_url=postgres_url), clock=lambda: LATE) for _ in range(4)]
    with own[0].database.transaction() as db:
        cast = build(db)
    offer_both(own[0].database, cast)
    begin, done = threading.Barrier(len(own)), []

    def work(mine: Services) -> None:
        begin.wait()
        done.append(jobs.expire_offers(mine))
        jobs.request_run(mine)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with own[0].database.reading() as db:
        runs = db.scalar(select(func.count()).select_from(AllocationRun))
    for mine in own:
        mine.database.close()
    assert (sum(done), runs) == (2, 1)


def test_the_services_read_the_true_clock_outside_the_demo(settings: Settings) -> None:
    made = services.build(settings)
    made.database.close()
    assert made.clock is clock.system_clock


def test_an_autopilot_that_is_on_publishes_and_one_that_is_off_does_not(
    database: Database, cast: Cast, at_time: At
) -> None:
    now = at_time(NOW + timedelta(minutes=1))
    run_id = rounds.propose(database)
    assert jobs.publish_by_itself(now) == 0
    with database.transaction() as db:
        abc = db.get_one(Programme, cast.abc.id)
        abc.minimum = 1
        autopilot.change(db, abc, Limits(), on=True, reason="Vi provar", now=NOW, by=SYSTEM)
    assert (jobs.publish_by_itself(now), jobs.publish_by_itself(now)) == (2, 0)
    assert rounds.run(database, run_id).state is RunState.PUBLISHED


def test_the_last_places_go_by_invitation(database: Database, cast: Cast, at_time: At) -> None:
    with database.transaction() as db:
        for each in (cast.amina, cast.ben):
            db.get_one(Registration, each.id).short_notice = True
        db.get_one(Group, cast.abc_farsta.id).places_taken = 11
    sunday, begun = at_time(at(2027, 1, 24, 11)), at_time(at(2027, 1, 26, 17))
    assert (jobs.invite(sunday), jobs.invite(sunday), jobs.invite(begun)) == (2, 0, 2)
