"""Allocation runs: ask for one, look at what it would do and why, hold somebody back, publish or throw away.

Until it is published it is a proposal (förslag), afterwards they are offers (erbjudanden). A worker computes it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _, ngettext
from booking.catalogue import programmes
from booking.places import publishing
from booking.places import runs as all_runs
from booking.places.runs import AllocationRun, DecisionState, RunState
from booking.web import access
from booking.web.staff import asking, door, own, proposal

Answer = str | Response | tuple[str, int]


@door.get("/forslag")
@access.for_staff
def runs() -> str:
    """The latest runs."""
    return render_template("staff/runs.html", runs=all_runs.list_recent(access.db()))


@door.post("/forslag/nytt")
@access.for_staff
def run_request() -> Response:
    """Ask for a run; a worker computes it in a moment."""
    run = all_runs.request(access.db(), now=access.now(), by=access.account().actor)
    return redirect(url_for("staff.run", code=run.code), 303)


@door.get("/forslag/<code>")
@access.for_staff
def run(code: str) -> str:
    """What the run would do, or did."""
    found = all_runs.get_by_code(access.db(), code)
    if found.state in (RunState.REQUESTED, RunState.COMPUTING):
        return render_template("staff/run_computing.html", run=found)
    wanted = request.args.get("show", "offers")
    programme, district = own.chosen_programme(), own.chosen_district()
    chosen = proposal.Filter(placed=wanted != "waiting", programme=programme, district=district)
    paging = own.paging(proposal.count(found, chosen))
    matrix = proposal.matrix(found)
    return render_template(
        "staff/run.html",
        run=found,
        show="offers" if chosen.placed else "waiting",
        programme=programme,
        district=district,
        paging=paging,
        rows=proposal.rows(found, chosen, paging.offset),
        matrix=matrix,
        groups=proposal.groups(found),
        programmes=programmes.list_active(access.db()),
        districts=own.districts(),
        standing=proposal.districts_in(matrix),
    )


@door.route("/forslag/<code>/publicera", methods=["GET", "POST"])
@access.for_staff
def publish(code: str) -> Answer:
    """Say what publishing means, and do it; the centre alone may."""
    found = all_runs.get_by_code(access.db(), code)
    if request.method != "POST":
        return render_template("staff/run_publish.html", run=found, offered=proposal.to_be_offered(found))
    _only_the_centre()
    after = redirect(url_for("staff.run", code=code), 303)
    if found.state is RunState.PUBLISHED:
        return after  # A second click: what was asked for is already so.
    done = publishing.publish(access.db(), found, now=access.now(), by=access.account().actor)
    flash(ngettext("%(num)d erbjudande är skickat.", "%(num)d erbjudanden är skickade.", done.offered), "success")
    if done.stale:
        some = ngettext("%(num)d kunde inte skickas: något hade ändrats.",
                        "%(num)d kunde inte skickas: något hade ändrats.", done.stale)  # fmt: skip
        flash(some, "warning")
    return after


@door.post("/forslag/<code>/kasta")
@access.for_staff
def discard(code: str) -> Response:
    """Throw a proposal away; nothing has been sent."""
    _only_the_centre()
    return _once(code, RunState.DISCARDED, _("Förslaget är kastat. Ingenting har skickats."), all_runs.discard)


def _once(code: str, wanted: RunState, said: str, operation: Callable[..., AllocationRun]) -> Response:
    found = all_runs.get_by_code(access.db(), code)
    if found.state is not wanted:
        operation(access.db(), found, now=access.now(), by=access.account().actor)
        flash(said, "success")
    return redirect(url_for("staff.runs"), 303)


def _only_the_centre() -> None:
    if not access.account().is_central:
        raise NotFound


@door.route("/forslag/<code>/hall-tillbaka/<registration_code>", methods=["GET", "POST"])
@access.for_staff
def exclude(code: str, registration_code: str) -> Answer:
    """Hold one proposed offer back; the family keeps its place in the queue."""
    registration = own.registration(registration_code)
    found = all_runs.get_by_code(access.db(), code)
    decision = all_runs.find_decision(access.db(), found.id, registration.id)
    if decision is None or decision.group_id is None or found.state is not RunState.PROPOSED:
        raise NotFound
    form, back = asking.ReasonForm(), url_for("staff.run", code=code)
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
