"""The groups: a list to filter, one group with its places, roster and meetings, and changes to its sizes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from booking.base.clock import today
from booking.base.texts import _
from booking.catalogue import groups as all_groups
from booking.catalogue import programmes, sessions
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession
from booking.course import attendance, group_changes, interest
from booking.people.registrations import Registration
from booking.places.offers import Offer, OfferState
from booking.places.placements import COUNTING, Placement
from booking.records.accounts import Account
from booking.web import access
from booking.web.staff import door, group_new, history, own

SHOWN = ("coming", "risk", "free", "hidden", "running", "cancelled")


@dataclass(frozen=True, slots=True)
class OnRoster:
    """A family with a place or an offer. `registration` is None for one the coordinator may not see."""

    placement: Placement
    registration: Registration | None
    offer: Offer | None


@door.get("/grupper")
@access.for_staff
def groups() -> str:
    """Groups by programme and district; `show` picks coming, at risk, with free places, hidden, running, cancelled."""
    show = request.args.get("show", "coming")
    programme, district = own.chosen_programme(), own.chosen_district()
    found = [group for group in _shown(show) if programme is None or group.programme_id == programme.id]
    if district is not None:
        found = [group for group in found if group.is_resident(district.id, access.atlas())]
    elif not access.account().is_central and not request.args.get("all"):
        found = [group for group in found if access.may_run_group(group)]
    paging = own.paging(len(found))
    return render_template(
        "staff/groups.html",
        groups=found[paging.offset : paging.offset + own.PAGE],
        total=len(found),
        paging=paging,
        show=show,
        programme=programme,
        district=district,
        programmes=programmes.list_active(access.db()),
        districts=access.atlas().standing(today(access.now())),
        at_risk={group.id for group in group_changes.list_at_risk(access.db(), now=access.now())},
    )


def _shown(show: str) -> list[Group]:
    db, now = access.db(), access.now()
    if show == "risk":
        return group_changes.list_at_risk(db, now=now)
    if show in ("hidden", "cancelled", "running"):
        return list(db.scalars(_in_state(show).order_by(Group.first_day.desc(), Group.id)))
    coming = all_groups.list_coming(db, today=today(now))
    return [group for group in coming if show != "free" or group.free > 0]


def _in_state(show: str) -> Select[Group]:
    if show == "running":
        return select(Group).where(Group.state == GroupState.OPEN, Group.first_day <= today(access.now()))
    return select(Group).where(Group.state == GroupState(show))


@door.get("/grupp/<code>")
@access.for_staff
def group(code: str) -> str:
    """One group. Any coordinator may look at it; names are shown of those whom they may see."""
    found = all_groups.get_by_code(access.db(), code)
    runs_it = access.may_run_group(found)
    leaders = [access.db().get_one(Account, leader.account_id).name for leader in found.leaders]
    atlas = access.atlas()
    meetings = sessions.list_of(access.db(), found.id)
    coming = found.state is GroupState.OPEN and found.first_day > today(access.now())
    outlook = group_changes.outlook(access.db(), found) if coming else None
    return render_template(
        "staff/group.html",
        group=found,
        runs_it=runs_it,
        roster=_roster(found),
        meetings=meetings,
        came=_came(meetings),
        leaders=leaders,
        districts=[atlas.current(held.district_id).name for held in found.districts],
        lines=history.of_group(access.db(), found) if runs_it else [],
        outlook=outlook,
        at_risk=outlook is not None and outlook.is_at_risk(today(access.now())),
        asked={state.value: number for state, number in interest.answers(access.db(), found.id).items()},
    )


def _came(meetings: list[GroupSession]) -> dict[int, tuple[int, int]]:
    """How many were there, of how many are ticked; meetings without a tick are left out."""
    counts = attendance.counts(access.db(), [meeting.id for meeting in meetings])
    ticked = {key: sum(count[state] for state in attendance.TICKS) for key, count in counts.items()}
    here = (attendance.AttendanceState.PRESENT, attendance.AttendanceState.LATE)
    return {key: (sum(counts[key][state] for state in here), number) for key, number in ticked.items() if number}


def _roster(of: Group) -> list[OnRoster]:
    query = select(Placement).where(Placement.group_id == of.id, Placement.state.in_(COUNTING))
    query = query.options(selectinload(Placement.registration))
    placements = list(access.db().scalars(query.order_by(Placement.state.desc(), Placement.made_at, Placement.id)))
    open_offers = select(Offer).where(Offer.group_id == of.id, Offer.state == OfferState.OPEN)
    offers = {offer.placement_id: offer for offer in access.db().scalars(open_offers)}
    return [
        OnRoster(each, each.registration if access.may_see(each.registration) else None, offers.get(each.id))
        for each in placements
    ]


@door.post("/grupp/<code>/oppna")
@access.for_staff
def group_open(code: str) -> Response:
    """Show a hidden group and let it take families."""
    found = own.group(code)
    if found.state is not GroupState.OPEN:
        group_changes.publish(access.db(), found, now=access.now(), by=access.account().actor)
        flash(_("Gruppen är öppen."), "success")
    return redirect(url_for("staff.group", code=code), 303)


@door.route("/grupp/<code>/andra", methods=["GET", "POST"])
@access.for_staff
def group_change(code: str) -> str | Response | tuple[str, int]:
    """Change a group's sizes and leaders."""
    found = own.group(code)
    form = group_new.change_form(found)
    if form.sent_and_valid():
        try:
            group_changes.change(
                access.db(), found, form.sizes(), tuple(form.leaders.data or ()), version=form.seen_version(),
                now=access.now(), by=access.account().actor, reason=form.reason.data or "",
            )  # fmt: skip
        except group_changes.Refused as refusal:
            form.refuse_at(refusal)
        else:
            flash(_("Gruppen är ändrad."), "success")
            return redirect(url_for("staff.group", code=code), 303)
    if form.is_submitted():
        return render_template("staff/group_change.html", form=form, group=found, has_errors=True), 422
    return render_template("staff/group_change.html", form=form, group=found)
