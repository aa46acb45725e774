"""More time for a group that does not fill: a later decision, or a later start."""

from __future__ import annotations

from datetime import date

from booking.base import texts
from booking.base.texts import _, ngettext
from booking.catalogue.groups import Group
from booking.course import group_changes
from booking.course.group_changes import Postponed
from booking.web import access
from booking.web.staff import door, own, weighing
from booking.web.staff.fields import CENTURY
from booking.web.staff.weighing import Act, Answer, Effect


@door.route("/grupp/<code>/mer-tid", methods=["GET", "POST"])
@access.for_staff
def group_decide_later(code: str) -> Answer:
    """Put the decision off to a later day."""
    group = own.group(code)
    return weighing.page(
        group,
        Act(
            title=_("Ge gruppen mer tid"),
            lead=_("Flytta dagen då det ska vara bestämt om gruppen blir av."),
            button=_("Flytta beslutet"),
            weigh=_weigh_decision,
            kind="date",
            label=_("Bestäm senast"),
            hint=_("Före första träffen, som är %(day)s.", day=texts.full_day(group.first_day)),
        ),
    )


def _weigh_decision(group: Group, choice: str) -> Effect:
    db, now = access.db(), access.now()
    before, day = own.decision_day(group), _day(choice)
    group_changes.check_decision(db, group, day, now=now)
    left = (group.first_day - day).days

    def do(reason: str) -> str:
        group_changes.decide_later(
            db, group, day, version=group.version, now=now, by=access.account().actor, reason=reason
        )
        return _("Beslutet är flyttat till %(day)s.", day=texts.full_day(day))

    lines = [
        _("Beslutet flyttas från %(before)s till %(day)s.", before=texts.full_day(before), day=texts.full_day(day)),
        ngettext(
            "Ställs gruppen in då får familjerna veta det %(num)d dag före första träffen.",
            "Ställs gruppen in då får familjerna veta det %(num)d dagar före första träffen.",
            left,
        ),
        _("Inget meddelande skickas. Platser och erbjudanden är som de är."),
    ]
    return Effect(lines, (before, day), do)


@door.route("/grupp/<code>/skjut-upp", methods=["GET", "POST"])
@access.for_staff
def group_postpone(code: str) -> Answer:
    """Let the group start later, all meetings laid out anew."""
    return weighing.page(
        own.group(code),
        Act(
            title=_("Skjut upp starten"),
            lead=_("Alla träffar läggs ut på nytt från den dag du väljer, förbi röda dagar och lov."),
            button=_("Skjut upp starten"),
            weigh=_weigh_start,
            kind="date",
            label=_("Ny första dag"),
            hint=_("Veckodagen blir den du väljer. Klockslaget är detsamma."),
        ),
    )


def _weigh_start(group: Group, choice: str) -> Effect:
    db, now, day = access.db(), access.now(), _day(choice)
    foreseen = group_changes.what_if_postponed(db, group, day, now=now)

    def do(reason: str) -> str:
        done = group_changes.postpone(
            db, group, day, version=group.version, now=now, by=access.account().actor, reason=reason
        )
        told = ngettext("%(num)d meddelande skickas.", "%(num)d meddelanden skickas.", done.messages)
        return _("Gruppen börjar %(day)s. %(told)s", day=texts.full_day(done.first_day), told=told)

    return Effect(_start_lines(foreseen, day), (*foreseen.days, foreseen.placed, foreseen.offered, foreseen.cannot), do)


def _start_lines(foreseen: Postponed, day: date) -> list[str]:
    lines = [
        _("Träffar: %(days)s.", days=", ".join(texts.full_day(day) for day in foreseen.days)),
        _("Det ska vara bestämt senast %(day)s om gruppen blir av.", day=texts.full_day(foreseen.decide_on)),
        ngettext("%(num)d familj har kvar sin plats.", "%(num)d familjer har kvar sina platser.", foreseen.placed),
    ]
    if foreseen.first_day != day:
        moved = {"day": texts.full_day(day), "first": texts.full_day(foreseen.first_day)}
        lines.insert(0, _("%(day)s är röd eller stängd. Första träffen blir %(first)s.", **moved))
    if foreseen.offered:
        lines.append(
            ngettext(
                "%(num)d erbjudande gäller de nya dagarna.",
                "%(num)d erbjudanden gäller de nya dagarna.",
                foreseen.offered,
            )
        )
    if foreseen.cannot:
        lines.append(
            ngettext(
                "%(num)d familj kan troligen inte komma då. Den kan lämna platsen och behåller sin kötid.",
                "%(num)d familjer kan troligen inte komma då. De kan lämna platsen och behåller sin kötid.",
                foreseen.cannot,
            )
        )
    lines.append(ngettext("%(num)d meddelande skickas.", "%(num)d meddelanden skickas.", foreseen.messages))
    return lines


def _day(choice: str) -> date:
    """The day that was written. Refused when it is none of this century."""
    try:
        day = date.fromisoformat(choice)
    except ValueError:
        day = date.min
    if day.year not in CENTURY:
        raise group_changes.Refused(_("Skriv dagen som år-månad-dag, till exempel 2027-01-26."), code="day")
    return day
