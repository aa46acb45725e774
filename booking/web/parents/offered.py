"""An offer: everything needed to decide, yes, and no with what else does not suit, in the same step.

Opening a page changes nothing; a button posts. The same answer twice is harmless and ends in the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base import texts
from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import districts
from booking.catalogue.groups import Group
from booking.people import changing
from booking.people.changing import Wishes
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places import explaining, offers, standing
from booking.places.offers import Offer, OfferState
from booking.web import access
from booking.web.parents import door, own
from booking.web.parents.showing import shown

Answer = str | Response | tuple[str, int]
DAY, PLACE = "not_weekday", "not_place"


@dataclass(frozen=True, slots=True)
class Unsuited:
    """What a family may say does not suit it beside its no: a field's name, the words, and the wishes without it.

    `left` is None when nothing would be left that could fit: then it cannot be said here.
    """

    name: str
    words: str
    left: Wishes | None


@door.get("/min/<token>/erbjudande/<code>")
def offer(token: str, code: str) -> Answer:
    """Everything needed to decide, and two buttons."""
    made = own.offer(own.carer(token), code)
    if not made.is_open(access.now()):
        return _closed(token, made), 410
    why = explaining.for_parent(made.reason_code, made.reason_values, made.group)
    group = shown(access.db(), made.group, made.registration)
    unsuited = _unsuited(made.registration, made.group)
    return render_template("parents/offer.html", token=token, offer=made, group=group, why=why, unsuited=unsuited)


def _closed(token: str, made: Offer) -> str:
    """Which it is, what is true now, one way forward."""
    told = standing.of(access.db(), made.registration, now=access.now())
    state = OfferState.EXPIRED if made.state is OfferState.OPEN else made.state
    return render_template("parents/offer_closed.html", token=token, offer=made, state=state.value, told=told)


@door.post("/min/<token>/erbjudande/<code>/ja")
@own.leads_back
def accept(token: str, code: str) -> Answer:
    """Yes."""
    carer = own.carer(token)
    made = own.offer(carer, code)
    after = url_for("parents.accepted", token=token, code=made.registration.code)
    return _answer(token, made, OfferState.ACCEPTED, offers.accept, carer) or redirect(after, 303)


@door.post("/min/<token>/erbjudande/<code>/nej")
@own.leads_back
def decline(token: str, code: str) -> Answer:
    """No; the place in the queue is kept. What else was ticked is kept in mind from now on."""
    carer = own.carer(token)
    made = own.offer(carer, code)
    refused = _answer(token, made, OfferState.DECLINED, offers.decline, carer)
    if refused is None:
        since = texts.dated(today(made.registration.waiting_since))
        flash(_("Ni har tackat nej. Er plats i kön är kvar: ni har väntat sedan %(day)s.", day=since), "success")
        _rule_out(made, carer)
    return refused or redirect(url_for("parents.mine", token=token), 303)


def _answer(
    token: str, made: Offer, wanted: OfferState, operation: Callable[..., object], carer: Carer
) -> tuple[str, int] | None:
    """Give the answer; a page when another answer, the clock or staff was first."""
    try:
        operation(access.db(), made, now=access.now(), by=carer.actor)
    except offers.Refused as refusal:
        if refusal.code != "closed":
            raise
        access.db().refresh(made)
        if made.state is not wanted:
            return _closed(token, made), 409
    return None


def _unsuited(registration: Registration, group: Group) -> list[Unsuited]:
    """The group's weekday and where it meets, as far as the family had chosen them."""
    now = changing.wishes(registration)
    day = texts.weekday_name(group.weekday)
    found = [Unsuited(DAY, _("%(day)s passar oss inte", day=day.capitalize()), _less(now, group, DAY))]
    if group.online:
        found.append(Unsuited(PLACE, _("Träffar på nätet passar oss inte"), _less(now, group, PLACE)))
    elif group.venue is not None:
        name = districts.atlas(access.db()).current(group.venue.district_id).name
        found.append(Unsuited(PLACE, _("%(district)s passar oss inte", district=name), _less(now, group, PLACE)))
    return found


def _less(now: Wishes, group: Group, name: str) -> Wishes | None:
    if name == DAY:
        return changing.without(now, group.weekday, (), online=False)
    atlas, venue = access.atlas(), group.venue
    there = [] if venue is None else [each for each in now.district_ids if atlas.same(each, venue.district_id)]
    return changing.without(now, None, there, online=group.online)


def _rule_out(made: Offer, carer: Carer) -> None:
    """Leave the weekday or the place out from now on, unless nothing would be left; and say so in plain words."""
    registration = made.registration
    for each in _unsuited(registration, made.group):
        if not request.form.get(each.name):
            continue
        now = changing.wishes(registration)
        left = _less(now, made.group, each.name)
        if left == now:
            continue  # A second click: it is written down already.
        if left is None:
            said = _("Vi har inte ändrat era svar: det skulle inte bli något kvar. Ändra dem på er sida om ni vill.")
            flash(said, "warning")
            continue
        changing.change(access.db(), registration, left, now=access.now(), by=carer.actor)
        flash(_("Vi har skrivit upp det: %(what)s. Ni kan ändra det på er sida.", what=each.words), "success")
