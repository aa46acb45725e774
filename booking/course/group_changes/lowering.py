"""Lowering the minimum: the group starts with fewer. Nobody loses or gains a place by it; the next allocation looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.programmes import Programme
from booking.course.group_changes import risks
from booking.course.group_changes.refused import Refused, stale
from booking.course.group_changes.risks import Outlook
from booking.records import audit, ledger
from booking.records.audit import Actor


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a lower minimum comes to: `outlook` is how far the group comes as things are."""

    minimum: int
    before: int
    outlook: Outlook

    @property
    def certain(self) -> bool:
        """True when those who have a place are enough."""
        return self.outlook.taken >= self.minimum

    @property
    def enough(self) -> bool:
        """True when it starts if everyone who is or would be offered a place says yes."""
        return self.outlook.reach >= self.minimum


def least(programme: Programme) -> int:
    """The fewest a group may start with and still be what the programme is: half of its usual minimum, at least 1."""
    return max(1, -(-programme.minimum // 2))


def what_if_lowered(db: Session, group: Group, minimum: int, *, now: datetime) -> Lowered:
    """What it would come to. Changes nothing. Refused (code "minimum") outside what may be chosen."""
    if group.state is not GroupState.OPEN or group.first_day <= today(now):
        raise Refused(_("Gruppen har börjat, är inställd eller är slut."), code="changed")
    fewest = least(group.programme)
    if not fewest <= minimum < group.minimum:
        bounds = {"least": fewest, "most": group.minimum - 1}
        raise Refused(_("Minsta antalet kan sänkas till mellan %(least)s och %(most)s.", **bounds), code="minimum")
    return Lowered(minimum, group.minimum, risks.outlook(db, group))


def lower(db: Session, group: Group, minimum: int, *, version: int, now: datetime, by: Actor, reason: str) -> Lowered:
    """Let the group start with fewer; `version` is the one that was looked at."""
    group = groups.lock(db, [group.id])[group.id]
    if group.version != version:
        raise stale()
    done = what_if_lowered(db, group, minimum, now=now)
    group.minimum, group.touched_at = minimum, now
    db.flush()
    changes = {"minimum": (done.before, minimum)}
    audit.note(db, "minimum lowered", group, now=now, by=by, reason=reason, changes=changes)
    ledger.write(
        db, "minimum lowered", now=now, programme_id=group.programme_id, group_id=group.id,
        before=done.before, after=minimum,
    )  # fmt: skip
    return done
