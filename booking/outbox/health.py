"""How providers fare: what came of each minute, and which of them rest because they are down.

Faults count when they are the provider's own (see `provider_down`) or when it left us without an answer; a refused
recipient says that the provider works. After REST_AFTER faults in a row a provider rests, longer each time. When its
rest is over one message tries it, and only if that goes well do the others follow. What is known stands in the
database: all workers know the same.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, plain

REST_AFTER = 3
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=2)
PROBE = timedelta(minutes=1)  # So long a probe may take; then another one may try.
LOOK_BACK = timedelta(hours=1)
KEPT = timedelta(days=7)


class Result(enum.Enum):
    """What a provider made of one message."""

    OK = "ok"  # Took it.
    REFUSED = "refused"  # Would not take this one, and works.
    FAULT = "faults"  # Could not take it: the provider is down, or our account there is.
    UNCLEAR = "unclear"  # Gave no answer.


GOOD = (Result.OK, Result.REFUSED)


class ProviderMinute(Base):
    """What came of the messages handed to a provider within one minute, by the number."""

    __tablename__ = "provider_minutes"

    provider: Mapped[str] = plain(String(20), primary_key=True)
    minute: Mapped[datetime] = plain(primary_key=True)
    ok: Mapped[int] = plain(default=0)
    refused: Mapped[int] = plain(default=0)
    faults: Mapped[int] = plain(default=0)
    unclear: Mapped[int] = plain(default=0)


class Provider(Base):
    """How a provider stands: the faults since it last worked, and until when it rests."""

    __tablename__ = "providers"

    name: Mapped[str] = plain(String(20), primary_key=True)
    in_a_row: Mapped[int] = plain(default=0)
    rests: Mapped[int] = plain(default=0)
    resting_until: Mapped[datetime | None] = plain()
    probing: Mapped[bool] = plain(default=False)
    down_since: Mapped[datetime | None] = plain()
    last_fault: Mapped[str | None] = plain(String(60))
    last_fault_at: Mapped[datetime | None] = plain()


@dataclass(frozen=True, slots=True)
class Health:
    """How a provider has fared during the last hour, and how it stands now. Counts are messages."""

    provider: str
    ok: int = 0
    refused: int = 0
    faults: int = 0
    unclear: int = 0
    last_fault: str | None = None
    last_fault_at: datetime | None = None
    down_since: datetime | None = None
    resting_until: datetime | None = None

    @property
    def is_down(self) -> bool:
        """True from the first rest until a message has gone through again."""
        return self.down_since is not None


@dataclass(frozen=True, slots=True)
class Noted:
    """One result to be noted; `fault` is the short code of what went wrong."""

    provider: str
    result: Result
    fault: str | None = None


def states(db: Session, *, now: datetime) -> list[Health]:
    """How each provider that was given anything lately fares, by name."""
    counts = func.sum(ProviderMinute.ok), func.sum(ProviderMinute.refused)
    faults = func.sum(ProviderMinute.faults), func.sum(ProviderMinute.unclear)
    recent = select(ProviderMinute.provider, *counts, *faults).where(ProviderMinute.minute > now - LOOK_BACK)
    found = db.execute(recent.group_by(ProviderMinute.provider))
    sums = {name: [int(each) for each in counted] for name, *counted in found}
    rows = {row.name: row for row in db.scalars(select(Provider))}
    return [_health(name, sums.get(name, ()), rows.get(name)) for name in sorted(sums.keys() | rows.keys())]


def _health(name: str, sums: Sequence[int], row: Provider | None) -> Health:
    ok, refused, faults, unclear = sums or (0, 0, 0, 0)
    if row is None:
        return Health(name, ok, refused, faults, unclear)
    standing = row.last_fault, row.last_fault_at, row.down_since, row.resting_until
    return Health(name, ok, refused, faults, unclear, *standing)


def list_down(db: Session, names: Collection[str]) -> dict[str, Provider]:
    """Those of these providers that are down, by name: they rest, or wait for a message that tries them."""
    return {
        row.name: row
        for row in db.scalars(select(Provider).where(Provider.name.in_(names), Provider.resting_until.is_not(None)))
    }


def choose(db: Session, names: Sequence[str], *, now: datetime) -> list[str]:
    """The providers to try with one message, in this order: the first that works, and those of the rest that do.

    One that is down and has rested stands first for whoever gets the right to try it: one message at a time.
    """
    down = list_down(db, names)
    chosen: list[str] = []
    for name in names:
        if name not in down or (not chosen and _may_probe(db, name, now)):
            chosen.append(name)
    return chosen


def _may_probe(db: Session, name: str, now: datetime) -> bool:
    rested = update(Provider).where(Provider.name == name, Provider.resting_until <= now)
    done = db.execute(
        rested.values(resting_until=now + PROBE, probing=True), execution_options={"synchronize_session": False}
    )
    return isinstance(done, CursorResult) and done.rowcount == 1


def note(db: Session, results: Iterable[Noted], *, now: datetime) -> None:
    """Write down what came of some messages, in the order in which it came."""
    by_provider: dict[str, list[Noted]] = {}
    for each in results:
        by_provider.setdefault(each.provider, []).append(each)
    # Always in the same order, so that two workers never wait in a circle.
    for name in sorted(by_provider):
        _count(db, name, Counter(each.result for each in by_provider[name]), now.replace(second=0, microsecond=0))
        _judge(db, name, by_provider[name], now)


def _count(db: Session, name: str, counts: Counter[Result], minute: datetime) -> None:
    more = {result.value: getattr(ProviderMinute, result.value) + number for result, number in counts.items()}
    same = ProviderMinute.provider == name, ProviderMinute.minute == minute
    statement = update(ProviderMinute).where(*same).values(more).execution_options(synchronize_session=False)
    done = db.execute(statement)
    if isinstance(done, CursorResult) and done.rowcount:
        return
    try:
        with db.begin_nested():
            fresh = {result.value: number for result, number in counts.items()}
            db.add(ProviderMinute(provider=name, minute=minute, **fresh))
    except IntegrityError:  # Another worker began this minute.
        db.execute(statement)


def _judge(db: Session, name: str, results: Sequence[Noted], now: datetime) -> None:
    row = db.get(Provider, name, populate_existing=True)
    if all(each.result in GOOD for each in results) and (row is None or not row.in_a_row):
        return  # All is well, as it was: nothing to write, and nobody to wait for.
    if row is None:
        row = _begin(db, name)
    db.refresh(row, with_for_update=True)
    for each in results:
        judge(row, each, now)
    db.flush()


def _begin(db: Session, name: str) -> Provider:
    try:
        with db.begin_nested():
            row = Provider(name=name, in_a_row=0, rests=0, probing=False)
            db.add(row)
        return row
    except IntegrityError:  # Another worker saw its first fault at the same time.
        return db.get_one(Provider, name, populate_existing=True)


def judge(row: Provider, noted: Noted, now: datetime) -> None:
    """One more result: what is good ends every rest; a fault too many, or one while it is tried, begins the next."""
    if noted.result in GOOD:
        row.in_a_row, row.rests, row.probing = 0, 0, False
        row.resting_until = row.down_since = None
        return
    row.in_a_row += 1
    row.last_fault, row.last_fault_at = (noted.fault or noted.result.value)[:60], now
    # Those that were on their way when the rest began say nothing new.
    rests = row.resting_until is not None and now < row.resting_until and not row.probing
    if row.in_a_row >= REST_AFTER and not rests:
        row.rests += 1
        row.resting_until, row.probing = now + rest(row.rests), False
        row.down_since = row.down_since or now


def rest(number: int) -> timedelta:
    """How long the so-manyeth rest in a row lasts."""
    return min(FIRST_REST * (1 << min(number - 1, 10)), LONGEST_REST)


def forget(db: Session, *, now: datetime) -> None:
    """Remove the counts of minutes that nobody looks at any more, and providers not tried since. A job calls it."""
    db.execute(delete(ProviderMinute).where(ProviderMinute.minute < now - KEPT))
    # One that is down is tried every few minutes: this one the city no longer has.
    db.execute(delete(Provider).where(Provider.last_fault_at < now - KEPT))
