"""Messages that did not arrive, that nobody can tell of, or that wait: counted, listed and grouped by cause, for staff.

Texts and addresses are not shown here. What has been sent again is no trouble any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from booking.outbox import causes, waiting
from booking.outbox.causes import Cause
from booking.outbox.messages import Message, MessageState

TROUBLED = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages wait, wait since long, failed, or nobody can tell of."""

    queued: int
    late: int
    failed: int
    unknown: int

    @property
    def troubled(self) -> int:
        """What needs a hand."""
        return self.failed + self.unknown


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages of one channel with one cause: how many, the first's time, and how many it is not too late for."""

    state: MessageState
    channel: str
    cause: Cause
    count: int
    since: datetime
    of_use: int
    codes: tuple[str, ...]


def counts(db: Session, *, now: datetime, carer_ids: Select[Any] | None = None) -> Counts:
    """How many there are; `carer_ids` is a query that narrows it to some carers."""
    late = waiting.is_late(waiting.look(db, now=now))

    def number(*conditions: ColumnElement[bool]) -> int:
        return db.scalar(_those(select(func.count()).select_from(Message), conditions, carer_ids)) or 0

    return Counts(
        queued=number(Message.state == MessageState.QUEUED),
        late=number(late),
        failed=number(Message.state == MessageState.FAILED, ~tried_again()),
        unknown=number(Message.state == MessageState.UNKNOWN, ~tried_again()),
    )


def groups(db: Session, *, now: datetime, carer_ids: Select[Any] | None = None) -> list[Trouble]:
    """What failed and what nobody can tell of, by cause; the most first."""
    of_use = func.sum(case((still_of_use(now), 1), else_=0))
    alike: list[Any] = [Message.state, Message.channel, _code()]
    figures = select(*alike, func.count(), func.min(Message.made_at), of_use).group_by(*alike)
    query = _those(figures, (Message.state.in_(TROUBLED), ~tried_again()), carer_ids)
    found: dict[tuple[MessageState, str, str], Trouble] = {}
    for state, channel, code, count, since, usable in db.execute(query):
        one = Trouble(state, channel, causes.of(code, channel), count, since, usable, (code,))
        key = state, channel, one.cause.name
        found[key] = _together(found[key], one) if key in found else one
    return sorted(found.values(), key=lambda each: (-each.count, each.channel, each.cause.name))


def _together(one: Trouble, other: Trouble) -> Trouble:
    return replace(
        one,
        count=one.count + other.count,
        since=min(one.since, other.since),
        of_use=one.of_use + other.of_use,
        codes=one.codes + other.codes,
    )


def find(groups: Iterable[Trouble], state: str, channel: str, cause: str) -> Trouble | None:
    """The group that an address names."""
    wanted = state, channel, cause
    return next((each for each in groups if (each.state.value, each.channel, each.cause.name) == wanted), None)


def list_in(
    db: Session, state: MessageState, *, carer_ids: Select[Any] | None = None, limit: int = 50, offset: int = 0
) -> list[Message]:
    """The messages in that state, newest first; those that have been sent again are left out."""
    query = _those(select(Message), (Message.state == state, ~tried_again()), carer_ids)
    return list(db.scalars(query.order_by(Message.id.desc()).limit(limit).offset(offset)))


def list_of(
    db: Session, group: Trouble, *, carer_ids: Select[Any] | None = None, limit: int = 50, offset: int = 0
) -> list[Message]:
    """The messages of the group, newest first."""
    query = _those(select(Message), of_group(group), carer_ids)
    return list(db.scalars(query.order_by(Message.id.desc()).limit(limit).offset(offset)))


def of_group(group: Trouble) -> list[ColumnElement[bool]]:
    """What makes a message one of the group."""
    alike = Message.state == group.state, Message.channel == group.channel, _code().in_(group.codes)
    return [*alike, ~tried_again()]


def still_of_use(now: datetime) -> ColumnElement[bool]:
    """What the message is about has not been yet."""
    return or_(Message.not_after.is_(None), Message.not_after > now)


def tried_again() -> ColumnElement[bool]:
    """A later attempt at the same message exists: the same key but for the number at its end."""
    later = aliased(Message)
    stem, same = func.rtrim(Message.key, "0123456789"), func.rtrim(later.key, "0123456789")
    same_message = (later.kind == Message.kind) & (later.thing_id == Message.thing_id) & (stem == same)
    return select(later.id).where(same_message, later.id > Message.id).exists()


def _code() -> ColumnElement[str]:
    return func.coalesce(Message.fault, Message.why, "")


def _those(
    query: Select[Any], conditions: Collection[ColumnElement[bool]], carer_ids: Select[Any] | None
) -> Select[Any]:
    query = query.where(*conditions)
    return query if carer_ids is None else query.where(Message.carer_id.in_(carer_ids))
