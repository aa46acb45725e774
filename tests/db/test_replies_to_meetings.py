"""NEJ and JA by SMS to a reminder: who cannot come says so, alone or for the family, and takes it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance, reminders
from booking.course.replies import ReplyState
from booking.people import families
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.places import placements
from booking.places.placements import Placement, Source, Way, find_live
from booking.records.audit import SYSTEM
from tests.cast import NOW, Cast
from tests.db.phones import AMINAS, BENS, Phones, code_of, give_phone, post, text

DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)
LATE_EVENING = datetime(2027, 1, 25, 21, 30, tzinfo=UTC)
# What is said and done is the same whatever database stands behind it.
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def code(database: Database, cast: Cast, phones: Phones) -> str:
    """Amina has a place in Carla's group and has been reminded of the first meeting, with this code."""
    with database.transaction() as db:
        carer = give_phone(db, cast.amina, AMINAS)
        take_place(db, cast)
    return remind(database, phones, carer)


def take_place(db: Session, cast: Cast) -> Placement:
    wanted, there = db.get_one(Registration, cast.amina.id), db.get_one(Group, cast.abc_farsta.id)
    return placements.take(db, wanted, there, Way(Source.STAFF), now=NOW, by=SYSTEM)


def remind(database: Database, phones: Phones, carer: Carer) -> str:
    """Write down and send what is due the day before; the code in the carer's reminder."""
    with database.transaction() as db:
        reminders.queue_due(db, now=DAY_BEFORE)
    post(database, phones, now=DAY_BEFORE)
    with database.reading() as db:
        return code_of(db, "reminder", carer)


def answer(database: Database, said: str, *, number: str = AMINAS, now: datetime = DAY_BEFORE) -> ReplyState | None:
    with database.transaction() as db:
        reply = text(db, said, number=number, now=now)
        return None if reply is None else reply.state


def away_seats(database: Database, cast: Cast) -> list[int]:
    """The seats of Amina's family that will be empty at the first meeting."""
    with database.reading() as db:
        session, placement = sessions.list_of(db, cast.abc_farsta.id)[0], find_live(db, cast.amina.id)
        assert placement is not None
        return sorted(attendance.noted(db, session, placement))


def test_no_says_that_the_family_cannot_come_and_yes_takes_it_back(
    database: Database, cast: Cast, code: str, phones: Phones
) -> None:
    assert answer(database, f"nej {code}") is ReplyState.AWAY
    assert away_seats(database, cast) == [1]
    assert answer(database, f"ja {code}") is ReplyState.COMING
    assert away_seats(database, cast) == []


@one_database
def test_it_is_confirmed_at_once_even_late_in_the_evening(
    database: Database, cast: Cast, code: str, phones: Phones
) -> None:
    answer(database, f"nej {code}", now=LATE_EVENING)
    post(database, phones, now=LATE_EVENING)
    assert phones.sms()[-1] == (
        f"Tack för att du säger till. Då vet vi att du inte kommer tis 26/1 kl 17.30. Ändrar du dig? Svara JA {code}."
    )
    answer(database, f"ja {code}", now=LATE_EVENING)
    post(database, phones, now=LATE_EVENING)
    assert phones.sms()[-1] == "Bra, då ses vi tis 26/1 kl 17.30, Demogatan 1."


@one_database
def test_the_same_answer_twice_is_harmless(database: Database, cast: Cast, code: str) -> None:
    assert [answer(database, f"nej {code}") for _ in range(2)] == [ReplyState.AWAY] * 2
    assert away_seats(database, cast) == [1]


@one_database
def test_of_two_who_come_each_answers_for_themselves(database: Database, cast: Cast, phones: Phones) -> None:
    with database.transaction() as db:
        give_phone(db, cast.amina, AMINAS)
        registration = db.get_one(Registration, cast.amina.id)
        other = Carer(family_id=registration.family_id, state=CarerState.JOINED, name="Sami Demo")
        families.set_mobile(other, BENS)
        other.mobile_confirmed_at = NOW
        db.add(other)
        db.flush()
        registration.carers.append(other)
        registration.adults = 2
        db.flush()
        take_place(db, cast)
    code = remind(database, phones, other)
    assert answer(database, f"nej {code}", number=BENS) is ReplyState.AWAY
    assert away_seats(database, cast) == [2]
    assert answer(database, f"nej {code}", number=AMINAS) is ReplyState.UNCLEAR


@one_database
def test_one_who_registered_two_answers_for_both(database: Database, cast: Cast, phones: Phones) -> None:
    with database.transaction() as db:
        carer = give_phone(db, cast.amina, AMINAS)
        db.get_one(Registration, cast.amina.id).adults = 2
        db.flush()
        take_place(db, cast)
    answer(database, f"nej {remind(database, phones, carer)}")
    assert away_seats(database, cast) == [1, 2]


@one_database
def test_a_meeting_that_has_begun_or_is_cancelled_cannot_be_answered(
    database: Database, cast: Cast, code: str, phones: Phones
) -> None:
    begun = DAY_BEFORE + timedelta(days=1, hours=6)
    assert answer(database, f"nej {code}", now=begun) is ReplyState.CLOSED
    with database.transaction() as db:
        first = sessions.list_of(db, cast.abc_farsta.id)[0]
        db.get_one(GroupSession, first.id).state = SessionState.CANCELLED
    assert answer(database, f"nej {code}") is ReplyState.CLOSED
    post(database, phones, now=DAY_BEFORE)
    assert "Det går inte att svara på det längre." in phones.sms()[-1]
    assert away_seats(database, cast) == []
