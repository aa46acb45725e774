"""One family's registration: what it asked for, where it stands, what has happened and why, what may be done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue.groups import Group, GroupState
from booking.course import group_changes, leaving
from booking.people import contacts, waitlist
from booking.people.fit import Need, unmet
from booking.people.registrations import Registration, RegistrationState
from booking.places import explaining, placements, steering
from booking.places.offers import Offer
from booking.places.placements import Placement, PlacementState
from booking.places.runs import AllocationRun, RunDecision, RunState
from booking.web import access
from booking.web.staff import asking, door, history, own

LATEST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A group the family might come to; `unmet` is what it does not meet of what the family needs."""

    group: Group
    unmet: list[Need]
    begun: bool
    room: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run decided for the family, and why."""

    run: AllocationRun
    decision: RunDecision
    why: str


@door.get("/anmalan/<code>")
@access.for_staff
def registration(code: str) -> str:
    """The family's page. Who only may see it, for its place in their group, sees neither its history nor what to do."""
    found = own.seen_registration(code)
    runs_it = access.may_run(found)
    db, live = access.db(), placements.find_live(access.db(), found.id)
    return render_template(
        "staff/registration.html",
        registration=found,
        runs_it=runs_it,
        live=live,
        position=waitlist.position(db, found),
        offers=[(offer, _why(offer)) for offer in _offers(found) if runs_it or access.may_run_group(offer.group)],
        decided=_decided(found) if runs_it else [],
        lines=history.of_registration(db, found) if runs_it else [],
        choices=_choices(found, live) if runs_it else [],
        steered=steering.find_for(db, found) if runs_it else None,
        leavable=runs_it and found.state in leaving.LEAVABLE,
        days=(access.now() - found.waiting_since).days,
        readable=contacts.readable,
    )


def _offers(of: Registration) -> list[Offer]:
    query = select(Offer).where(Offer.registration_id == of.id).order_by(Offer.id.desc())
    return list(access.db().scalars(query))


def _why(offer: Offer) -> str:
    return explaining.for_staff(offer.reason_code, offer.reason_values, offer.group)


def _decided(of: Registration) -> list[Decided]:
    """What the latest runs that were shown to somebody decided, newest first."""
    query = (
        select(RunDecision, AllocationRun)
        .join(AllocationRun, AllocationRun.id == RunDecision.run_id)
        .where(RunDecision.registration_id == of.id)
        .where(AllocationRun.state.in_((RunState.PROPOSED, RunState.PUBLISHED)))
        .order_by(AllocationRun.id.desc())
        .limit(LATEST_RUNS)
    )
    return [Decided(run, decision, reason_of(decision)) for decision, run in access.db().execute(query)]


def reason_of(decision: RunDecision, groups: dict[int, Group] | None = None) -> str:
    """Why a run decided so; `groups` are those already read, by id."""
    about = decision.reason_group_id
    group = None if about is None else (groups or {}).get(about) or access.db().get(Group, about)
    return explaining.for_staff(decision.reason_code, decision.reason_values, group)


def _choices(of: Registration, live: Placement | None) -> list[Choice]:
    """The open groups of the programme, those that fit first, then soonest first."""
    held = live is not None and live.state is PlacementState.HELD
    if held or of.state not in (RegistrationState.WAITING, RegistrationState.PLACED):
        return []
    query = select(Group).where(Group.programme_id == of.programme_id, Group.state == GroupState.OPEN)
    atlas, day = access.atlas(), today(access.now())
    choices = [
        Choice(group, unmet(of, group, atlas), group.first_day <= day, group.free >= of.seats)
        for group in access.db().scalars(query)
        if live is None or group.id != live.group_id
    ]
    return sorted(choices, key=lambda each: (bool(each.unmet), not each.room, each.group.first_day, each.group.id))


@door.route("/anmalan/<code>/ta-bort", methods=["GET", "POST"])
@access.for_staff
def withdraw(code: str) -> str | Response | tuple[str, int]:
    """Take the family out of the queue or its group, because it has asked for that."""
    found = own.registration(code)
    form = asking.ReasonForm()
    if form.sent_and_valid():
        reason = form.reason.data or ""
        group_changes.withdraw_by_hand(access.db(), found, now=access.now(), by=access.account().actor, reason=reason)
        flash(_("Anmälan är borttagen. Familjen får ett meddelande."), "success")
        return redirect(url_for("staff.registration", code=code), 303)
    return asking.page(
        form,
        title=_("Ta bort anmälan"),
        lines=[
            _("Gör det bara när familjen själv har bett om det. Familjen lämnar både kön och en plats om den har en."),
            _("Kötiden går inte att få tillbaka."),
        ],
        button=_("Ta bort anmälan"),
        back=url_for("staff.registration", code=code),
        here="queue",
    )
