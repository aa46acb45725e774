"""While a family waits: one word every fourth week, at an hour at which one can read it, and never beside an offer."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from booking import jobs, services
from booking.base.db import Database
from booking.catalogue.groups import Group
from booking.course import letters, waiting_news
from booking.outbox.letters import Dropped, Letter
from booking.outbox.messages import Message
from booking.outbox.wording import parts
from booking.people import families
from booking.people.families import Carer, Family
from booking.people.registrations import Registration, RegistrationState
from booking.places import offers, waits
from booking.places.offers import Offer, Reason
from booking.places.waits import Wait
from booking.records.audit import SYSTEM
from config import Settings
from tests.cast import NOW, Cast, registration
from tests.db.post_office import Box
from tests.db.racing import at_once

COMPOSERS = letters.composers("https://likaplats.example", "Stockholms stad", "08-000 00 00")
# Ben registered on Monday 16 November 2026: eight weeks are round on Monday 11 January 2027, twelve on 8 February.
MONDAY = datetime(2027, 1, 11, 10, tzinfo=UTC)
TUESDAY_TEN = datetime(2027, 1, 12, 9, tzinfo=UTC)
KIND = waiting_news.STILL_WAITING

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def ben_alone(database: Database, cast: Cast) -> None:
    """Amina has left the queue, so that every message is Ben's."""
    with database.transaction() as db:
        db.get_one(Registration, cast.amina.id).state = RegistrationState.WITHDRAWN


def run(database: Database, now: datetime) -> int:
    with database.reading() as db:
        untold = waiting_news.list_untold(db, now=now)
    made = 0
    for family_id in untold:
        with database.transaction() as db:
            made += waiting_news.tell(db, family_id, now=now)
    return made


def days(database: Database, first: datetime, last: datetime) -> list[str]:
    """On which days something is written when the step runs every hour from first to last."""
    found, hour = [], first
    while hour < last:
        found += [f"{hour:%d/%m %H}"] * run(database, hour)
        hour += timedelta(hours=1)
    return found


def composed(database: Database, now: datetime, channel: str = "email") -> list[Letter | Dropped]:
    with database.transaction() as db:
        found = db.scalars(select(Message).where(Message.kind == KIND, Message.channel == channel)).all()
        return [COMPOSERS[KIND](db, message, now) for message in found]


def offer(database: Database, cast: Cast, made_at: datetime) -> int:
    with database.transaction() as db:
        wanted, there = db.get_one(Registration, cast.ben.id), db.get_one(Group, cast.abc_skarpnack.id)
        made = offers.make(
            db, wanted, there, reason=Reason("placed_resident"), reply_by=made_at + timedelta(days=2),
            now=made_at, by=SYSTEM,
        )  # fmt: skip
        return made.id


def test_every_fourth_week_on_the_first_tuesday_to_thursday_at_ten(database: Database) -> None:
    # From New Year to Easter. UTC is an hour behind, and from 28 March two.
    assert days(database, datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 4, 15, tzinfo=UTC)) == [
        "12/01 09", "09/02 09", "09/03 09", "06/04 08",
    ]  # fmt: skip


@one_database
@pytest.mark.parametrize(
    ("when", "civil"),
    [
        (datetime(2027, 1, 12, 8, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 12, 9, tzinfo=UTC), True),
        (datetime(2027, 1, 14, 14, 59, tzinfo=UTC), True),
        (datetime(2027, 1, 14, 15, tzinfo=UTC), False),
        (datetime(2027, 1, 15, 10, tzinfo=UTC), False),  # A Friday.
        (datetime(2027, 1, 6, 10, tzinfo=UTC), False),  # Epiphany, a Wednesday.
        (datetime(2027, 7, 6, 8, tzinfo=UTC), True),  # Summer time: ten o'clock.
    ],
)
def test_it_comes_tuesdays_to_thursdays_from_ten_to_four_and_never_on_a_red_day(when: datetime, civil: bool) -> None:
    assert waiting_news.is_civil(when) is civil


