"""Two years of families who came before those in the demo, of whom the ledger alone remembers anything.

Their names and answers have been erased; what is left says what they waited for, since when, and how it ended. From
this comes how long a family is told that it may take. How many they are agrees with those who wait now: as many came
each week as the queue is long, divided by how long one waits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue.districts import District
from booking.insight import calibration
from booking.insight.demo.town import SEED, Town
from booking.insight.demo.waiting import EAGER_FOR_ABC
from booking.places import waits
from booking.places.waits.history import is_wide
from booking.records.ledger import LedgerLine

WEEKS = 110
# How many came each week, and how many weeks half of them waited.
A_WEEK = {
    "abc": 11.0, "komet-3-11": 5.0, "komet-12-18": 2.2, "fos": 1.0, "abc-0-2": 0.8, "abc-tonar": 0.5,
    "alskade-tonaring": 0.5,
}  # fmt: skip
HALF_WAITED = {
    "abc": 7.0, "komet-3-11": 13.0, "komet-12-18": 9.0, "fos": 6.0, "abc-0-2": 5.0, "abc-tonar": 8.0,
    "alskade-tonaring": 7.0,
}  # fmt: skip
# Where one waited longer or shorter for ABC than elsewhere: invented, as who asks eagerly is.
LONGER_FOR_ABC = {"farsta": 2.0, "kungsholmen": 1.4, "skarpnack": 0.6}
WIDE_IS_SHORTER, SPREAD = 0.75, 0.3
LEFT, TOOK, CAME = 12, 80, 85  # Percent: left the queue before an offer; said yes to it; came to a meeting.
PRESENT = {"meeting": 0, "seat": 1, "before": None, "after": "present"}


def build(db: Session, town: Town) -> None:
    """Write the ledger's lines, and learn from them what families are told."""
    dice = random.Random(SEED)  # noqa: S311  Dice of its own, so that nobody else's fall differently.
    lines = [line for code in A_WEEK for line in _programme(town, code, dice)]
    db.execute(insert(LedgerLine), lines)
    stories = waits.read(db, now=town.now)
    calibration.keep(db, calibration.look_back(stories, today(town.now)))
    waits.keep(db, waits.curves(stories, today(town.now)), now=town.now)


def _programme(town: Town, code: str, dice: random.Random) -> Iterator[dict[str, Any]]:
    homes = town.atlas.standing(town.day)
    eager = EAGER_FOR_ABC if code == "abc" else {}
    weights = [(each.population or 1) * eager.get(each.code, 1) for each in homes]
    for number in range(round(A_WEEK[code] * WEEKS)):
        since = town.now - timedelta(days=dice.uniform(1, 7 * WEEKS), minutes=dice.uniform(0, 600))
        yield from _family(town, code, dice.choices(homes, weights)[0], since, f"{code}-{number}", dice)


def _family(
    town: Town, code: str, home: District, since: datetime, subject: str, dice: random.Random
) -> Iterator[dict[str, Any]]:
    """One family's lines; none for those who would still wait: the ones in the queue stand in their place."""
    districts, weekdays = dice.choice((1, 1, 1, 2, 3)), dice.choice((2, 3, 5, 7))
    longer = LONGER_FOR_ABC.get(home.code, 1.0) if code == "abc" else 1.0
    shorter = WIDE_IS_SHORTER if is_wide(districts, weekdays) else 1.0
    waited = timedelta(weeks=HALF_WAITED[code] * longer * shorter * dice.lognormvariate(0, SPREAD))
    leaves = dice.random() * 100 < LEFT
    ended = since + waited * (dice.uniform(0.2, 1.0) if leaves else 1.0)
    takes, comes = dice.random() * 100 < TOOK, dice.random() * 100 < CAME
    if ended >= town.now - timedelta(days=1):
        return
    where = {"subject": subject, "programme_id": town.programmes[code].id, "district_id": home.id, "group_id": None}
    asked = {"since": today(since).isoformat(), "adults": 1, "districts": districts, "weekdays": weekdays}
    yield {"at": since, "event": "registered", "values": asked, **where}
    yield {"at": ended, "event": "registration withdrawn" if leaves else "offer made", "values": {}, **where}
    if takes and not leaves:
        yield {"at": ended + timedelta(hours=9), "event": "place taken", "values": {}, **where}
        if comes and ended < town.now - timedelta(weeks=6):
            yield {"at": ended + timedelta(weeks=5), "event": "ticked", "values": PRESENT, **where}
