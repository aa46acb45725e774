"""The family's meetings in its own calendar: a file to take in once, or an address to fetch them from again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _
from booking.course import calendars
from booking.people.families import Carer
from booking.web import access, feeds
from booking.web.parents import door, own


@door.route("/min/<token>/kalender", methods=["GET", "POST"])
def calendar(token: str) -> str:
    """What can be had. A post makes a private address, or a new one instead; it is shown here and never again."""
    carer = own.carer(token)
    return _page(token, carer, feeds.new_address(carer) if request.method == "POST" else None)


@door.get("/min/<token>/kalender/traffar.ics")
def calendar_file(token: str) -> Response:
    """The meetings as a file."""
    carer = own.carer(token)
    return feeds.file(calendars.list_all(access.db(), carer, feeds.sender(), now=access.now()))


@door.post("/min/<token>/kalender/stang")
def calendar_close(token: str) -> Response:
    """Close the address: calendar programmes that have it get nothing more."""
    calendars.close_address(access.db(), own.carer(token), now=access.now())
    flash(_("Adressen är stängd. Kalendrar som har den får inget mer."), "success")
    return redirect(url_for("parents.calendar", token=token), 303)


def _page(token: str, carer: Carer, address: dict[str, str] | None) -> str:
    db = access.db()
    entries = calendars.list_all(db, carer, feeds.sender(), now=access.now())
    return render_template(
        "parents/calendar.html",
        token=token,
        discreet=carer.family.discreet,
        any_meetings=any(each.ends_at > access.now() and not each.cancelled for each in entries),
        has_address=calendars.has_address(db, carer),
        address=address,
    )
