"""Somebody has spoken with a family that did not answer: its offers go on."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _
from booking.people import changing
from booking.web import access
from booking.web.staff import asking, door, own


@door.route("/anmalan/<code>/pratat", methods=["GET", "POST"])
@access.for_staff
def spoken(code: str) -> str | Response | tuple[str, int]:
    """Say what was said; a second click changes nothing more."""
    found = own.registration(code)
    form, back = asking.ReasonForm(), url_for("staff.registration", code=code)
    if form.sent_and_valid():
        if found.paused_at is not None:
            who, reason = access.account().actor, form.reason.data or ""
            changing.spoken(access.db(), found, reason=reason, now=access.now(), by=who)
        flash(_("Familjen kan få erbjudanden igen. Kötiden är densamma."), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Någon har pratat med familjen"),
        lines=[
            _("Familjen svarade inte på det förra erbjudandet, så nya erbjudanden vilar."),
            _("Gör det här när ni har pratat med familjen och den fortfarande vill ha en plats."),
        ],
        button=_("Låt familjen få erbjudanden igen"),
        back=back,
        here="queue",
    )
