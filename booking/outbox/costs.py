"""What text messages cost: how many went, in how many parts, at what price, month by month on the city's own clock.

A message counts in the month in which it was handed over. What a provider never said is counted too, as not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from booking.base.clock import at, today
from booking.outbox.messages import Message, MessageState

CHANNEL = "sms"
UNIT = 10_000
"""So many of a cost's units are one of the account's currency."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What some messages came to. `cost` is in 1/10000 of the currency of the provider's account."""

    messages: int = 0
    parts: int = 0
    cost: int = 0
    without_parts: int = 0
    without_cost: int = 0
    unclear: int = 0  # Nobody can tell whether they went: not among the messages, and perhaps to be paid.

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.messages + other.messages,
            self.parts + other.parts,
            self.cost + other.cost,
            self.without_parts + other.without_parts,
            self.without_cost + other.without_cost,
            self.unclear + other.unclear,
        )

    @property
    def amount(self) -> float:
        """The cost that is known, in the account's currency."""
        return self.cost / UNIT


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day, and what each kind of message came to in it."""

    first: date
    kinds: dict[str, Sum]

    @property
    def total(self) -> Sum:
        """All kinds together."""
        return sum(self.kinds.values(), Sum())


def by_month(db: Session, *, now: datetime, months: int = 12) -> list[Month]:
    """The latest so many months, the running one first; a month without any message has no kinds."""
    firsts = _firsts(today(now), months)
    kinds: dict[date, dict[str, Sum]] = {first: {} for first in firsts}
    which = _month(firsts)
    went = Message.sent_at.is_not(None)
    query = (
        select(which, Message.kind, *_sums(went))
        .where(Message.channel == CHANNEL, went | (Message.state == MessageState.UNKNOWN))
        .where(_when() >= at(firsts[-1], time(0)))
        .group_by(which, Message.kind)
    )
    for number, kind, *sums in db.execute(query):
        kinds[firsts[number]][kind] = Sum(*(int(each or 0) for each in sums))
    return [Month(first, kinds[first]) for first in firsts]


def _firsts(day: date, months: int) -> list[date]:
    """The first days of the latest months, the newest first."""
    count = day.year * 12 + day.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(months)]


def _when() -> ColumnElement[datetime]:
    # What nobody can tell of was never noted as sent: then it counts when it was taken up.
    return func.coalesce(Message.sent_at, Message.claimed_at)


def _month(firsts: Sequence[date]) -> ColumnElement[int]:
    """The number of the month in `firsts`. Its bounds are instants: the databases know nothing of the city's clock."""
    return case(*((_when() >= at(first, time(0)), number) for number, first in enumerate(firsts)), else_=len(firsts))


def _sums(went: ColumnElement[bool]) -> list[ColumnElement[int]]:
    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    def total(column: ColumnElement[int | None]) -> ColumnElement[int]:
        return func.sum(case((went, func.coalesce(column, 0)), else_=0))

    return [
        count(went),
        total(Message.parts.expression),
        total(Message.cost.expression),
        count(went, Message.parts.is_(None)),
        count(went, Message.cost.is_(None)),
        count(~went),
    ]
