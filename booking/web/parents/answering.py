"""Answering: a free place, a meeting one cannot come to, leaving the queue or the group.

Opening a page changes nothing; a button posts. The same answer twice is harmless and ends in the same page.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.catalogue import groups
from booking.course import attendance, leaving
from booking.people import changing
from booking.people.families import Carer
from booking.people.registrations import Registration, RegistrationState
from booking.places import at_once, placements, standing
from booking.places.placements import Placement, PlacementState
from booking.web import access
from booking.web.parents import door, own
from booking.web.parents.showing import shown

Answer = str | Response | tuple[str, int]


@door.get("/min/<token>/anmalan/<code>/plats")
def accepted(token: str, code: str) -> Answer:
    """What they now have, and whether they still want what else they wait for."""
    carer = own.carer(token)
    registration = own.registration(carer, code)
    placement = placements.find_live(access.db(), registration.id)
    if placement is None or placement.state is not PlacementState.TAKEN:
        return redirect(url_for("parents.mine", token=token))
    others = [told for told in standing.list_of(access.db(), carer, now=access.now()) if told.waits]
    group = shown(access.db(), placement.group, registration)
    return render_template("parents/mine_accepted.html", token=token, group=group, others=others)


@door.post("/min/<token>/anmalan/<code>/ta")
@own.leads_back
def take(token: str, code: str) -> Answer:
    """Take a free place at once."""
    carer = own.carer(token)
    registration = own.registration(carer, code)
    group = groups.get_by_code(access.db(), request.form.get("group", ""))
    after = redirect(url_for("parents.accepted", token=token, code=code), 303)
    if not _has_place_in(registration, group.id):
        at_once.take(access.db(), registration, group, now=access.now(), by=carer.actor)
    return after


def _has_place_in(registration: Registration, group_id: int) -> bool:
    live = placements.find_live(access.db(), registration.id)
    return live is not None and live.state is PlacementState.TAKEN and live.group_id == group_id


@door.post("/min/<token>/anmalan/<code>/kvar")
@own.leads_back
def stay(token: str, code: str) -> Answer:
    """Yes, we still want a place."""
    carer = own.carer(token)
    changing.stay(access.db(), own.registration(carer, code), now=access.now(), by=carer.actor)
    flash(_("Tack! Ni står kvar i kön."), "success")
    return redirect(url_for("parents.mine", token=token), 303)


@door.get("/min/<token>/anmalan/<code>/lamna")
def leave(token: str, code: str) -> Answer:
    """Ask once whether they are sure, and say what it means."""
    registration = own.registration(own.carer(token), code)
    told = standing.of(access.db(), registration, now=access.now())
    if registration.state not in leaving.LEAVABLE:
        return redirect(url_for("parents.mine", token=token))
    return render_template("parents/withdraw.html", token=token, told=told, registration=registration)


@door.post("/min/<token>/anmalan/<code>/lamna", endpoint="leave_now")
@own.leads_back
def leave_now(token: str, code: str) -> Answer:
    """Leave the queue, or the group with or without the queue (field `stay`)."""
    carer = own.carer(token)
    registration = own.registration(carer, code)
    stays = request.form.get("stay") == "yes"
    if not _has_left(registration, stays=stays):
        _leave(registration, carer, stays=stays)
    flash(
        _("Ni har lämnat tillbaka platsen och står kvar i kön.") if stays else _("Er anmälan är borttagen."), "success"
    )
    return redirect(url_for("parents.mine", token=token), 303)


def _has_left(registration: Registration, *, stays: bool) -> bool:
    """True at a second click: what was asked for is already so."""
    return registration.state is (RegistrationState.WAITING if stays else RegistrationState.WITHDRAWN)


def _leave(registration: Registration, carer: Carer, *, stays: bool) -> None:
    db, now, by = access.db(), access.now(), carer.actor
    if stays:
        leaving.leave_group(db, _place_of(registration), now=now, by=by, stay_in_queue=True)
    else:
        leaving.withdraw(db, registration, now=now, by=by)


def _place_of(registration: Registration) -> Placement:
    live = placements.find_live(access.db(), registration.id)
    if live is None:
        raise NotFound
    return live


@door.post("/min/<token>/traff/<code>/forhinder")
@own.leads_back
def away(token: str, code: str) -> Answer:
    """We can't come this time."""
    carer = own.carer(token)
    session, placement = own.meeting(carer, code)
    attendance.say_away(access.db(), session, placement, now=access.now(), by=carer.actor)
    flash(_("Tack för att ni sa till. Vi ses nästa gång."), "success")
    return redirect(url_for("parents.mine", token=token), 303)


@door.post("/min/<token>/traff/<code>/kommer")
@own.leads_back
def coming(token: str, code: str) -> Answer:
    """We can come after all."""
    carer = own.carer(token)
    session, placement = own.meeting(carer, code)
    attendance.take_back_away(access.db(), session, placement, now=access.now(), by=carer.actor)
    flash(_("Vad bra, då ses vi."), "success")
    return redirect(url_for("parents.mine", token=token), 303)
