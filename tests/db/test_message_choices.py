"""How a carer wants to hear from us; and nobody becomes unreachable in silence."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.course import calls, message_choices
from booking.course.calls import CallWhy
from booking.course.message_choices import Choices, Refused
from booking.outbox import messages
from booking.outbox.messages import Message, MessageState
from booking.people import families, returning
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.records.audit import AuditEntry
from tests.cast import NOW, Cast

BOTH = frozenset({"sms", "email"})
NONE: frozenset[str] = frozenset()


@pytest.fixture
def amina(database: Database, cast: Cast) -> int:
    """Amina has a confirmed mobile besides her e-mail; her id as a carer."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46701740605")
        carer.mobile_confirmed_at = NOW
        return carer.id


def choose(database: Database, carer_id: int, channels: frozenset[str], **changes: object) -> None:
    with database.transaction() as db:
        carer = db.get_one(Carer, carer_id)
        known: dict[str, object] = {"language": carer.language, "discreet": carer.family.discreet, **changes}
        wanted = Choices(channels, **known)  # type: ignore[arg-type]
        message_choices.choose(db, carer, wanted, now=NOW, by=carer.actor)


def channels(database: Database, carer_id: int) -> list[str]:
    with database.reading() as db:
        return db.get_one(Carer, carer_id).channels


def called(database: Database) -> list[int]:
    """The registrations on the call list because nothing can be written to their families."""
    with database.reading() as db:
        return [each.registration_id for each in calls.list_open(db, None) if each.why is CallWhy.NO_CHANNEL]


@pytest.mark.parametrize("wanted", [frozenset({"sms"}), frozenset({"email"}), BOTH])
def test_only_the_chosen_ways_are_used_until_another_choice(
    database: Database, amina: int, wanted: frozenset[str]
) -> None:
    choose(database, amina, wanted)
    assert set(channels(database, amina)) == wanted
    choose(database, amina, BOTH)
    assert channels(database, amina) == ["sms", "email"]
    assert called(database) == []


def test_a_family_that_wants_no_messages_is_phoned_and_no_more_once_it_does(
    database: Database, cast: Cast, amina: int
) -> None:
    choose(database, amina, NONE)
    choose(database, amina, NONE)
    assert called(database) == [cast.amina.id]
    choose(database, amina, frozenset({"sms"}))
    assert called(database) == []


def test_nobody_is_phoned_while_the_other_carer_can_be_written_to(database: Database, cast: Cast, amina: int) -> None:
    with database.transaction() as db:
        registration = db.get_one(Registration, cast.amina.id)
        other = Carer(name="Yusuf Demo", family_id=registration.family_id, state=CarerState.JOINED)
        db.add(other)
        families.set_email(other, "yusuf@example.org")
        other.email_confirmed_at = NOW
        registration.carers.append(other)
    choose(database, amina, NONE)
    assert called(database) == []


@pytest.mark.parametrize(("stays", "stopped"), [("sms", "email"), ("email", "sms")])
def test_what_waits_to_be_sent_goes_the_other_way(database: Database, amina: int, stays: str, stopped: str) -> None:
    with database.transaction() as db:
        messages.queue(db, "declined", 1, amina, stopped, now=NOW)
    choose(database, amina, frozenset({stays}))
    with database.reading() as db:
        found = db.execute(select(Message.channel, Message.state)).all()
    assert set(map(tuple, found)) == {(stopped, MessageState.DROPPED), (stays, MessageState.QUEUED)}


def test_a_link_that_is_asked_for_comes_although_all_is_stopped(database: Database, cast: Cast, amina: int) -> None:
    choose(database, amina, NONE)
    with database.transaction() as db:
        returning.resend(db, email=db.get_one(Carer, amina).email, now=NOW)
    with database.reading() as db:
        assert list(db.scalars(select(Message.kind))) == ["link"]


def test_the_language_and_the_number_of_words_are_kept_and_noted(database: Database, cast: Cast, amina: int) -> None:
    choose(database, amina, BOTH, language="so", discreet=True)
    with database.reading() as db:
        carer = db.get_one(Carer, amina)
        assert (carer.language, carer.family.discreet) == ("so", True)
        assert list(db.scalars(select(AuditEntry.action).where(AuditEntry.actor == "carer"))) == [
            "message choices changed"
        ]


def test_choosing_what_already_is_leaves_no_trace(database: Database, cast: Cast, amina: int) -> None:
    choose(database, amina, BOTH)
    with database.reading() as db:
        assert list(db.scalars(select(AuditEntry.action).where(AuditEntry.actor == "carer"))) == []


@pytest.mark.parametrize(("wanted", "language"), [(frozenset({"fax"}), "sv"), (NONE, "tlh")])
def test_what_there_is_not_cannot_be_chosen(
    database: Database, amina: int, wanted: frozenset[str], language: str
) -> None:
    with pytest.raises(Refused):
        choose(database, amina, wanted, language=language)


def test_a_contact_that_is_not_confirmed_cannot_be_chosen(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused):
        choose(database, cast.ben.carers[0].id, BOTH)
