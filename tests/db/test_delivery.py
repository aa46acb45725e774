"""Messages are handed over once, in order, and say what became of them."""

import structlog
from sqlalchemy import select, text

from booking.base.db import Database
from booking.outbox.delivery import Delivered
from booking.outbox.messages import Message, MessageState
from booking.outbox.queue import MOST_TRIES
from booking.outbox.senders import SendError, Unclear
from tests.cast import NOW, Cast
from tests.db.post_office import LINK, Box, later, only_message, post, write

BUSY = SendError("recipient: 451", permanent=False)


def test_a_message_that_is_due_is_sent_once(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    box = Box()
    assert (post(database, box), post(database, box)) == (Delivered(sent=1), Delivered())
    assert len(box.letters) == 1


def test_what_was_sent_says_when_and_by_whom(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    post(database, Box(), now=later(minutes=1))
    sent = only_message(database)
    assert (sent.state, sent.sent_at, sent.provider, sent.provider_id) == (
        MessageState.SENT, later(minutes=1), "box", "id 1",
    )  # fmt: skip


def test_a_message_waits_for_its_time(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, not_before=later(hours=1))
    box = Box()
    assert post(database, box) == Delivered()
    assert post(database, box, now=later(hours=1)) == Delivered(sent=1)


def test_the_letter_holds_the_link_and_what_is_kept_of_it_does_not(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    box = Box()
    post(database, box)
    assert LINK in box.letters[0].text
    assert only_message(database).body == "Läs: https://likaplats.example/e/… /Staden"


def test_what_is_kept_of_a_letter_is_not_readable_in_the_database(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    post(database, Box())
    with database.reading() as db:
        assert "likaplats" not in str(db.execute(text("SELECT body FROM messages")).scalar_one())


def test_a_message_whose_reason_has_gone_is_not_sent_and_says_why(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, kind="gone")
    box = Box()
    assert post(database, box) == Delivered(dropped=1)
    assert (box.letters, only_message(database).why) == ([], "the offer is no longer open")


def test_a_message_that_has_become_too_late_is_not_sent(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, not_after=later(hours=1))
    assert post(database, Box(), now=later(hours=1, seconds=1)) == Delivered(dropped=1)


def test_a_composer_that_fails_stops_nobody_elses_message(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, kind="broken")
    write(database, cast.ben, 1)
    assert post(database, Box()) == Delivered(sent=1, failed=1)


def test_a_failure_is_logged_without_the_words_of_the_error(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, kind="broken")
    with structlog.testing.capture_logs() as logged:
        post(database, Box())
    assert "LookupError" in str(logged)
    assert "Amina" not in str(logged)


def test_a_kind_that_nobody_composes_fails_and_says_so(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, kind="unheard-of")
    assert post(database, Box()) == Delivered(failed=1)


def test_a_lasting_fault_ends_it(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    post(database, Box([SendError("recipient: 550", permanent=True)]))
    failed = only_message(database)
    assert (failed.state, failed.why, failed.sent_at) == (MessageState.FAILED, "recipient: 550", None)


def test_a_passing_fault_puts_it_back_with_a_pause(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    box = Box([BUSY])
    assert (post(database, box), post(database, box)) == (Delivered(again=1), Delivered())
    assert post(database, box, now=later(minutes=1)) == Delivered(sent=1)


def test_the_pauses_grow_and_after_the_last_try_it_has_failed(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, urgent=True)  # By night, too.
    now, pauses = NOW, []
    while only_message(database).state is MessageState.QUEUED:
        post(database, Box([BUSY]), now=now)
        pauses.append(only_message(database).not_before - now)
        now = max(now, only_message(database).not_before)
    assert (len(pauses), only_message(database).state) == (MOST_TRIES, MessageState.FAILED)
    assert pauses[0] < pauses[1] < pauses[5]
    assert later(hours=10) < now < later(hours=36)


def test_when_nobody_can_tell_it_is_unknown_and_never_sent_again(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    box = Box([Unclear("no answer to the text")])
    assert (post(database, box), post(database, box, now=later(days=1))) == (Delivered(unknown=1), Delivered())
    assert only_message(database).state is MessageState.UNKNOWN


def test_a_sender_that_breaks_leaves_its_message_unknown_and_the_next_one_goes(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.ben, 1)
    assert post(database, Box([RuntimeError("Amina")])) == Delivered(sent=1, unknown=1)


def test_one_refused_recipient_does_not_keep_the_others_waiting(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.ben, 1, 2)
    assert post(database, Box([SendError("recipient: 550", permanent=True)])) == Delivered(sent=2, failed=1)


def test_a_carers_messages_go_in_the_order_in_which_they_were_written(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 3, 1, 2)
    box = Box()
    post(database, box)
    assert [key.split("/")[1] for key in box.keys] == ["3", "1", "2"]


def test_a_later_message_does_not_overtake_one_that_is_tried_again(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, 2)
    box = Box([BUSY])
    post(database, box)
    assert box.keys == []
    post(database, box, now=later(minutes=1))
    assert [key.split("/")[1] for key in box.keys] == ["1", "2"]


def test_the_same_carers_other_channel_does_not_wait(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.amina, 1, channel="sms")
    assert post(database, Box([BUSY])) == Delivered(sent=1, again=1)


def test_a_message_for_next_week_does_not_hold_up_todays(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, not_before=later(days=7))
    write(database, cast.amina, 2)
    assert post(database, Box()) == Delivered(sent=1)


def test_a_round_ends_after_so_many_messages(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, 2, 3)
    assert post(database, Box(), limit=2) == Delivered(sent=2)


def test_the_same_message_is_written_down_once(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.amina, 1)
    with database.reading() as db:
        assert len(db.scalars(select(Message)).all()) == 1
