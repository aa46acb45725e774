"""Deciding over a family before a run does: give it a certain group, or leave it out; and taking that away again.

Who runs the family decides; a group can be decided by who runs it too, since it passes longer waits there.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField

from booking.base.clock import today
from booking.base.texts import _, lazy, ngettext
from booking.catalogue import groups as all_groups
from booking.catalogue.groups import Group
from booking.people.fit import unmet
from booking.people.registrations import Registration, RegistrationState
from booking.places import explaining, steering
from booking.places import runs as all_runs
from booking.places.runs import AllocationRun, RunDecision
from booking.places.steering import Steer, SteerState
from booking.web import access
from booking.web.staff import asking, door, own, words
from booking.web.staff.registration import reason_of

Answer = str | Response | tuple[str, int]


class PinForm(asking.ReasonForm):
    """Which group, and why."""

    group = RadioField(lazy("Vilken grupp ska familjen få?"), validate_choice=False)

    def chosen(self, groups: list[Group]) -> Group | None:
        """The group that was ticked; the sentence at the field when none was."""
        found = next((each for each in groups if each.code == self.group.data), None)
        if found is None:
            self.refuse(self.group, _("Välj en grupp."))
        return found


@door.get("/bestamt")
@access.for_staff
def steers() -> str:
    """What has been decided by hand for own families: what stands, and what became of the rest."""
    db = access.db()
    return render_template(
        "staff/steers.html",
        standing=[each for each in steering.list_standing(db) if access.may_run(each.registration)],
        settled=[each for each in steering.list_recent(db) if access.may_run(each.registration)],
    )


@door.get("/anmalan/<code>/styr")
@access.for_staff
def steer(code: str) -> str:
    """One family: what the newest run says of it, what stands, and what may be decided."""
    registration = own.registration(code)
    run, decision = _newest(registration)
    return render_template(
        "staff/steer.html",
        registration=registration,
        standing=steering.find_for(access.db(), registration),
        run=run,
        decision=decision,
        why=reason_of(decision) if decision else "",
        about=_about(decision) if decision else None,
        waits=registration.state is RegistrationState.WAITING,
        days=(access.now() - registration.waiting_since).days,
    )


def _newest(registration: Registration) -> tuple[AllocationRun | None, RunDecision | None]:
    run = all_runs.find_last(access.db())
    return run, all_runs.find_decision(access.db(), run.id, registration.id) if run else None


def _about(decision: RunDecision) -> Group | None:
    """The group that the decision gives, or that its reason speaks of."""
    key = decision.group_id or decision.reason_group_id
    return access.db().get(Group, key) if key else None


@door.route("/anmalan/<code>/bestam-grupp", methods=["GET", "POST"])
@access.for_staff
def pin(code: str) -> Answer:
    """Decide which group the family gets."""
    registration = own.registration(code)
    groups = _open_to(registration)
    form = PinForm()
    form.group.choices = [(each.code, explaining.label(each)) for each in groups]
    if form.is_submitted():
        valid = form.sent_and_valid()
        group = form.chosen(groups)
        if valid and group is not None and _make(form, registration, group):
            flash(_("Gruppen är bestämd. Det syns i nästa förslag; ingenting är skickat än."), "success")
            return redirect(url_for("staff.steer", code=code), 303)
    page = render_template(
        "staff/steer_pin.html",
        registration=registration,
        form=form,
        hints={each.code: _hint(registration, each) for each in groups},
        has_errors=form.is_submitted(),
    )
    return page, 422 if form.is_submitted() else 200


def _open_to(registration: Registration) -> list[Group]:
    """The coming groups of the programme that the coordinator runs and that have room, those that fit first."""
    coming = all_groups.list_coming(access.db(), today=today(access.now()), programme_id=registration.programme_id)
    mine = [each for each in coming if access.may_run_group(each) and each.free >= registration.seats]
    return sorted(mine, key=lambda each: bool(unmet(registration, each, access.atlas())))


def _hint(registration: Registration, group: Group) -> str:
    free = ngettext("%(num)d ledig plats.", "%(num)d lediga platser.", group.free)
    needs = [str(words.NEED[need]) for need in unmet(registration, group, access.atlas())]
    return (
        free
        if not needs
        else _("%(free)s Passar inte allt familjen bad om: %(needs)s.", free=free, needs=", ".join(needs))
    )


def _make(form: PinForm, registration: Registration, group: Group) -> bool:
    """Write the pin down; True as well when the same one stands already (a second click)."""
    standing = steering.find_for(access.db(), registration)
    if standing is not None and standing.group_id == group.id:
        return True
    reason = form.reason.data or ""
    return _try(form, lambda: steering.pin(
        access.db(), registration, group, reason=reason, now=access.now(), by=access.account().actor
    ))  # fmt: skip


def _try(form: asking.ReasonForm, act: Callable[[], Steer]) -> bool:
    try:
        act()
    except steering.Refused as refusal:
        form.refuse(form.reason, refusal.sentence)
        return False
    return True


@door.route("/anmalan/<code>/hall-utanfor", methods=["GET", "POST"])
@access.for_staff
def leave_out(code: str) -> Answer:
    """Leave the family out of every run until somebody lifts it."""
    registration = own.registration(code)
    name = own.name_of(registration)
    form, back = asking.ReasonForm(), url_for("staff.steer", code=code)
    if form.sent_and_valid() and _left_out(form, registration):
        flash(_("Familjen är utanför från nästa förslag. Kötiden är densamma."), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Håll utanför kommande förslag"),
        lines=[
            _("%(name)s får inga erbjudanden från fördelningen förrän någon tar bort det här.", name=name),
            _("Familjen behåller sin plats i kön och sin kötid."),
        ],
        button=_("Håll utanför"),
        back=back,
        here="runs",
    )


def _left_out(form: asking.ReasonForm, registration: Registration) -> bool:
    standing = steering.find_for(access.db(), registration)
    if standing is not None and standing.group_id is None:
        return True
    reason = form.reason.data or ""
    return _try(form, lambda: steering.exclude(
        access.db(), registration, reason=reason, now=access.now(), by=access.account().actor
    ))  # fmt: skip


@door.post("/bestamt/<code>/ta-bort")
@access.for_staff
def steer_lift(code: str) -> Response:
    """Take away what was decided; from the next run on the family is weighed like everyone."""
    found = steering.get_by_code(access.db(), code)
    registration = own.registration(found.registration.code)
    if found.state is SteerState.STANDING:
        steering.lift(access.db(), found, now=access.now(), by=access.account().actor)
        flash(_("Borttaget. Från nästa förslag vägs familjen som alla andra."), "success")
    return redirect(url_for("staff.steer", code=registration.code), 303)
