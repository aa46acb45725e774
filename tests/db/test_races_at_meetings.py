"""Two leaders tick at the same moment, and two schedulers remind at the same moment: nothing fails, nothing doubles."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.db import Database
from booking.catalogue import sessions
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, reminders
from booking.course.attendance import Attendance, AttendanceState
from booking.outbox.messages import Message
from booking.places import placements
from booking.places.placements import Placement, Source, Way
from booking.records.audit import SYSTEM, AuditEntry, AuditValue
from tests.cast import NOW, build

DOORWAY = datetime(2027, 1, 26, 16, 20, tzinfo=UTC)
DAY_BEFORE = datetime(2027, 1, 25, 11, tzinfo=UTC)
STATES = [AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.ABSENT, AttendanceState.ABSENT_TOLD]


@pytest.fixture
def first(postgres_url: str) -> Iterator[tuple[Database, int, int]]:
    """Amina has a place in Carla's group; the ids of the first meeting and of the placement."""
    database = Database(postgres_url)
    with database.transaction() as db:
        cast = build(db)
        taken = placements.take(db, cast.amina, cast.abc_farsta, Way(Source.STAFF), now=NOW, by=SYSTEM)
        ids = sessions.list_of(db, cast.abc_farsta.id)[0].id, taken.id
    yield database, *ids
    database.close()


def all_at_once(database: Database, works: list[Callable[[Session], object]]) -> list[object]:
    """Each work in a transaction of its own, begun at the same moment."""
    gate = Barrier(len(works))

    def run(work: Callable[[Session], object]) -> object:
        with database.transaction() as db:
            db.execute(select(1))
            gate.wait(10)
            return work(db)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_leaders_who_tick_one_person_at_once_the_last_holds_and_each_stands_in_the_log(
    first: tuple[Database, int, int],
) -> None:
    database, session_id, placement_id = first

    def ticking(state: AttendanceState) -> Callable[[Session], object]:
        def tick(db: Session) -> None:
            session, placement = db.get_one(GroupSession, session_id), db.get_one(Placement, placement_id)
            attendance.tick(db, session, placement, 1, state, now=DOORWAY, by=SYSTEM)

        return tick

    all_at_once(database, [ticking(state) for state in STATES])
    with database.reading() as db:
        query = select(AuditValue).join(AuditEntry, AuditEntry.id == AuditValue.entry_id)
        log = db.scalars(query.where(AuditEntry.action == "ticked").order_by(AuditEntry.id)).all()
        assert [value.before for value in log] == [None, *(value.after for value in log[:-1])]
        assert len(log) == len(STATES)
        assert db.scalars(select(Attendance)).one().state.value == log[-1].after


def test_schedulers_that_remind_at_once_write_each_reminder_once(first: tuple[Database, int, int]) -> None:
    database = first[0]
    written = all_at_once(database, [lambda db: reminders.queue_due(db, now=DAY_BEFORE)] * 4)
    assert sorted(str(count) for count in written) == ["0", "0", "0", "1"]
    with database.reading() as db:
        assert len(db.scalars(select(Message)).all()) == 1
