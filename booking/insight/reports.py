"""What became of those who registered: counted from the ledger alone, so the figures survive erasure.

The steps are those of the city's table of 2018 (signed up, took part), with what lies between them. A registration
counts once in every step it has ever reached.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from booking.records.ledger import LedgerLine

REGISTERED, OFFERED, PLACED, TICKED = "registered", "offer made", "place taken", "ticked"
HERE = ("present", "late")


@dataclass(frozen=True, slots=True)
class Way:
    """How many registrations for a programme came how far: whole numbers, each at most the one before it."""

    registered: int = 0
    offered: int = 0
    placed: int = 0
    took_part: int = 0


def ways(db: Session, *, home_ids: Collection[int] | None = None) -> dict[int, Way]:
    """How far registrations came, by programme id; only those of families in `home_ids`, if given."""
    registered, offered = _subjects(db, (REGISTERED,), home_ids), _subjects(db, (OFFERED, PLACED), home_ids)
    placed, came = _subjects(db, (PLACED,), home_ids), _came(db, home_ids)
    return {
        programme_id: Way(number, offered.get(programme_id, 0), placed.get(programme_id, 0), came.get(programme_id, 0))
        for programme_id, number in registered.items()
    }


def _subjects(db: Session, events: tuple[str, ...], home_ids: Collection[int] | None) -> dict[int, int]:
    # Who took a free place at once was, in effect, offered it: a step never counts fewer than the one after it.
    query = select(LedgerLine.programme_id, func.count(distinct(LedgerLine.subject))).where(
        LedgerLine.event.in_(events)
    )
    if home_ids is not None:
        query = query.where(LedgerLine.district_id.in_(home_ids))
    return {key: number for key, number in db.execute(query.group_by(LedgerLine.programme_id)) if key is not None}


def _came(db: Session, home_ids: Collection[int] | None) -> dict[int, int]:
    """Registrations of which somebody has been at a meeting at least once, by the last word on each person."""
    query = select(LedgerLine.programme_id, LedgerLine.subject, LedgerLine.values)
    query = query.where(LedgerLine.event.in_((TICKED, "tick taken away"))).order_by(LedgerLine.id)
    if home_ids is not None:
        query = query.where(LedgerLine.district_id.in_(home_ids))
    last: dict[tuple[int | None, str | None, int, int], bool] = {}
    for programme_id, subject, values in db.execute(query):
        last[programme_id, subject, values["meeting"], values["seat"]] = values["after"] in HERE
    came = {(programme_id, subject) for (programme_id, subject, _meeting, _seat), here in last.items() if here}
    return _counted([programme_id for programme_id, _subject in came])


def _counted(programme_ids: list[int | None]) -> dict[int, int]:
    return {each: programme_ids.count(each) for each in set(programme_ids) if each is not None}
