"""One group: its meetings, its roster with ways to reach people, and the same on paper."""

from __future__ import annotations

from flask import abort, render_template

from booking.catalogue import sessions
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course.attendance import AttendanceState, Openness, Row
from booking.web import access
from booking.web.leaders import door, own


@door.get("/grupp/<code>")
@access.for_leaders
def group(code: str) -> str:
    """The group's meetings and roster."""
    found = own.group(code)
    meetings = sessions.list_of(access.db(), found.id)
    coming = _next(meetings)
    return render_template(
        "leaders/group.html",
        group=found,
        meetings=meetings,
        counts=own.counted(meetings),
        rows=own.rows(coming) if coming else [],
        openness=own.openness(found).value,
        now=access.now(),
    )


@door.get("/grupp/<code>/lista")
@access.for_leaders
def paper(code: str) -> str:
    """The roster as a sheet to print: one line per person, one column per meeting."""
    found = own.group(code)
    openness = own.openness(found)
    if openness is Openness.COUNTS:
        abort(404)
    meetings = [each for each in sessions.list_of(access.db(), found.id) if each.state is SessionState.PLANNED]
    sheets = [own.rows(each) for each in meetings]
    return render_template(
        "leaders/paper.html",
        group=found,
        meetings=meetings,
        rows=sheets[0] if sheets else [],
        marks=_marks(sheets),
        openness=openness.value,
        now=access.now(),
    )


def _next(meetings: list[GroupSession]) -> GroupSession | None:
    """The next meeting; when all have been, the last; None when there are none."""
    planned = [each for each in meetings if each.state is SessionState.PLANNED]
    return next((each for each in planned if each.ends_at > access.now()), planned[-1] if planned else None)


def _marks(sheets: list[list[Row]]) -> dict[tuple[int, int], list[AttendanceState | None]]:
    """What is noted at each meeting in turn, per placement's id and seat."""
    marks: dict[tuple[int, int], list[AttendanceState | None]] = {}
    for sheet in sheets:
        for row in sheet:
            for person in row.persons:
                marks.setdefault((row.placement.id, person.seat), []).append(person.state)
    return marks
