"""A run family by family: a list to filter, the line to one group in its order, and holding one offer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.catalogue import groups as all_groups
from booking.catalogue import programmes
from booking.catalogue.groups import Group
from booking.people.families import Family
from booking.people.registrations import Registration
from booking.places import runs as all_runs
from booking.places.runs import AllocationRun, DecisionState, RunDecision, RunState
from booking.web import access
from booking.web.staff import asking, door, own, proposal, run_sums
from booking.web.staff.proposal import Filter, Row, Show

SHOWN = {each.value: each for each in Show}
ASKED = ("show", "programme", "district", "group", "why", "page")


@dataclass(frozen=True, slots=True)
class InLine:
    """One row of the line to a group: an own family, or (`row` None) as many of others' as stand together."""

    row: Row | None
    families: int
    placed: bool
    resident: bool


@door.get("/forslag/<code>/familjer")
@access.for_staff
def run_families(code: str) -> str:
    """Own families in the run, by what came of it, programme, district, group and reason."""
    run = all_runs.get_by_code(access.db(), code)
    chosen = _chosen()
    total = proposal.count(run, chosen)
    paging = own.paging(total)
    return render_template(
        "staff/run_families.html",
        run=run,
        chosen=chosen,
        total=total,
        paging=paging,
        rows=proposal.rows(run, chosen, paging.offset),
        asked=_asked(),
        reasons=run_sums.reasons(run),
        programmes=programmes.list_active(access.db()),
        districts=own.districts(),
    )


def _asked() -> dict[str, Any]:
    """What the address asks for, so that one comes back to the list as it was filtered."""
    return {name: request.args[name] for name in ASKED if name in request.args}


def _chosen() -> Filter:
    group = request.args.get("group", "")
    return Filter(
        show=SHOWN.get(request.args.get("show", ""), Show.OFFERS),
        programme=own.chosen_programme(),
        district=own.chosen_district(),
        group=all_groups.get_by_code(access.db(), group) if group else None,
        why=request.args.get("why", ""),
    )


@door.get("/forslag/<code>/grupp/<group_code>")
@access.for_staff
def run_group(code: str, group_code: str) -> str:
    """Who gets a place in one group and who stands next, in the order of the rule: why these and not those."""
    run = all_runs.get_by_code(access.db(), code)
    group = all_groups.get_by_code(access.db(), group_code)
    line = _line(run, group)
    paging = own.paging(access.db().scalar(select(func.count()).select_from(line.subquery())) or 0)
    those = access.db().scalars(line.limit(own.PAGE).offset(paging.offset)).all()
    return render_template(
        "staff/run_group.html",
        run=run,
        group=group,
        line=_folded(those, group),
        paging=paging,
        sums=next((each for each in run_sums.groups(run) if each.group.id == group.id), None),
        runs_it=access.may_run_group(group),
    )


@door.get("/grupp/<code>/ko")
@access.for_staff
def group_line(code: str) -> Response:
    """The line to a group in the newest run there is."""
    newest = all_runs.find_last(access.db())
    group = all_groups.get_by_code(access.db(), code)
    if newest is None:
        return redirect(url_for("staff.runs"))
    return redirect(url_for("staff.run_group", code=newest.code, group_code=group.code))


def _line(run: AllocationRun, group: Group) -> Select[RunDecision]:
    """Those who get a place there, then those whose reason speaks of it; each in the order of the rule."""
    atlas = access.atlas()
    homes = [each for each in atlas.districts if group.is_resident(each, atlas)]
    lives_there = case((Family.home_district_id.in_(homes), 0), else_=1)
    about = and_(RunDecision.group_id.is_(None), RunDecision.reason_group_id == group.id)
    return (
        select(RunDecision)
        .join(Registration, Registration.id == RunDecision.registration_id)
        .join(Family, Family.id == Registration.family_id)
        .where(RunDecision.run_id == run.id, or_(RunDecision.group_id == group.id, about))
        .order_by(RunDecision.group_id.is_(None), lives_there, Registration.city_cancelled.desc())
        .order_by(Registration.waiting_since, Registration.lot, Registration.id)
        .options(selectinload(RunDecision.registration), selectinload(RunDecision.group))
    )


def _folded(decisions: Sequence[RunDecision], group: Group) -> list[InLine]:
    """Own families as they are; families of others that stand together, and share their outcome, as a number."""

    def alike(each: RunDecision) -> tuple[int, bool, bool]:
        mine = access.may_run(each.registration)
        resident = group.is_resident(each.registration.home_id, access.atlas())
        return each.id if mine else 0, each.group_id is not None, resident

    mine = [each for each in decisions if access.may_run(each.registration)]
    rows = {row.decision.id: row for row in proposal.explained(mine)}
    line: list[InLine] = []
    for (decision_id, placed, resident), those in groupby(decisions, key=alike):
        line.append(InLine(rows.get(decision_id), len(list(those)), placed, resident))
    return line


@door.route("/forslag/<code>/hall-tillbaka/<registration_code>", methods=["GET", "POST"])
@access.for_staff
def exclude(code: str, registration_code: str) -> str | Response | tuple[str, int]:
    """Hold one proposed offer back; the family keeps its place in the queue."""
    registration = own.registration(registration_code)
    decision = _proposed(code, registration)
    form, back = asking.ReasonForm(), url_for("staff.run_families", code=code, **_asked())
    if form.sent_and_valid():
        if decision.state is not DecisionState.EXCLUDED:
            who, reason = access.account().actor, form.reason.data or ""
            all_runs.exclude(access.db(), decision, now=access.now(), by=who, reason=reason)
        flash(_("Familjen hålls tillbaka i det här förslaget."), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Håll tillbaka ett erbjudande"),
        lines=[
            _("%(name)s får inget erbjudande när förslaget publiceras.", name=own.name_of(registration)),
            _("Familjen behåller sin plats i kön och är med i nästa fördelning."),
        ],
        button=_("Håll tillbaka"),
        back=back,
        here="runs",
    )


@door.post("/forslag/<code>/slapp-fram/<registration_code>")
@access.for_staff
def release(code: str, registration_code: str) -> Response:
    """Hold the offer back no longer."""
    decision = _proposed(code, own.registration(registration_code))
    if decision.state is DecisionState.EXCLUDED:
        all_runs.release(access.db(), decision, now=access.now(), by=access.account().actor)
    flash(_("Familjen hålls inte längre tillbaka i det här förslaget."), "success")
    return redirect(url_for("staff.run_families", code=code, show="held"), 303)


def _proposed(code: str, registration: Registration) -> RunDecision:
    """The decision of a proposal that would give this family an offer. Raises NotFound."""
    run = all_runs.get_by_code(access.db(), code)
    decision = all_runs.find_decision(access.db(), run.id, registration.id)
    if decision is None or decision.group_id is None or run.state is not RunState.PROPOSED:
        raise NotFound
    return decision
