"""One meeting: who comes, and their attendance.

One form saves everyone. Each person's choice is sent together with what the page showed before, so that a page that
has lain open never takes away what somebody else has ticked since: only what was changed on the page is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _, ngettext
from booking.catalogue.sessions import GroupSession, SessionState
from booking.course import attendance
from booking.course.attendance import TICKS, AttendanceState, Openness, Person, Row
from booking.web import access
from booking.web.leaders import door, own

EVERYONE_ELSE = "everyone_else"


@dataclass(frozen=True, slots=True)
class Change:
    """One person's tick, as changed on the page. `surprising`: somebody else has ticked differently meanwhile."""

    row: Row
    seat: int
    state: AttendanceState | None
    surprising: bool


@door.get("/traff/<code>")
@access.for_leaders
def meeting(code: str) -> str:
    """Who comes and what is noted."""
    session = own.meeting(code)
    rows = own.rows(session)
    return render_template(
        "leaders/meeting.html",
        session=session,
        group=session.group,
        rows=rows,
        ticks=TICKS,
        count=own.counted([session])[session.id],
        complete=bool(rows) and attendance.is_complete(access.db(), session),
        opens=attendance.opens_at(session),
        is_open=attendance.opens_at(session) <= access.now() and session.state is SessionState.PLANNED,
        openness=own.openness(session.group).value,
    )


@door.post("/traff/<code>")
@access.for_leaders
def save(code: str) -> Response:
    """Write what was changed on the page."""
    session = own.meeting(code)
    if own.openness(session.group) is Openness.COUNTS:
        abort(404)
    changes = [change for row in own.rows(session) for person in row.persons for change in _change(row, person)]
    for change in changes:
        _tick(session, change)
    _tell(changes)
    return redirect(url_for("leaders.meeting", code=code), 303)


def _change(row: Row, person: Person) -> list[Change]:
    """The change the page asks for, if any."""
    field = f"{row.placement.id}-{person.seat}"
    shown, chosen = request.form.get(f"shown-{field}", ""), request.form.get(f"tick-{field}")
    if chosen is None and person.state is None and EVERYONE_ELSE in request.form:
        chosen = AttendanceState.PRESENT.value
    if chosen is None or chosen == shown:
        return []
    state, is_now = _state(chosen), person.state.value if person.state in TICKS else ""
    return [Change(row, person.seat, state, surprising=is_now not in (shown, chosen))]


def _state(chosen: str) -> AttendanceState | None:
    if chosen and chosen not in {state.value for state in TICKS}:
        abort(400)
    return AttendanceState(chosen) if chosen else None


def _tick(session: GroupSession, change: Change) -> None:
    attendance.tick(
        access.db(),
        session,
        change.row.placement,
        change.seat,
        change.state,
        now=access.now(),
        by=access.account().actor,
    )


def _tell(changes: list[Change]) -> None:
    if not changes:
        flash(_("Inget var ändrat."), "info")
        return
    flash(ngettext("Sparat för %(num)d person.", "Sparat för %(num)d personer.", len(changes)), "success")
    if surprises := sum(change.surprising for change in changes):
        text = ngettext(
            "Någon annan fyllde i %(num)d person på ett annat sätt medan du hade sidan öppen. Ditt svar gäller nu.",
            "Någon annan fyllde i %(num)d personer på ett annat sätt medan du hade sidan öppen. Dina svar gäller nu.",
            surprises,
        )
        flash(text, "warning")
