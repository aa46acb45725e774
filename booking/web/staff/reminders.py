"""Plans of reminders: what every programme's families are reminded of and when.

Every coordinator may read them; the centre changes them, with an example of what a family in a coming group would get.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField

from booking.base.clock import today
from booking.base.texts import _, lazy, ngettext
from booking.catalogue import groups, programmes, sessions
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.course import reminders as all_reminders
from booking.course.letters import sample
from booking.course.reminders import LANGUAGES, Example, Plan, ReminderPlan
from booking.people.writing import Sender
from booking.web import access
from booking.web.forms import at_most, needed
from booking.web.staff import asking, door, history
from booking.web.staff.fields import Hour

Answer = str | Response | tuple[str, int]
SEVERAL = re.compile(r"[\s,;]+|\boch\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A programme with the plan that holds; `own` is None where it follows the city's."""

    programme: Programme
    plan: Plan
    own: ReminderPlan | None


class Days(StringField):
    """Whole days before a meeting, written one after the other: "7, 1"."""

    def numbers(self) -> tuple[int, ...] | None:
        """The days, the most first; None when something else stands there."""
        words = [word for word in SEVERAL.split(self.data or "") if word]
        if not all(word.isascii() and word.isdigit() and len(word) <= 3 for word in words):
            return None
        return tuple(sorted({int(word) for word in words}, reverse=True))


class PlanForm(asking.ReasonForm):
    """Days, hours, what to bring in each language, and why it is changed."""

    first_days = Days(lazy("Dagar före första träffen"), [at_most(40)])
    first_morning = BooleanField(lazy("Påminn också på morgonen samma dag som första träffen"))
    later_days = Days(lazy("Dagar före varje senare träff"), [at_most(40)])
    later_morning = BooleanField(lazy("Påminn också på morgonen samma dag som varje senare träff"))
    day_at = Hour(lazy("Klockan när det är en eller flera dagar kvar"), [needed(lazy("Skriv ett klockslag."))])
    morning_at = Hour(lazy("Klockan på morgonen"), [needed(lazy("Skriv ett klockslag."))])
    bring_sv = StringField(lazy("Ta med, på svenska"), [at_most(200)])
    bring_en = StringField(lazy("Ta med, på engelska"), [at_most(200)])
    bring_ar = StringField(lazy("Ta med, på arabiska"), [at_most(200)])
    bring_so = StringField(lazy("Ta med, på somaliska"), [at_most(200)])
    seen = HiddenField()

    def plan(self) -> Plan | None:
        """The plan as written; None when days cannot be read, with a sentence at the field."""
        days = {field.name: field.numbers() for field in (self.first_days, self.later_days)}
        for name in (name for name, numbers in days.items() if numbers is None):
            self.refuse(self[name], _("Skriv hela dagar med komma emellan, till exempel 7, 1."))
        if None in days.values() or self.day_at.data is None or self.morning_at.data is None:
            return None
        written = {code: " ".join((self[f"bring_{code}"].data or "").split()) for code in LANGUAGES}
        return Plan(
            first_days=days["first_days"] or (),
            later_days=days["later_days"] or (),
            first_morning=self.first_morning.data,
            later_morning=self.later_morning.data,
            day_at=self.day_at.data,
            morning_at=self.morning_at.data,
            bring={code: text for code, text in written.items() if text},
        )


@door.get("/paminnelser")
@access.for_staff
def reminders() -> str:
    """Every programme, with its plan in words."""
    lines = [_line(each) for each in programmes.list_active(access.db())]
    return render_template("staff/reminders.html", lines=lines, in_words=in_words)


def _line(programme: Programme) -> Line:
    own = all_reminders.find(access.db(), programme.id)
    return Line(programme, all_reminders.of(access.db(), programme.id), own)


@door.route("/paminnelser/<code>", methods=["GET", "POST"])
@access.for_central
def reminder_plan(code: str) -> Answer:
    """One programme's plan: change it, see what it comes to, and read what has been done to it."""
    line = _line(programmes.get_by_code(access.db(), code))
    form = _form(line)
    if form.is_submitted() and form.sent_and_valid() and _keep(form, line):
        flash(_("Planen är ändrad för %(programme)s.", programme=line.programme.name), "success")
        return redirect(url_for("staff.reminder_plan", code=code), 303)
    group = _next_group(line.programme)
    example = _example(group, line.plan) if group else []
    page = render_template(
        "staff/reminder_plan.html",
        form=form,
        line=line,
        group=group,
        example=example,
        text=_text(example),
        lines=history.of_reminders(access.db(), line.programme.id),
        has_errors=form.is_submitted(),
    )
    return page, 422 if form.is_submitted() else 200


def _form(line: Line) -> PlanForm:
    plan = line.plan
    written = {f"bring_{code}": plan.bring.get(code, "") for code in LANGUAGES}
    days = {"first_days": _several(plan.first_days), "later_days": _several(plan.later_days)}
    mornings = {"first_morning": plan.first_morning, "later_morning": plan.later_morning}
    hours = {"day_at": plan.day_at, "morning_at": plan.morning_at}
    seen = {"seen": str(line.own.version if line.own else 0)}
    return PlanForm(data={**days, **mornings, **hours, **written, **seen})


def _several(days: tuple[int, ...]) -> str:
    return ", ".join(map(str, sorted(days, reverse=True)))


def _keep(form: PlanForm, line: Line) -> bool:
    plan = form.plan()
    wrong = all_reminders.problems(access.db(), line.programme, plan) if plan else []
    for each in wrong:
        form.refuse(getattr(form, each.code), each.sentence)
    if plan is None or wrong:
        return False
    seen = form.seen.data or ""
    try:
        all_reminders.change(
            access.db(), line.programme, plan, version=int(seen) if seen.isascii() and seen.isdigit() else -1,
            now=access.now(), by=access.account().actor, reason=form.reason.data or "",
        )  # fmt: skip
    except all_reminders.Refused as refusal:
        form.refuse(getattr(form, refusal.code), refusal.sentence)
        return False
    return True


def _next_group(programme: Programme) -> Group | None:
    """The programme's next group to begin, else the newest one there is."""
    coming = groups.list_coming(access.db(), today=today(access.now()), programme_id=programme.id)
    if coming:
        return coming[0]
    newest = select(Group).where(Group.programme_id == programme.id).order_by(Group.first_day.desc(), Group.id)
    return access.db().scalars(newest).first()


def _example(group: Group, plan: Plan) -> list[Example]:
    return all_reminders.example(sessions.list_of(access.db(), group.id), plan)


def _text(example: list[Example]) -> str | None:
    """The SMS that a family gets the day before the first meeting; None while no group has any."""
    settings = access.services().settings
    if not example:
        return None
    sender = Sender(settings.base_url, settings.city, settings.phone)
    return sample.reminder(access.db(), sender, example[0].session, now=access.now())


def in_words(days: tuple[int, ...], morning: bool, plan: Plan) -> str:
    """When one kind of meeting is reminded of, as one says it."""
    noon, early = f"{plan.day_at:%H.%M}", f"{plan.morning_at:%H.%M}"
    said = [ngettext("%(num)d dag före", "%(num)d dagar före", day) for day in sorted(days, reverse=True)]
    before = _("%(days)s, kl %(hour)s", days=", ".join(said), hour=noon) if said else ""
    same_day = _("samma dag kl %(hour)s", hour=early) if morning else ""
    return "; ".join(filter(None, (before, same_day))) or _("ingen påminnelse")
