"""Trying other sizes: what would happen if groups took more, or started with fewer. Nothing is sent or changed.

A worker computes the trial from the same families and groups as the run it is compared with. When the answer is good,
the change can be made to the group from the trial's page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Part
from wtforms.validators import NumberRange

from booking.base.clock import today
from booking.base.errors import NotFound
from booking.base.texts import _, lazy
from booking.catalogue import groups as all_groups
from booking.catalogue.groups import Group, GroupState
from booking.course import group_changes
from booking.course.group_changes import Sizes
from booking.course.group_changes.opening import MOST_PLACES
from booking.places import explaining
from booking.places import runs as all_runs
from booking.places.runs import AllocationRun, RunState
from booking.web import access
from booking.web.forms import Form, needed
from booking.web.staff import asking, door, own
from booking.web.staff.fields import Number

Answer = str | Response | tuple[str, int]
MOST_GROUPS = 8


def _places(label: str, missing: str) -> Number:
    between = NumberRange(1, MOST_PLACES, lazy("Skriv ett tal från 1 till 60."))
    return Number(label, [needed(missing), between])


class OneGroup(Part):
    """The sizes to try for one group."""

    group = HiddenField()
    capacity = _places(lazy("Platser"), lazy("Skriv hur många platser."))
    minimum = _places(lazy("Minsta antal för att starta"), lazy("Skriv hur många som behövs."))


class TrialForm(Form):
    """Sizes to try, for one group or several at once."""

    sizes = FieldList(FormField(OneGroup), max_entries=MOST_GROUPS)
    more = SelectField(lazy("Lägg till en grupp"), validate_choice=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """A group as it is, and the sizes that were tried. `same` is True when the group has become so since."""

    group: Group
    capacity: int
    minimum: int

    @property
    def same(self) -> bool:
        """True when there is nothing left to change."""
        return (self.group.capacity, self.group.minimum) == (self.capacity, self.minimum)


@door.route("/prov/nytt", methods=["GET", "POST"])
@access.for_staff
def trial_new() -> Answer:
    """Choose groups and sizes to try. `?group=` brings the first group, `?base=` the run to compare with."""
    base = _base()
    form = TrialForm()
    if not form.is_submitted():
        for group in _asked_for():
            _add(form, group)
    elif request.form.get("act") == "add":
        _add_chosen(form)
    elif form.sent_and_valid() and _in_order(form) and (run := _ask(form, base)) is not None:
        return redirect(url_for("staff.run", code=run.code), 303)
    groups = {each.group.data: own.group(each.group.data or "") for each in form.sizes}
    form.more.choices = [(each.code, explaining.label(each)) for each in _coming() if each.code not in groups]
    wrong = bool(form.errors)
    page = render_template("staff/trial_new.html", form=form, groups=groups, base=base, has_errors=wrong)
    return page, 422 if wrong else 200


def _base() -> AllocationRun | None:
    """The run that the trial is compared with: the one the address names, else the newest."""
    code = request.args.get("base", "")
    found = all_runs.get_by_code(access.db(), code) if code else all_runs.find_last(access.db())
    return found.based_on if found is not None and found.is_trial else found


def _coming() -> list[Group]:
    """The groups that may be tried: own ones that have not begun."""
    coming = all_groups.list_coming(access.db(), today=today(access.now()))
    return [each for each in coming if access.may_run_group(each)]


def _asked_for() -> list[Group]:
    code = request.args.get("group", "")
    return [own.group(code)] if code else []


def _add(form: TrialForm, group: Group) -> None:
    form.sizes.append_entry({"group": group.code, "capacity": group.capacity, "minimum": group.minimum})


def _add_chosen(form: TrialForm) -> None:
    """Another group in the form; what has been typed stays."""
    known = {each.group.data for each in form.sizes}
    group = next((each for each in _coming() if each.code == form.more.data), None)
    if group is None:
        form.refuse(form.more, _("Välj en grupp."))
    elif group.code not in known and len(form.sizes) < MOST_GROUPS:
        _add(form, group)


def _in_order(form: TrialForm) -> bool:
    """What no single field can know; the sentence stands at the field."""
    if not form.sizes.entries:
        form.refuse(form.more, _("Välj minst en grupp att pröva med."))
    for each in form.sizes:
        group = own.group(each.group.data or "")
        if each.capacity.data < group.places_taken:
            sentence = _("%(taken)s platser är redan tagna eller erbjudna.", taken=group.places_taken)
            form.refuse(each.capacity, sentence)
        if each.minimum.data > each.capacity.data:
            form.refuse(each.minimum, _("Minsta antalet kan inte vara större än antalet platser."))
    form.sizes.errors = [each.errors for each in form.sizes]
    return not (form.more.errors or any(form.sizes.errors))


def _ask(form: TrialForm, base: AllocationRun | None) -> AllocationRun | None:
    groups = {
        str(own.group(each.group.data or "").id): {"capacity": each.capacity.data, "minimum": each.minimum.data}
        for each in form.sizes
    }
    who = access.account().actor
    try:
        return all_runs.request(access.db(), now=access.now(), by=who, trial={"groups": groups}, based_on=base)
    except all_runs.Refused as refusal:
        form.refuse(form.more, refusal.sentence)
        return None


def tried(run: AllocationRun) -> list[Tried]:
    """The groups of a trial with the sizes that were tried, soonest first."""
    wanted: dict[str, dict[str, Any]] = (run.trial or {}).get("groups", {})
    found = access.db().scalars(_those([int(each) for each in wanted]))
    return [
        Tried(each, **{"capacity": each.capacity, "minimum": each.minimum, **wanted[str(each.id)]}) for each in found
    ]


def _those(ids: Collection[int]) -> Any:
    return select(Group).where(Group.id.in_(ids)).order_by(Group.first_day, Group.id)


class ApplyForm(asking.ReasonForm):
    """Why the group is changed, and the version that was looked at."""

    version = HiddenField()

    def seen_version(self) -> int:
        """The version the page was made from; 0 when somebody has meddled with it."""
        seen = self.version.data or ""
        return int(seen[:9]) if seen.isdecimal() else 0


@door.route("/prov/<code>/andra/<group_code>", methods=["GET", "POST"])
@access.for_staff
def trial_apply(code: str, group_code: str) -> Answer:
    """Give a group the sizes that were tried."""
    run, group = all_runs.get_by_code(access.db(), code), own.group(group_code)
    wanted = next((each for each in tried(run) if each.group.id == group.id), None)
    if run.state is not RunState.TRIED or wanted is None or group.state not in (GroupState.OPEN, GroupState.HIDDEN):
        raise NotFound
    form = ApplyForm()
    if form.is_submitted() and wanted.same:
        return redirect(url_for("staff.run", code=code), 303)  # A second click: the group is so already.
    if form.sent_and_valid() and _apply(form, wanted):
        flash(_("Gruppen är ändrad. Räkna fram ett nytt förslag, så får familjerna platser efter det."), "success")
        return redirect(url_for("staff.run", code=code), 303)
    if not form.is_submitted():
        form.version.data = str(group.version)
    page = render_template("staff/trial_apply.html", run=run, tried=wanted, form=form, has_errors=form.is_submitted())
    return page, 422 if form.is_submitted() else 200


def _apply(form: ApplyForm, wanted: Tried) -> bool:
    group = wanted.group
    sizes = Sizes(wanted.capacity, wanted.minimum, min(group.resident_places, wanted.capacity), group.hold_until)
    leaders = tuple(leader.account_id for leader in group.leaders)
    try:
        group_changes.change(
            access.db(), group, sizes, leaders, version=form.seen_version(),
            now=access.now(), by=access.account().actor, reason=form.reason.data or "",
        )  # fmt: skip
    except group_changes.Refused as refusal:
        form.refuse(form.reason, refusal.sentence)
        return False
    return True
