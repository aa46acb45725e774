"""In an emergency nothing goes, or nothing by one channel; afterwards everything does that is still of use."""

import pytest
from sqlalchemy import select

from booking.base.db import Database
from booking.outbox import claiming, holding, queue
from booking.outbox.delivery import Delivered
from booking.outbox.holding import Hold, Refused
from booking.records.audit import AuditEntry, AuditValue
from tests.cast import NOW, Cast
from tests.db.post_office import Box, later, post, write


def stop(database: Database, cast: Cast, channel: str | None = None) -> Hold:
    with database.transaction() as db:
        return holding.hold(db, channel, reason="Fel text i utskicket", now=NOW, by=cast.greta.actor)


def let_go(database: Database, cast: Cast, hold: Hold) -> None:
    with database.transaction() as db:
        holding.lift(db, holding.get(db, hold.id), now=later(hours=1), by=cast.greta.actor)


def test_while_everything_is_held_nothing_goes_and_then_all_does(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, urgent=True)
    write(database, cast.amina, 1, channel="sms")
    held, box = stop(database, cast), Box()
    assert post(database, box) == Delivered()
    let_go(database, cast, held)
    assert post(database, box) == Delivered(sent=2)


def test_one_channel_can_be_held_alone(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.amina, 1, channel="sms")
    stop(database, cast, "sms")
    box = Box()
    assert post(database, box) == Delivered(sent=1)
    assert box.letters[0].channel == "email"


def test_what_a_worker_has_in_hand_is_held_too(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    with database.transaction() as db:
        message = claiming.take(db, "email", by="a worker", now=NOW, limit=1)[0]
    stop(database, cast, "email")
    with database.transaction() as db:
        assert not queue.begin(db, message, "Hej", provider="box", now=NOW)


def test_what_is_held_has_not_failed_however_long_it_takes(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    held = stop(database, cast)
    with database.transaction() as db:
        assert queue.give_up(db, "email", now=later(days=30)) == 0
    let_go(database, cast, held)
    assert post(database, Box(), now=later(days=30)) == Delivered(sent=1)


def test_what_was_held_for_too_long_is_not_sent_any_more(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, not_after=later(hours=2))
    held = stop(database, cast)
    let_go(database, cast, held)
    assert post(database, Box(), now=later(hours=3)) == Delivered(dropped=1)


@pytest.mark.parametrize("channel", [None, "sms"])
def test_the_same_cannot_be_held_twice_and_again_when_it_has_been_let_go(
    database: Database, cast: Cast, channel: str | None
) -> None:
    held = stop(database, cast, channel)
    with pytest.raises(Refused) as refusal:
        stop(database, cast, channel)
    assert refusal.value.code == "held"
    let_go(database, cast, held)
    assert stop(database, cast, channel).is_standing


def test_it_is_let_go_once(database: Database, cast: Cast) -> None:
    held = stop(database, cast)
    let_go(database, cast, held)
    with pytest.raises(Refused) as refusal:
        let_go(database, cast, held)
    assert refusal.value.code == "lifted"


def test_nothing_is_held_without_a_reason(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused), database.transaction() as db:
        holding.hold(db, None, reason="  ", now=NOW, by=cast.greta.actor)


def test_who_held_and_let_go_and_why_stands_in_the_log(database: Database, cast: Cast) -> None:
    let_go(database, cast, stop(database, cast))
    with database.reading() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.thing == "holds").order_by(AuditEntry.id)).all()
        reasons = db.scalars(select(AuditValue.after).where(AuditValue.entry_id == entries[0].id)).all()
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("messages held", cast.greta.id), ("messages let go", cast.greta.id),
    ]  # fmt: skip
    assert reasons == ["Fel text i utskicket"]


def test_a_list_shows_what_stands(database: Database, cast: Cast) -> None:
    let_go(database, cast, stop(database, cast, "sms"))
    stop(database, cast)
    with database.reading() as db:
        assert [hold.channel for hold in holding.standing(db)] == [None]
        assert holding.is_held("email", holding.standing(db))
