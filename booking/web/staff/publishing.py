"""Publishing a proposal: all of it, some programmes or some groups; and undoing it while nothing has left the system.

Any coordinator may read what it would mean. The centre alone publishes and undoes.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _, ngettext
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.places import autopilot, publishing
from booking.places import runs as all_runs
from booking.places.publishing import Published, Selection, Unsent
from booking.places.runs import AllocationRun, RunState
from booking.records import policies
from booking.web import access
from booking.web.staff import asking, door, run_sums


@dataclass(frozen=True, slots=True)
class Part:
    """A programme in the proposal: the groups of it that would be offered, each with how many families."""

    programme: Programme
    groups: list[tuple[Group, int]]

    @property
    def families(self) -> int:
        """How many would get an offer."""
        return sum(number for _group, number in self.groups)


@door.get("/forslag/<code>/publicera/del")
@access.for_staff
def publish_choose(code: str) -> str:
    """Tick the programmes and groups to publish now; the next page says what that comes to."""
    run = all_runs.get_by_code(access.db(), code)
    return render_template("staff/run_publish_part.html", run=run, parts=_parts(run), chosen=request.args)


@door.route("/forslag/<code>/publicera", methods=["GET", "POST"])
@access.for_staff
def publish(code: str) -> str | Response:
    """Say what publishing means, and do it."""
    run = all_runs.get_by_code(access.db(), code)
    if request.method == "POST":
        return _publish(run)
    parts = _parts(run)
    chosen = _chosen(parts, request.args)
    if request.args.get("part") and not chosen:
        return render_template("staff/run_publish_part.html", run=run, parts=parts, chosen=request.args, nothing=True)
    return render_template(
        "staff/run_publish.html",
        run=run,
        parts=chosen,
        part=bool(request.args.get("part")),
        chosen=request.args,
        wait=policies.current(access.db()).undo_minutes,
    )


def _parts(run: AllocationRun) -> list[Part]:
    """What is still proposed, programme by programme, the groups that begin soonest first."""
    proposed = run_sums.to_be_offered(run)
    query = select(Group).where(Group.id.in_(proposed)).order_by(Group.first_day, Group.id)
    found: dict[int, Part] = {}
    for group in access.db().scalars(query):
        part = found.setdefault(group.programme_id, Part(group.programme, []))
        part.groups.append((group, proposed[group.id]))
    return sorted(found.values(), key=lambda each: each.programme.name)


def _chosen(parts: list[Part], asked: MultiDict[str, str]) -> list[Part]:
    """Everything, or (with `part`) the programmes and the single groups that are asked for."""
    if not asked.get("part"):
        return parts
    wanted, single = set(asked.getlist("programme")), set(asked.getlist("group"))
    chosen = [
        Part(each.programme, [pair for pair in each.groups if each.programme.code in wanted or pair[0].code in single])
        for each in parts
    ]
    return [each for each in chosen if each.groups]


def _publish(run: AllocationRun) -> Response:
    _only_the_centre()
    after = redirect(url_for("staff.run", code=run.code), 303)
    part, chosen = bool(request.form.get("part")), _chosen(_parts(run), request.form)
    if run.state is RunState.PUBLISHED or (part and not chosen):
        return after  # A second click: what was asked for is already so.
    only = Selection(group_ids=frozenset(group.id for each in chosen for group, _number in each.groups))
    done = publishing.publish(
        access.db(), run, now=access.now(), by=access.account().actor, only=only if part else None
    )
    _say(done)
    return after


def _say(done: Published) -> None:
    made = ngettext(
        "%(num)d erbjudande är klart att skickas.", "%(num)d erbjudanden är klara att skickas.", done.offered
    )
    flash(made, "success")
    if done.stale:
        some = ngettext("%(num)d kunde inte erbjudas: något hade ändrats.",
                        "%(num)d kunde inte erbjudas: något hade ändrats.", done.stale)  # fmt: skip
        flash(some, "warning")


@door.route("/forslag/<code>/angra", methods=["GET", "POST"])
@access.for_central
def publish_undo(code: str) -> str | Response | tuple[str, int]:
    """Take back the offers that nobody has been told of; the families are told nothing."""
    run = all_runs.get_by_code(access.db(), code)
    unsent = publishing.unsent(access.db(), run, now=access.now())
    form, back = asking.ReasonForm(), url_for("staff.run", code=code)
    if not unsent.untold:
        if form.is_submitted():
            flash(_("Det finns inget kvar att ångra."), "info")
        return redirect(back, 303)
    if form.sent_and_valid():
        who, reason = access.account().actor, form.reason.data or ""
        done = publishing.undo(access.db(), run, now=access.now(), by=who, reason=reason)
        flash(ngettext("%(num)d erbjudande är ångrat.", "%(num)d erbjudanden är ångrade.", done.untold), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Ångra det som inte är skickat"),
        lines=_undoing(unsent),
        button=_("Ångra"),
        back=back,
        here="runs",
    )


def _undoing(unsent: Unsent) -> list[str]:
    lines = [
        ngettext("%(num)d erbjudande har inte lämnat systemet och tas tillbaka. Familjen får inte veta något.",
                 "%(num)d erbjudanden har inte lämnat systemet och tas tillbaka. Familjerna får inte veta något.",
                 unsent.untold),
        _("Familjerna behåller sin plats i kön och är med i nästa fördelning."),
    ]  # fmt: skip
    if autopilot.list_running(access.db()):
        lines.append(_("Har programmet autopilot så stannar den, tills ni låter den fortsätta."))
    if unsent.left:
        lines.append(
            ngettext("%(num)d erbjudande är redan skickat och ligger kvar.",
                     "%(num)d erbjudanden är redan skickade och ligger kvar.", unsent.left)
        )  # fmt: skip
    return lines


def _only_the_centre() -> None:
    if not access.account().is_central:
        raise NotFound
