"""At night only what is urgent goes, and nothing that rests keeps it waiting."""

from datetime import UTC, datetime

from booking.base.db import Database
from booking.outbox.delivery import Delivered
from booking.outbox.senders import SendError
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy
from tests.cast import NOW, Cast
from tests.db.post_office import Box, post, write

EVENING, LATE = datetime(2027, 1, 4, 18, 59, tzinfo=UTC), datetime(2027, 1, 4, 19, 0, tzinfo=UTC)
DAWN, MORNING = datetime(2027, 1, 5, 6, 59, tzinfo=UTC), datetime(2027, 1, 5, 7, 0, tzinfo=UTC)
BUSY = SendError("recipient 451", permanent=False)


def test_what_can_wait_goes_until_eight_in_the_evening_and_from_eight_in_the_morning(
    database: Database, cast: Cast
) -> None:
    write(database, cast.amina, 1, 2)
    box = Box()
    assert [post(database, box, now=when, limit=1).sent for when in (EVENING, LATE, DAWN, MORNING)] == [1, 0, 0, 1]


def test_an_urgent_message_goes_at_night_past_one_that_rests(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    write(database, cast.amina, 2, urgent=True)
    box = Box()
    assert post(database, box, now=LATE) == Delivered(sent=1)
    assert box.keys[0].startswith("hello/2/")
    assert post(database, box, now=MORNING) == Delivered(sent=1)


def test_one_that_was_tried_by_day_and_rests_keeps_no_urgent_one_waiting(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    post(database, Box([BUSY]), now=EVENING)
    write(database, cast.amina, 2, urgent=True)
    assert post(database, Box(), now=LATE) == Delivered(sent=1)


def test_an_urgent_one_that_is_tried_again_keeps_its_place_at_night(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, 2, urgent=True)
    box = Box([BUSY])
    assert post(database, box, now=LATE) == Delivered(again=1)
    assert box.keys == []


def test_a_city_may_have_no_quiet_hours(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1)
    with database.transaction() as db:
        always = Policy(quiet_from_hour=0, quiet_until_hour=0)
        policies.change(db, always, now=NOW, by=SYSTEM, reason="test")
    assert post(database, Box(), now=LATE) == Delivered(sent=1)


def test_a_code_that_somebody_waits_for_is_urgent_by_itself(database: Database, cast: Cast) -> None:
    write(database, cast.amina, 1, kind="confirm")
    assert post(database, Box(), now=LATE).failed == 1  # It was taken up; nobody composes it here.
