"""Once a year: does the family still want what it waits for? Silence leads to a phone call, never out of the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from booking import jobs, services
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import calls, leaving, letters, waiting_news
from booking.course.calls import CallWhy
from booking.course.waiting_news import Question, QuestionState
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.people import changing, families, stopping
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers
from booking.places.offers import Offer, Reason
from booking.records.audit import SYSTEM
from config import Settings
from tests.cast import NOW, Cast
from tests.db.post_office import Box
from tests.db.racing import at_once

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
# Ben registered on Monday 16 November 2026: 52 weeks have passed on Monday 15 November 2027.
A_YEAR = datetime(2027, 11, 16, 9, tzinfo=UTC)  # The Tuesday after, at ten.
AGAIN, CALL = A_YEAR + timedelta(weeks=3), A_YEAR + timedelta(weeks=6)
Act = Callable[[Database, Cast, datetime], None]

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def ben_alone(database: Database, cast: Cast) -> None:
    """Amina has left the queue; Ben has a mobile and an e-mail address."""
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).state = RegistrationState.WITHDRAWN
        carer = db.get_one(Carer, cast.ben.carers[0].id)
        families.set_mobile(carer, "+46700000002")
        carer.mobile_confirmed_at = NOW


def run(database: Database, now: datetime) -> int:
    with database.reading() as db:
        due = waiting_news.list_due(db, now=now)
    done = 0
    for family_id in due:
        with database.transaction() as db:
            done += waiting_news.follow(db, family_id, now=now)
    return done


def every_day(database: Database, first: datetime, weeks: int) -> None:
    for day in range(weeks * 7):
        run(database, first + timedelta(days=day))


def asked(database: Database) -> list[tuple[datetime, str]]:
    with database.reading() as db:
        found = db.scalars(select(Message).where(Message.kind == "still_wanted").order_by(Message.id))
        return [(message.made_at, message.channel) for message in found]


def states(database: Database) -> list[QuestionState]:
    with database.reading() as db:
        return list(db.scalars(select(Question.state).order_by(Question.id)))


def on_the_list(database: Database) -> list[CallWhy]:
    with database.reading() as db:
        return [call.why for call in calls.list_open(db, None)]


def test_asked_after_a_year_again_the_other_way_after_three_weeks_and_phoned_after_three_more(
    database: Database, cast: Cast
) -> None:
    every_day(database, NOW, weeks=60)
    assert asked(database) == [(A_YEAR, "sms"), (AGAIN, "email")]
    assert states(database) == [QuestionState.CALLING]
    assert on_the_list(database) == [CallWhy.RECONFIRM]


@one_database
def test_silence_never_throws_anybody_out_and_the_date_stays(database: Database, cast: Cast) -> None:
    every_day(database, A_YEAR, weeks=30)
    with database.reading() as db:
        ben = db.get_one(Registration, cast.ben.id)
    assert (ben.state, ben.waiting_since) == (RegistrationState.WAITING, cast.ben.waiting_since)


@one_database
def test_who_has_one_channel_is_asked_twice_there(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Carer, cast.ben.carers[0].id).mobile_confirmed_at = None
    every_day(database, A_YEAR, weeks=7)
    assert asked(database) == [(A_YEAR, "email"), (AGAIN, "email")]


def test_who_can_only_be_phoned_goes_straight_to_the_call_list(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.ben.carers[0].id)
        carer.mobile_confirmed_at = carer.email_confirmed_at = None
    run(database, A_YEAR)
    assert (asked(database), on_the_list(database)) == ([], [CallWhy.RECONFIRM])


def test_nobody_is_asked_a_day_too_early_nor_outside_the_hours(database: Database) -> None:
    assert run(database, A_YEAR - timedelta(days=1)) == 0  # The Monday on which the year is full.
    assert run(database, A_YEAR - timedelta(minutes=1)) == 0
    assert run(database, A_YEAR) == 1


def says_yes(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        ben = db.get_one(Registration, cast.ben.id)
        changing.stay(db, ben, now=now, by=ben.carers[0].actor)


def changes_an_answer(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        ben = db.get_one(Registration, cast.ben.id)
        changing.change(db, ben, changing.wishes(ben), now=now, by=ben.carers[0].actor)


def declines_an_offer(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        ben, there = db.get_one(Registration, cast.ben.id), db.get_one(Group, cast.abc_skarpnack.id)
        reason, until = Reason("placed_resident"), now + timedelta(days=2)
        made = offers.make(db, ben, there, reason=reason, reply_by=until, now=now - timedelta(hours=1), by=SYSTEM).id
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, made), now=now, by=cast.ben.carers[0].actor)


def talks_with_staff(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        changing.stay(db, db.get_one(Registration, cast.ben.id), now=now, by=cast.filip.actor)


ACTS = [says_yes, changes_an_answer, declines_an_offer, talks_with_staff]


@pytest.mark.parametrize("act", ACTS)
def test_whatever_the_family_does_answers_the_question_and_takes_it_off_the_list(
    database: Database, cast: Cast, act: Act
) -> None:
    every_day(database, A_YEAR, weeks=7)
    act(database, cast, CALL + timedelta(days=3))
    run(database, CALL + timedelta(days=3, minutes=10))
    assert (states(database), on_the_list(database)) == ([QuestionState.ANSWERED], [])


@one_database
@pytest.mark.parametrize("act", ACTS)
def test_who_did_something_within_the_year_is_asked_a_year_after_that(database: Database, cast: Cast, act: Act) -> None:
    act(database, cast, datetime(2027, 3, 2, 12, tzinfo=UTC))  # A Tuesday at one: a year later at ten is too early.
    every_day(database, A_YEAR, weeks=20)
    assert [when for when, _ in asked(database)] == [
        datetime(2028, 3, 1, 9, tzinfo=UTC), datetime(2028, 3, 22, 9, tzinfo=UTC),
    ]  # fmt: skip


@one_database
def test_after_a_yes_the_next_question_comes_a_year_later(database: Database, cast: Cast) -> None:
    run(database, A_YEAR)
    says_yes(database, cast, A_YEAR + timedelta(hours=5))
    every_day(database, A_YEAR + timedelta(days=1), weeks=53)
    assert [when for when, _ in asked(database)] == [A_YEAR, A_YEAR + timedelta(weeks=52, days=1)]


@one_database
def test_to_stop_sms_says_nothing_of_whether_one_wants_to_stay(database: Database, cast: Cast) -> None:
    run(database, A_YEAR)
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.ben.carers[0].id)
        stopping.stop_sms(db, carer, now=A_YEAR + timedelta(days=1), by=carer.actor)
    run(database, A_YEAR + timedelta(days=2))
    assert states(database) == [QuestionState.ASKED]


def test_who_leaves_the_queue_is_not_asked_again(database: Database, cast: Cast) -> None:
    run(database, A_YEAR)
    with database.transaction() as db:
        ben = db.get_one(Registration, cast.ben.id)
        leaving.withdraw(db, ben, now=A_YEAR + timedelta(days=1), by=ben.carers[0].actor)
    every_day(database, A_YEAR + timedelta(days=1), weeks=8)
    assert (len(asked(database)), states(database), on_the_list(database)) == (1, [QuestionState.OVER], [])


@one_database
def test_nobody_is_asked_beside_an_offer(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        ben, there = db.get_one(Registration, cast.ben.id), db.get_one(Group, cast.abc_skarpnack.id)
        reason, until = Reason("placed_resident"), A_YEAR + timedelta(days=2)
        offers.make(db, ben, there, reason=reason, reply_by=until, now=A_YEAR, by=SYSTEM)
    assert run(database, A_YEAR + timedelta(hours=1)) == 0


@one_database
def test_a_family_that_waits_for_two_things_gets_one_question(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        first = db.get_one(Registration, cast.ben.id)
        since = first.waiting_since - timedelta(days=1)
        also = Registration(family=first.family, programme=db.merge(cast.komet), waiting_since=since)
        also.state, also.carers = RegistrationState.WAITING, list(first.carers)
        db.add(also)
    run(database, A_YEAR)
    assert (len(asked(database)), len(states(database))) == (1, 2)


@one_database
def test_the_message_leads_to_the_question_and_one_that_was_answered_is_not_sent(
    database: Database, cast: Cast
) -> None:
    run(database, A_YEAR)
    with database.transaction() as db:
        message = db.scalars(select(Message).where(Message.kind == "still_wanted")).one()
        made = COMPOSERS["still_wanted"](db, message, A_YEAR)
    assert isinstance(made, Letter)
    assert "Vill ni stå kvar? Svara här: https://likaplats.example/k/" in made.text
    says_yes(database, cast, A_YEAR + timedelta(minutes=1))
    with database.transaction() as db:
        message = db.scalars(select(Message).where(Message.kind == "still_wanted")).one()
        assert isinstance(COMPOSERS["still_wanted"](db, message, A_YEAR + timedelta(minutes=2)), Dropped)


def test_two_schedulers_at_once_ask_once(database: Database, settings: Settings) -> None:
    own = [services.build(settings, clock=lambda: A_YEAR, senders={"email": Box()}) for _ in range(2)]
    done = at_once(*(partial(jobs.ask_still_wanted, mine) for mine in own))
    for mine in own:
        mine.database.close()
    assert (sorted(done), asked(database)) == ([0, 1], [(A_YEAR, "sms")])


@one_database
def test_a_scheduler_that_was_down_for_half_a_year_asks_once_and_waits_for_the_answer(database: Database) -> None:
    late = A_YEAR + timedelta(weeks=26)
    assert [run(database, late), run(database, late + timedelta(hours=1))] == [1, 0]
    assert states(database) == [QuestionState.ASKED]


def test_whose_offers_rest_is_asked_too_and_a_yes_lets_them_go_on(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.execute(update(Registration).where(Registration.id == cast.ben.id).values(paused_at=NOW))
    assert run(database, A_YEAR) == 1
    says_yes(database, cast, A_YEAR + timedelta(hours=1))
    with database.reading() as db:
        assert db.get_one(Registration, cast.ben.id).paused_at is None
