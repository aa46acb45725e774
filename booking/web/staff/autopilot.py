"""The autopilot of each programme: whether proposals are published by themselves, how far it may go, why it stopped.

The centre alone sets it. What it has done stands in the audit log as the system's acts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import NumberRange

from booking.base.errors import NotFound
from booking.base.texts import _, lazy
from booking.catalogue import programmes
from booking.catalogue.programmes import Programme
from booking.places import autopilot as pilots
from booking.places.autopilot import Autopilot, Limits, Seen
from booking.web import access
from booking.web.forms import needed
from booking.web.staff import asking, door, history
from booking.web.staff.fields import Number

Answer = str | Response | tuple[str, int]
FIELDS = {"hours": "until_hour", "share": "most_refused", "too_few": "most_a_day"}


@dataclass(frozen=True, slots=True)
class Line:
    """A programme with its autopilot, if anybody has ever set one, and what that has seen since it was set going."""

    programme: Programme
    setting: Autopilot | None
    limits: Limits
    seen: Seen | None


def _number(label: str, least: int, most: int) -> Number:
    between = NumberRange(least, most, lazy("Skriv ett tal från %(least)s till %(most)s.", least=least, most=most))
    return Number(label, [needed(lazy("Skriv ett tal.")), between])


class LimitsForm(asking.ReasonForm):
    """On or off, how far it may go, and why."""

    on = RadioField(lazy("Ska autopiloten vara på?"), validate_choice=False)
    most_a_day = _number(lazy("Högst så många erbjudanden om dagen"), 1, 10_000)
    from_hour = _number(lazy("Tidigast klockan"), 0, 23)
    until_hour = _number(lazy("Senast klockan"), 1, 24)
    most_refused = _number(lazy("Stanna när fler än så många procent säger nej eller inte svarar"), 0, 100)
    most_failed = _number(lazy("Stanna när fler än så många procent av meddelandena inte kommer fram"), 0, 100)
    answers = _number(lazy("Räkna på så många av de senaste"), 1, 1000)

    def limits(self) -> Limits:
        """The limits as written; every field has been read."""
        return Limits(**{name: getattr(self, name).data for name in Limits.__slots__})


@door.get("/autopilot")
@access.for_central
def autopilots() -> str:
    """Every programme, with its autopilot."""
    db = access.db()
    return render_template("staff/autopilots.html", lines=[_line(each) for each in programmes.list_active(db)])


def _line(programme: Programme) -> Line:
    setting = pilots.find_for(access.db(), programme.id)
    limits = pilots.limits(setting) if setting else Limits()
    return Line(programme, setting, limits, pilots.look(access.db(), setting) if setting and setting.is_on else None)


@door.route("/autopilot/<code>", methods=["GET", "POST"])
@access.for_central
def autopilot(code: str) -> Answer:
    """One programme's autopilot: set it, and read what has been done to it."""
    line = _line(programmes.get_by_code(access.db(), code))
    form = LimitsForm(data={**asdict(line.limits), "on": _answer(line.setting)})
    form.on.choices = [("on", _("Ja, publicera inom gränserna")), ("off", _("Nej, vi publicerar själva"))]
    if form.is_submitted() and form.sent_and_valid() and _set(form, line.programme):
        flash(_("Autopiloten är ändrad för %(programme)s.", programme=line.programme.name), "success")
        return redirect(url_for("staff.autopilots"), 303)
    page = render_template(
        "staff/autopilot.html",
        form=form,
        line=line,
        lines=history.of_autopilot(access.db(), line.setting) if line.setting else [],
        has_errors=form.is_submitted(),
    )
    return page, 422 if form.is_submitted() else 200


def _answer(setting: Autopilot | None) -> str:
    return "on" if setting is not None and setting.is_on else "off"


def _set(form: LimitsForm, programme: Programme) -> bool:
    if form.on.data not in ("on", "off"):
        form.refuse(form.on, _("Välj på eller av."))
        return False
    try:
        pilots.change(
            access.db(), programme, form.limits(), on=form.on.data == "on",
            reason=form.reason.data or "", now=access.now(), by=access.account().actor,
        )  # fmt: skip
    except pilots.Refused as refusal:
        form.refuse(getattr(form, FIELDS.get(refusal.code, "reason")), refusal.sentence)
        return False
    return True


@door.route("/autopilot/<code>/fortsatt", methods=["GET", "POST"])
@access.for_central
def autopilot_restart(code: str) -> Answer:
    """Let an autopilot that stopped itself go on."""
    line = _line(programmes.get_by_code(access.db(), code))
    if line.setting is None:
        raise NotFound
    form, back = asking.ReasonForm(), url_for("staff.autopilots")
    if line.setting.stopped_at is None:
        return redirect(back, 303)  # A second click, or an old page: it goes on already.
    if form.sent_and_valid():
        reason, by = form.reason.data or "", access.account().actor
        pilots.restart(access.db(), line.setting, reason=reason, now=access.now(), by=by)
        flash(_("Autopiloten fortsätter för %(programme)s.", programme=line.programme.name), "success")
        return redirect(back, 303)
    return asking.page(
        form,
        title=_("Låt autopiloten fortsätta"),
        lines=[line.setting.why, _("Den räknar om från nu. Det som hände förut räknas inte mot den.")],
        button=_("Fortsätt"),
        back=back,
        here="runs",
    )
