"""An open invitation: a free place that goes to the first who answers.

Opening the page changes nothing, and says whether there is room this moment. Who was not first is told so plainly.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _
from booking.places import invitations
from booking.places.invitations import Invitation, InvitationState
from booking.web import access
from booking.web.parents import door, own
from booking.web.parents.showing import shown

Answer = str | Response | tuple[str, int]


@door.get("/min/<token>/inbjudan/<code>")
def invitation(token: str, code: str) -> Answer:
    """What it is, that the first to answer gets it, and two buttons; or that it is taken or over."""
    found = own.invitation(own.carer(token), code)
    is_open = invitations.may_be_answered(access.db(), found, now=access.now())
    return _page(token, found), 200 if is_open or found.state is InvitationState.ACCEPTED else 410


@door.post("/min/<token>/inbjudan/<code>/ja")
@own.leads_back
def invitation_yes(token: str, code: str) -> Answer:
    """Yes; whoever was not first gets the page that says so."""
    carer = own.carer(token)
    found = own.invitation(carer, code)
    if found.state is not InvitationState.ACCEPTED:
        try:
            with access.db().begin_nested():
                invitations.accept(access.db(), found, now=access.now(), by=carer.actor)
        except invitations.Refused as refusal:
            if refusal.code not in ("taken", "closed"):
                raise
            access.db().refresh(found)
            return _page(token, found), 409
    return redirect(url_for("parents.accepted", token=token, code=found.registration.code), 303)


@door.post("/min/<token>/inbjudan/<code>/nej")
@own.leads_back
def invitation_no(token: str, code: str) -> Answer:
    """No, thank you; nothing changes."""
    carer = own.carer(token)
    found = own.invitation(carer, code)
    if found.state is InvitationState.OPEN:
        invitations.decline(access.db(), found, now=access.now(), by=carer.actor)
    flash(_("Tack för svaret. Er plats i kön är kvar, och inget annat ändras."), "success")
    return redirect(url_for("parents.mine", token=token), 303)


def _page(token: str, found: Invitation) -> str:
    now = access.now()
    hindrance = invitations.in_the_way(access.db(), found, now=now)
    return render_template(
        "parents/invitation.html",
        token=token,
        invitation=found,
        group=shown(access.db(), found.group, found.registration),
        is_open=invitations.may_be_answered(access.db(), found, now=now),
        hindrance=hindrance,
        taken=hindrance in invitations.TAKEN,
    )
