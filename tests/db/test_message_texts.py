"""Texts that staff have written: versions that are never lost, used when a letter is written."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.base.errors import NotFound
from booking.outbox import messages, queue
from booking.outbox.letters import Handed, Letter
from booking.outbox.messages import Message, MessageState
from booking.outbox.wording import Words, edited
from booking.people import families, writing
from booking.people.families import Carer
from booking.people.writing import Sender
from tests.cast import NOW, Cast

OFFER = ("offer", "sms", "sv")
FIRST, SECOND = Words("En plats: {link}"), Words("Er plats: {link} /{city}")
SENDER = Sender("https://likaplats.example", "Staden", "08-1")


def save(database: Database, cast: Cast, words: Words | None, *, after: int, key: tuple[str, str, str] = OFFER) -> None:
    with database.transaction() as db:
        edited.save(db, *key, words, after=after, now=NOW, by=cast.greta.actor, reason="Kortare")


def used(database: Database, key: tuple[str, str, str] = OFFER) -> Words | None:
    with database.reading() as db:
        return edited.words_for(db, *key)


def test_the_last_version_is_used_and_the_first_is_kept(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0)
    save(database, cast, SECOND, after=1)
    assert used(database) == SECOND
    with database.reading() as db:
        assert [(each.version, each.words, each.reason) for each in edited.list_versions(db, *OFFER)] == [
            (2, SECOND, "Kortare"),
            (1, FIRST, "Kortare"),
        ]
        assert edited.get_version(db, *OFFER, 1).words == FIRST
        with pytest.raises(NotFound):
            edited.get_version(db, *OFFER, 3)


def test_going_back_to_the_default_is_a_version_too(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0)
    save(database, cast, None, after=1)
    assert used(database) is None
    with database.reading() as db:
        assert edited.changed(db) == {}
        assert [each.version for each in edited.list_versions(db, *OFFER)] == [2, 1]


def test_a_swedish_text_changes_no_other_language_and_no_other_channel(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0)
    assert used(database, ("offer", "sms", "ar")) is None
    assert used(database, ("offer", "email", "sv")) is None
    with database.reading() as db:
        assert set(edited.changed(db)) == {OFFER}


def test_who_writes_without_having_seen_the_last_version_is_refused(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0)
    with pytest.raises(edited.Refused, match="Någon annan ändrade texten nyss"):
        save(database, cast, SECOND, after=0)


def test_the_same_text_again_is_no_new_version(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0)
    with pytest.raises(edited.Refused, match="ingen skillnad"):
        save(database, cast, FIRST, after=1)


def written(
    database: Database, cast: Cast, *, language: str = "sv", discreet: bool = False
) -> tuple[Letter, int | None]:
    """The SMS about an offer to Amina, and the parts that the message knows it takes."""
    with database.transaction() as db:
        carer = db.get_one(Carer, cast.amina.carers[0].id)
        families.set_mobile(carer, "+46700000001")
        carer.mobile_confirmed_at, carer.language, carer.family.discreet = NOW, language, discreet
        message = Message(key="k", kind="link", thing_id=carer.id, carer_id=carer.id, channel="sms")
        message.made_at = message.not_before = NOW
        db.add(message)
        made = writing.write(db, SENDER, "link", message, carer, NOW)
        assert isinstance(made, Letter)
        return made, message.parts


LINK = ("link", "sms", "sv")


def test_a_carer_is_written_what_staff_have_written(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0, key=LINK)
    made, parts = written(database, cast)
    assert made.text.startswith("En plats: https://likaplats.example/m/")
    assert parts == 1


def test_a_carer_who_reads_another_language_is_written_its_own_text(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0, key=LINK)
    made, _parts = written(database, cast, language="ar")
    assert not made.text.startswith("En plats")


def test_a_language_that_we_do_not_write_is_written_the_swedish_text(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0, key=LINK)
    assert written(database, cast, language="fi")[0].text.startswith("En plats: ")


def test_a_discreet_family_is_not_written_what_staff_have_written(database: Database, cast: Cast) -> None:
    save(database, cast, FIRST, after=0, key=LINK)
    assert written(database, cast, discreet=True)[0].text.startswith("Hej! Här är länken till er sida: ")


@pytest.mark.parametrize(("counted_by_the_provider", "kept"), [(None, 2), (3, 3)])
def test_the_parts_counted_before_sending_stand_unless_the_provider_counts_itself(
    database: Database, cast: Cast, counted_by_the_provider: int | None, kept: int
) -> None:
    with database.transaction() as db:
        message = messages.queue(db, "link", 1, cast.amina.carers[0].id, "sms", now=NOW)
        assert message is not None
        message.state, message.parts = MessageState.SENDING, 2
        db.flush()
        sent = queue.Outcome(MessageState.SENT, None, "46elks", Handed("id", parts=counted_by_the_provider))
        queue.record(db, message, sent, now=NOW)
    with database.reading() as db:
        assert db.scalars(select(Message.parts)).one() == kept
