"""Places by hand: offer one, give one, move a family, take an offer back. And the list of offers that are out.

What stands in the way is said before anything can be done, and what was said goes with the form: an obstacle that
came up since, such as a longer wait, is said first.
"""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response
from wtforms import HiddenField

from booking.base import clock
from booking.base.errors import Refused
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.groups import Group, GroupDistrict
from booking.course import group_changes
from booking.people.families import Family
from booking.people.fit import unmet
from booking.people.registrations import Registration, RegistrationState
from booking.places import publishing
from booking.places.offers import Offer, OfferState
from booking.places.placements import Hindrance
from booking.web import access
from booking.web.staff import asking, door, own

Answer = str | Response | tuple[str, int]


class HandForm(asking.ReasonForm):
    """Why, and the hindrances that were on the screen, as codes."""

    seen = HiddenField()

    def hindrances(self) -> frozenset[Hindrance]:
        """What had been said."""
        known = {each.value: each for each in Hindrance}
        return frozenset(known[code] for code in (self.seen.data or "").split(",") if code in known)


@door.route("/anmalan/<code>/grupp/<group_code>", methods=["GET", "POST"])
@access.for_staff
def by_hand(code: str, group_code: str) -> Answer:
    """One family, one group: what stands in the way, and the buttons."""
    registration = own.registration(code)
    group = groups.get_by_code(access.db(), group_code)
    form = HandForm()
    status = 200
    if form.sent_and_valid():
        try:
            _do(registration, group, form)
        except Refused as refusal:
            form.refuse(form.reason, refusal.sentence)
            status = 409
        else:
            return redirect(url_for("staff.registration", code=code), 303)
    elif form.is_submitted():
        status = 422
    return _page(registration, group, form, status)


def _do(registration: Registration, group: Group, form: HandForm) -> None:
    """Offer, place or move, as the pressed button says; only who runs the group may pass what stands in the way."""
    seen = form.hindrances() if access.may_run_group(group) else frozenset()
    db, now, by, reason = access.db(), access.now(), access.account().actor, form.reason.data or ""
    if registration.state is RegistrationState.PLACED:
        group_changes.move(db, registration, group, reason=reason, now=now, by=by, seen=seen)
        flash(_("Familjen är flyttad och får ett meddelande. Kötiden är densamma."), "success")
    elif request.form.get("how") == "place":
        group_changes.place_by_hand(db, registration, group, override=reason, now=now, by=by, seen=seen)
        flash(_("Familjen har fått platsen och får ett meddelande."), "success")
    else:
        group_changes.offer_by_hand(db, registration, group, override=reason, now=now, by=by, seen=seen)
        flash(_("Erbjudandet är skickat."), "success")


def _page(registration: Registration, group: Group, form: HandForm, status: int) -> tuple[str, int]:
    found = group_changes.hindrances_for(access.db(), registration, group, now=access.now())
    form.seen.data = ",".join(each.value for each in found)
    page = render_template(
        "staff/by_hand.html",
        registration=registration,
        group=group,
        form=form,
        final=[each for each in found if not each.may_be_overridden],
        passable=[each for each in found if each.may_be_overridden],
        unmet=unmet(registration, group, access.atlas()),
        runs_group=access.may_run_group(group),
        moves=registration.state is RegistrationState.PLACED,
        has_errors=status >= 400,
    )
    return page, status


@door.route("/erbjudande/<code>/ta-tillbaka", methods=["GET", "POST"])
@access.for_staff
def take_back(code: str) -> Answer:
    """Take an unanswered offer back."""
    offer = own.offer(code)
    back = url_for("staff.registration", code=offer.registration.code)
    form = asking.ReasonForm()
    after = redirect(back if access.may_run(offer.registration) else url_for("staff.offers"), 303)
    if offer.state is not OfferState.OPEN:  # A second click, or an old page: there is nothing left to take back.
        if not form.is_submitted():
            flash(_("Erbjudandet väntar inte längre på svar."), "info")
            return after
        if offer.state is OfferState.WITHDRAWN:
            return after
    if form.sent_and_valid():
        who = access.account().actor
        publishing.take_back(access.db(), offer, now=access.now(), by=who, reason=form.reason.data or "")
        flash(_("Erbjudandet är taget tillbaka. Familjen står kvar i kön."), "success")
        return after
    return asking.page(
        form,
        title=_("Ta tillbaka erbjudandet"),
        lines=[
            _("Familjen får ett meddelande där vi ber om ursäkt och säger att det inte beror på dem."),
            _("Har ingen hunnit få veta om erbjudandet skickas ingenting. De står kvar i kön."),
        ],
        button=_("Ta tillbaka erbjudandet"),
        back=back,
        here="queue",
    )


@door.get("/erbjudanden")
@access.for_staff
def offers() -> str:
    """The offers that are out, those that run out first first; with `?due=today` only today's."""
    due_today = request.args.get("due") == "today"
    return render_template("staff/offers.html", offers=list_open(due_today=due_today), due_today=due_today)


def list_open(*, due_today: bool = False) -> list[Offer]:
    """Open offers to own families or in own groups, the soonest to run out first."""
    query = _mine(select(Offer), due_today=due_today)
    query = query.options(selectinload(Offer.registration), selectinload(Offer.group))
    return list(access.db().scalars(query.order_by(Offer.reply_by, Offer.id)))


def count_open(*, due_today: bool = False) -> int:
    """How many there are."""
    return access.db().scalar(_mine(select(func.count(Offer.id)), due_today=due_today)) or 0


def _mine(query: Select[Any], *, due_today: bool) -> Select[Any]:
    query = query.where(Offer.state == OfferState.OPEN)
    if due_today:
        day = clock.next_day(clock.today(access.now()))
        query = query.where(Offer.reply_by < clock.at(day, time.min))
    if access.account().is_central:
        return query
    homes = own.home_ids(own.districts())
    lives = select(Registration.id).join(Family).where(Family.home_district_id.in_(homes))
    # As in `access.may_run_group`: a group of the whole city is the centre's, so it shows nobody else's families.
    belongs = (
        select(Group.id).join(GroupDistrict).where(GroupDistrict.district_id.in_(homes), Group.whole_city.is_(False))
    )
    return query.where(or_(Offer.registration_id.in_(lives), Offer.group_id.in_(belongs)))
