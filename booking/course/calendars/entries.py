"""One meeting as one person's calendar shows it: neutral to whoever else looks at that calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.base.secrecy import lookup
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a calendar. A `uid` stays for ever; of two entries with one uid the higher `sequence` is newer.

    Times are instants. `place` and `about` may be empty. What is `cancelled` stays to be seen as such.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    about: str = ""
    cancelled: bool = False


def uid(*whose: object) -> str:
    """A name for one event that never changes and says nothing: a keyed hash."""
    return lookup("calendar/" + "/".join(map(str, whose)))[:40]


def entry(session: GroupSession, name: str, *, title: str, place: str, about: str, gone: bool = False) -> Entry:
    """The entry of a meeting. `gone`: it may be, but whoever the calendar belongs to no longer has a place there."""
    off = session.state is SessionState.CANCELLED
    shown = _("Inställt: %(title)s", title=title) if off else _("Avbokat: %(title)s", title=title) if gone else title
    return Entry(
        uid=name,
        sequence=2 * session.version + gone,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=shown,
        place=place,
        about=about,
        cancelled=off or gone,
    )


def whereabouts(group: Group) -> str:
    """Where the group meets, on one line; of meetings on the net no address is told."""
    if group.online or group.venue is None:
        return _("På nätet")
    return f"{group.venue.name}, {group.venue.address}"
