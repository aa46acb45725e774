"""The first page: the next meeting and who comes to it, what is to be filled in, what comes after, the own groups."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import render_template

from booking.catalogue import groups, sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import Openness
from booking.web import access
from booking.web.leaders import door, follow_ups, own

SHOWN_LATER = 6
SHOWN_AFTER_END = timedelta(days=30)


@door.get("/")
@access.for_leaders
def today() -> str:
    """The leader's own meetings, the next one first."""
    led = groups.list_led(access.db(), access.account().id)
    meetings = sessions.list_of_all(access.db(), [group.id for group in led])
    running = {group.id for group in led if group.state in (GroupState.OPEN, GroupState.ENDED)}
    planned = [each for each in meetings if each.state is SessionState.PLANNED and each.group_id in running]
    coming = [each for each in planned if each.ends_at > access.now()]
    return render_template(
        "leaders/today.html",
        next=coming[0] if coming else None,
        rows=own.rows(coming[0]) if coming else [],
        opens=attendance.opens_at(coming[0]) <= access.now() if coming else False,
        later=coming[1 : 1 + SHOWN_LATER],
        missing=_missing([each for each in planned if each.ends_at <= access.now()]),
        lines=follow_ups.listed([group for group in led if group.id in running]),
        groups=[group for group in led if _is_shown(group, meetings, access.now())],
    )


def _missing(past: list[GroupSession]) -> list[GroupSession]:
    """Meetings that have been and whose attendance is not complete, as long as it can be filled in."""
    lately = [each for each in past if own.openness(each.group) is not Openness.COUNTS]
    return [each for each in lately if not attendance.is_complete(access.db(), each)]


def _is_shown(group: Group, meetings: list[GroupSession], now: datetime) -> bool:
    ends = [each.ends_at for each in meetings if each.group_id == group.id]
    return not ends or max(ends) + SHOWN_AFTER_END > now