def test_nothing_before_the_first_four_weeks(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        farsta, abc = db.merge(cast.farsta), db.merge(cast.abc)
        registration(db, "Dora Demo", farsta, abc, [farsta], datetime(2026, 12, 16, 9, tzinfo=UTC))
    assert run(database, TUESDAY_TEN) == 1  # Ben's.
    assert run(database, datetime(2027, 1, 13, 9, tzinfo=UTC)) == 1  # Dora's, on the very day.


def test_a_scheduler_that_was_down_for_long_sends_one_and_not_all_that_were_missed(database: Database) -> None:
    assert run(database, TUESDAY_TEN + timedelta(weeks=8)) == 1
    assert run(database, TUESDAY_TEN + timedelta(weeks=8, minutes=10)) == 0


def test_a_word_that_is_two_weeks_late_waits_for_the_next(database: Database) -> None:
    assert run(database, TUESDAY_TEN + timedelta(weeks=2)) == 0
    assert run(database, TUESDAY_TEN + timedelta(weeks=4)) == 1


def test_who_has_an_open_offer_gets_none(database: Database, cast: Cast) -> None:
    offer(database, cast, TUESDAY_TEN - timedelta(hours=1))
    assert run(database, TUESDAY_TEN) == 0


@pytest.mark.parametrize(("days_ago", "told"), [(6, 0), (7, 1)])
def test_who_said_no_within_the_week_is_left_in_peace(database: Database, cast: Cast, days_ago: int, told: int) -> None:
    when = TUESDAY_TEN - timedelta(days=days_ago, hours=1)
    made = offer(database, cast, when)
    with database.transaction() as db:
        offers.decline(db, db.get_one(Offer, made), now=when, by=SYSTEM)
    assert run(database, TUESDAY_TEN) == told


@one_database
def test_who_rests_gets_none(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.get_one(Registration, cast.ben.id).paused_at = NOW
    assert run(database, TUESDAY_TEN) == 0


@one_database
def test_an_offer_that_came_in_between_drops_what_was_written(database: Database, cast: Cast) -> None:
    run(database, TUESDAY_TEN)
    offer(database, cast, TUESDAY_TEN)
    assert [type(each) for each in composed(database, TUESDAY_TEN + timedelta(minutes=1))] == [Dropped]


@one_database
def test_who_left_the_queue_in_between_gets_none(database: Database, cast: Cast) -> None:
    run(database, TUESDAY_TEN)
    with database.transaction() as db:
        db.get_one(Registration, cast.ben.id).state = RegistrationState.WITHDRAWN
    assert [type(each) for each in composed(database, TUESDAY_TEN)] == [Dropped]


def test_a_family_that_waits_for_two_things_gets_one_letter_about_both(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        first = db.get_one(Registration, cast.ben.id)
        also = Registration(family=first.family, programme=db.merge(cast.komet), waiting_since=NOW)
        also.state, also.carers = RegistrationState.WAITING, list(first.carers)
        db.add(also)
    assert run(database, TUESDAY_TEN) == 1
    (made,) = composed(database, TUESDAY_TEN)
    assert isinstance(made, Letter)
    assert "Ni står i kön till ABC sedan 16 november 2026. Vi kan inte säga än hur länge det dröjer." in made.text
    assert "Ni står i kön till Komet 3–11 sedan 4 januari 2027." in made.text


@one_database
def test_the_sms_says_how_long_it_may_take_neutrally_and_in_plain_characters(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.ben.carers[0].id)
        families.set_mobile(carer, "+46700000002")
        carer.mobile_confirmed_at = NOW
    monkeypatch.setattr(waits, "expected", lambda *_args, **_values: Wait(4, 9, 80, 40))
    run(database, TUESDAY_TEN)
    (made,) = composed(database, TUESDAY_TEN, "sms")
    assert isinstance(made, Letter)
    assert made.text.startswith(
        "Hej! Ni står kvar i kön. Vi tror att det dröjer 4-9 veckor till. Vill ni ändra något eller inte vänta längre:"
    )
    assert parts(made.text).encoding == "GSM-7"
    assert "ABC" not in made.text


@one_database
def test_a_discreet_family_reads_only_that_there_is_a_message(database: Database, cast: Cast) -> None:
    run(database, TUESDAY_TEN)
    with database.transaction() as db:
        db.get_one(Family, cast.ben.family_id).discreet = True
    (made,) = composed(database, TUESDAY_TEN)
    assert isinstance(made, Letter)
    assert "kön" not in f"{made.subject} {made.text}"


def test_both_carers_get_their_own(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        waiting = db.get_one(Registration, cast.ben.id)
        other = Carer(name="Bo Demo", family=waiting.family)
        families.set_email(other, "bo@example.org")
        other.email_confirmed_at = NOW
        waiting.carers = [*waiting.carers, other]
    assert run(database, TUESDAY_TEN) == 2


def test_two_schedulers_at_once_write_it_once(database: Database, settings: Settings) -> None:
    own = [services.build(settings, clock=lambda: TUESDAY_TEN, senders={"email": Box()}) for _ in range(2)]
    made = at_once(*(partial(jobs.tell_waiting, mine) for mine in own))
    for mine in own:
        mine.database.close()
    assert sorted(made) == [0, 1]


@one_database
def test_a_family_asked_whether_it_still_wants_to_wait_gets_no_word_beside_it(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.execute(update(Message).values(made_at=NOW))
        db.add(
            Message(
                key="still_wanted/1/1/2/email/1",
                kind="still_wanted",
                thing_id=1,
                channel="email",
                carer_id=cast.ben.carers[0].id,
                made_at=MONDAY,
                not_before=MONDAY,
            )  # fmt: skip
        )
    assert run(database, TUESDAY_TEN) == 0
