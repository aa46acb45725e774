"""The leader's own meetings in their calendar: an address to fetch them from."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _
from booking.course import calendars
from booking.web import access, feeds
from booking.web.leaders import door


@door.route("/kalender", methods=["GET", "POST"])
@access.for_leaders
def calendar() -> str:
    """What can be had. A post makes a private address, or a new one instead; it is shown here and never again."""
    address = feeds.new_address(access.account()) if request.method == "POST" else None
    has_address = calendars.has_address(access.db(), access.account())
    return render_template("leaders/calendar.html", has_address=has_address, address=address)


@door.post("/kalender/stang")
@access.for_leaders
def calendar_close() -> Response:
    """Close the address: calendar programmes that have it get nothing more."""
    calendars.close_address(access.db(), access.account(), now=access.now())
    flash(_("Adressen är stängd. Kalendrar som har den får inget mer."), "success")
    return redirect(url_for("leaders.calendar"), 303)
