"""Did the waits that families are told come true? Looked back upon, week by week, as it would have been said then.

For every registration of the past year: the range that its family would have been told, from what the history held
before the Monday of its week, and whether the first offer came within it. Only ranges whose last week has passed are
judged: else the newest families would count only when they were offered a place early. A family that left the queue
before that could have gone either way, and is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, plain, replace_all
from booking.places import waits
from booking.places.waits import Story, Wait

LOOKED_BACK = timedelta(days=365)
WEEK = 7


class WaitCheck(Base):
    """The registrations for one programme of one month (its first day): how many were told a range, and how it went.

    Of `registered`, `said` would have been told a range; of these `judged` can be judged, and for `inside` it came
    true. `promised` is the sum of what the judged ranges promised, in families out of 100.
    """

    __tablename__ = "wait_checks"
    __table_args__ = (UniqueConstraint("programme_id", "month"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    programme_id: Mapped[int] = plain()
    month: Mapped[date] = plain()
    registered: Mapped[int] = plain()
    said: Mapped[int] = plain()
    judged: Mapped[int] = plain()
    inside: Mapped[int] = plain()
    promised: Mapped[int] = plain()


@dataclass
class Tally:
    """What WaitCheck holds, while it is counted; tallies can be added."""

    registered: int = 0
    said: int = 0
    judged: int = 0
    inside: int = 0
    promised: int = 0

    def count(self, story: Story, said: Wait | None, day: date) -> None:
        """Count one registration, as it stands on that day."""
        came_true = judge(story, said, day) if said else None
        self.registered += 1
        self.said += said is not None
        if said is not None and came_true is not None:
            self.judged += 1
            self.inside += came_true
            self.promised += said.share

    def __add__(self, other: Tally | WaitCheck) -> Tally:
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)))

    @property
    def share(self) -> int | None:
        """Of 100 judged ranges, how many came true; None when none is judged."""
        return round(100 * self.inside / self.judged) if self.judged else None

    @property
    def promise(self) -> int | None:
        """Of 100 judged ranges, how many ought to have come true."""
        return round(self.promised / self.judged) if self.judged else None


def judge(story: Story, said: Wait, day: date) -> bool | None:
    """Whether the first offer came within the range; None while, or because, nobody can tell. Both ends count."""
    soonest = story.seen + timedelta(days=WEEK * said.low_weeks)
    latest = story.seen + timedelta(days=WEEK * (said.low_weeks if said.high_weeks is None else said.high_weeks))
    if latest >= day or (story.ended is not None and not story.offered and story.ended < latest):
        return None
    if said.high_weeks is None:
        return story.ended is None or story.ended >= soonest
    return story.offered and story.ended is not None and soonest <= story.ended <= latest


def look_back(stories: Iterable[Story], day: date) -> dict[tuple[int, date], Tally]:
    """The tally of each programme (id) and month (first day) of the past year."""
    known = list(stories)
    by_week: dict[date, list[Story]] = defaultdict(list)
    for story in known:
        if day - LOOKED_BACK <= story.seen < day:
            by_week[story.seen - timedelta(days=story.seen.weekday())].append(story)
    tallies: dict[tuple[int, date], Tally] = defaultdict(Tally)
    for monday, those in by_week.items():
        then = waits.curves(known, monday)
        for story in those:
            said = waits.best(then, story.key, (story.seen - story.since).days)
            tallies[story.key.programme_id, story.seen.replace(day=1)].count(story, said[1] if said else None, day)
    return dict(tallies)


def keep(db: Session, tallies: dict[tuple[int, date], Tally]) -> int:
    """Put these tallies in the place of the last ones; of two workers at once, one does nothing: 0."""
    rows = [
        {"programme_id": programme_id, "month": month, **asdict(tally)}
        for (programme_id, month), tally in sorted(tallies.items())
    ]
    return replace_all(db, WaitCheck, rows)


def list_checks(db: Session) -> list[WaitCheck]:
    """Every tally kept, by programme and month."""
    return list(db.scalars(select(WaitCheck).order_by(WaitCheck.programme_id, WaitCheck.month)))


def total(checks: Iterable[WaitCheck]) -> Tally:
    """Several tallies as one."""
    added = Tally()
    for each in checks:
        added = added + each
    return added
