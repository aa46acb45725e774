"""What the ledger knows of each wait: when it began, when we saw it, how it ended. It survives erasure.

A wait ends with the first offer, or the first place for a family that needed none. What the family makes of the offer
is its own affair. A family that withdraws or is closed stopped waiting without our knowing how long it would have been.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue.districts import Atlas, atlas
from booking.places.waits.curve import FEWEST, Curve, Spell, Wait, curve
from booking.records.ledger import LedgerLine

REGISTERED = "registered"
OFFERED = ("offer made", "place taken")
LEFT = ("registration withdrawn", "closed")
READ = timedelta(days=3 * 365)
WINDOW = timedelta(days=2 * 365)
WIDE_DISTRICTS, WIDE_WEEKDAYS = 2, 3


class Key(NamedTuple):
    """A class of families: what they wait for, where they live, whether they can go to many groups; None for all."""

    programme_id: int
    district_id: int | None = None
    wide: bool | None = None

    @property
    def text(self) -> str:
        """The key as one word, for the database."""
        return ":".join("-" if each is None else str(int(each)) for each in self)

    def wider(self) -> list[Key]:
        """The class itself and those it is a part of, the narrowest first."""
        keys = [Key(self.programme_id, self.district_id), Key(self.programme_id)]
        return keys if self.wide is None else [self, *keys]


@dataclass(frozen=True, slots=True)
class Story:
    """One family's wait for one programme. `seen` is when it came into the queue, `ended` when it left it, if it has.

    `since` is the day it registered: earlier than `seen` when it had waited for another programme before.
    """

    key: Key
    since: date
    seen: date
    ended: date | None = None
    offered: bool = False

    def spell(self, day: date) -> Spell | None:
        """The wait as it was known before that day, looking back no longer than WINDOW; None when not in view."""
        if self.seen >= day:
            return None
        over = self.ended is not None and self.ended < day
        ended = self.ended if over and self.ended is not None else day
        entered = max(self.seen, day - WINDOW)
        if ended < entered:
            return None
        return Spell((entered - self.since).days, (ended - self.since).days, over and self.offered)


def is_wide(districts: int, weekdays: int) -> bool:
    """True for families that can go to several districts on several weekdays."""
    return districts >= WIDE_DISTRICTS and weekdays >= WIDE_WEEKDAYS


def read(db: Session, *, now: datetime) -> list[Story]:
    """Every wait that began within READ, by the districts of today."""
    places = atlas(db)
    begun: dict[str | None, tuple[Key, date, date]] = {}
    ended: dict[str | None, tuple[date, bool]] = {}
    query = select(LedgerLine.at, LedgerLine.event, LedgerLine.subject, LedgerLine.programme_id)
    query = query.add_columns(LedgerLine.district_id, LedgerLine.values)
    query = query.where(LedgerLine.event.in_((REGISTERED, *OFFERED, *LEFT)), LedgerLine.at >= now - READ)
    for line in db.execute(query.order_by(LedgerLine.at, LedgerLine.id)):
        if line.event == REGISTERED and line.programme_id is not None and line.district_id is not None:
            begun.setdefault(line.subject, (_key(line, places), _since(line), today(line.at)))
        else:
            ended.setdefault(line.subject, (today(line.at), line.event in OFFERED))
    return [Story(*known, *ended.get(subject, ())) for subject, known in begun.items()]


def _key(line: Any, places: Atlas) -> Key:
    counts = line.values.get("districts"), line.values.get("weekdays")
    wide = None if None in counts else is_wide(*counts)
    return Key(line.programme_id, places.current(line.district_id).id, wide)


def _since(line: Any) -> date:
    # Lines from before `since` was written down begin when we saw them.
    stated = line.values.get("since")
    return date.fromisoformat(stated) if stated else today(line.at)


def curves(stories: Iterable[Story], day: date) -> dict[Key, Curve]:
    """The curve of every class, as it could be known when that day began."""
    spells: dict[Key, list[Spell]] = defaultdict(list)
    for story in stories:
        if (spell := story.spell(day)) is not None:
            for key in story.key.wider():
                spells[key].append(spell)
    return {key: curve(those) for key, those in spells.items()}


def best(found: dict[Key, Curve], key: Key, waited: int) -> tuple[Key, Wait] | None:
    """The range of the narrowest class that has enough history; None when none has."""
    for each in key.wider():
        made = found.get(each)
        wait = made.wait(waited, near=each.district_id is not None) if made else None
        if wait is not None:
            return each, wait
    return None


def half_left(found: dict[Key, Curve], key: Key, waited: int) -> int | None:
    """In how many more days half of such families are offered a place; None when too little is known to say."""
    for each in key.wider():
        made = found.get(each)
        if made is not None and made.known_after(waited) >= FEWEST:
            day = made.day_of(0.5, waited)
            return None if day is None else day - waited
    return None
