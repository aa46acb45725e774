"""What a message would say: every text with the values of a real coming group, and never of a family.

The link is made up and opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import sessions
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.outbox import wording
from booking.outbox.letters import Letter
from booking.people.writing import Sender
from booking.places import waits
from booking.places.waits import Wait
from booking.records.accounts import Account

MADE_UP, CODE = "Exempel0Exempel0", "K74"
PATHS = {"offer": "e", "offer_halfway": "e", "invitation": "i", "still_wanted": "k"}
WAIT = Wait(low_weeks=4, high_weeks=9, share=80, based_on=40)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the values are taken from: a group with its coming meetings and leaders, and who writes, at what time."""

    sender: Sender
    group: Group
    meetings: Sequence[GroupSession]
    leaders: Sequence[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Reader:
    language: str
    mobile: str = "+46700000000"
    email: str = "exempel@example.org"


def scene(db: Session, sender: Sender, group: Group, *, now: datetime) -> Scene:
    """The scene of a group that is coming."""
    meetings = [each for each in sessions.list_of(db, group.id) if each.state is SessionState.PLANNED]
    leaders = [db.get_one(Account, leader.account_id).name for leader in group.leaders]
    return Scene(sender, group, meetings, leaders, now)


def letter(
    kind: str, channel: str, language: str, scene: Scene, words: wording.Words | None = None, **other: Any
) -> Letter:
    """The letter of a kind in this scene; `words` stand instead of the default, `other` values instead of ours."""
    return wording.letter(kind, channel, _Reader(language), "", words=words, **{**values(kind, scene), **other})


def values(kind: str, scene: Scene) -> dict[str, Any]:
    """What the texts of a kind are filled with."""
    programme, since = scene.group.programme, today(scene.now - timedelta(days=40))
    reply_by = scene.now + timedelta(days=2)
    common = {
        "link": f"{scene.sender.address}/{PATHS.get(kind, 'm')}/{MADE_UP}",
        "city": scene.sender.city,
        "phone": scene.sender.phone,
        "group": scene.group,
        "programme": programme,
        "dates": [each.starts_at for each in scene.meetings],
        "session": scene.meetings[0],
        "following": scene.meetings[1] if len(scene.meetings) > 1 else scene.meetings[0],
        "leaders": scene.leaders,
        "since": since,
        "offer": SimpleNamespace(reply_by=reply_by, group=scene.group),
        "discreet": False,
        "answer": CODE if scene.sender.answerable else None,
    }
    return {**common, **_OF_KIND.get(kind, {}), **_with_waits(kind, programme, since)}


def _with_waits(kind: str, programme: object, since: object) -> Mapping[str, Any]:
    if kind == "still_waiting":
        return {"waits": [(programme, since, WAIT)], "sentence": waits.sentence}
    return {"waits": [(programme, since)]}


_OF_KIND: dict[str, dict[str, Any]] = {
    "answer_away": {"code": CODE},
    "answer_stopped": {"mail": True},
    "confirm": {"code": "482913", "minutes": 15},
    "group_cancelled": {"first": True, "begun": False},
    "group_moved": {"placed": True},
    "reminder": {"days": 1, "count": 6, "bring": ""},
    "missed": {"days": 0},
}
