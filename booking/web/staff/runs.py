"""Allocation runs: ask for one, look at what it would do and why, throw it away.

Until it is published it is a proposal (förslag), afterwards they are offers (erbjudanden). A worker computes it.
"""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.catalogue import programmes
from booking.places import publishing
from booking.places import runs as all_runs
from booking.places.runs import AllocationRun, RunState
from booking.web import access
from booking.web.staff import door, history, own, run_compare, run_sums, trials

SECONDS_BETWEEN_LOOKS = 5
IN_WORK = (RunState.REQUESTED, RunState.COMPUTING)


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
def run(code: str) -> str | Response:
    """What the run would do, or did: figures of the whole city."""
    found = all_runs.get_by_code(access.db(), code)
    if found.state in IN_WORK:
        return _in_work(found)
    if found.state is RunState.UNCHANGED and found.based_on is not None:
        return redirect(url_for("staff.run", code=found.based_on.code, unchanged=1))
    matrix = run_sums.matrix(found)
    previous = all_runs.find_previous(access.db(), found)
    return render_template(
        "staff/run.html",
        run=found,
        newest=all_runs.find_last(access.db()),
        unchanged=bool(request.args.get("unchanged")),
        unsent=publishing.unsent(access.db(), found, now=access.now()).untold if found.published_at else 0,
        proposed=sum(run_sums.to_be_offered(found).values()),
        previous=previous,
        difference=run_compare.differs(found, previous),
        sizes=trials.tried(found),
        may_change=access.may_run_group,
        matrix=matrix,
        standing=run_sums.districts_in(matrix),
        groups=run_sums.groups(found),
        reasons=run_sums.reasons(found),
        waits=run_sums.waits(found, found.computed_at or access.now()),
        lines=history.of_run(access.db(), found),
        programmes=programmes.list_active(access.db()),
        mine={each.id for each in own.districts()},
    )


def _in_work(run: AllocationRun) -> Response:
    """The page while a worker computes. It looks again by itself only for who has asked it to."""
    following = bool(request.args.get("following"))
    page = make_response(render_template("staff/run_computing.html", run=run, following=following))
    if following:
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


@door.post("/forslag/<code>/kasta")
@access.for_staff
def discard(code: str) -> Response:
    """Throw a proposal away, or what is left of it; nothing more is sent."""
    if not access.account().is_central:
        raise NotFound
    found = all_runs.get_by_code(access.db(), code)
    some = found.published_at is not None
    if found.state not in (RunState.DISCARDED, RunState.PUBLISHED):  # Else a second click.
        all_runs.discard(access.db(), found, now=access.now(), by=access.account().actor)
        said = _("Resten av förslaget är kastad.") if some else _("Förslaget är kastat. Ingenting har skickats.")
        flash(said, "success")
    return redirect(url_for("staff.runs"), 303)
