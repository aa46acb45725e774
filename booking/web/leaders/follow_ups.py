"""The follow-up list: families who stayed away without a word, until it is noted that somebody has been in touch.

Only the day and the way are noted. What was said stays between those who spoke.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField

from booking.base.clock import today
from booking.base.texts import _, lazy
from booking.catalogue import groups as all_groups
from booking.catalogue.groups import Group, GroupState
from booking.catalogue.sessions import GroupSession
from booking.course import follow_ups as all_follow_ups
from booking.course.attendance import LISTED, Openness, Row
from booking.course.follow_ups import Absence, ContactKind
from booking.people.registrations import Registration
from booking.places.placements import Placement
from booking.web import access
from booking.web.forms import Form, needed
from booking.web.leaders import door, own

KINDS = {
    ContactKind.CALLED: lazy("Vi har pratat i telefon"),
    ContactKind.MET: lazy("Vi har setts"),
    ContactKind.MESSAGE: lazy("Jag har skrivit"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A family on the list, as its meeting's sheet shows it."""

    absence: Absence
    row: Row
    group: Group


class ContactDay(DateField):
    """A day, read as we say it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say how to write it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Skriv dagen som år-månad-dag, till exempel 2027-01-26.")) from None


class ContactForm(Form):
    """How and when somebody was in touch."""

    kind = RadioField(lazy("Hur hördes ni av?"), [needed(lazy("Välj hur ni hördes av."))])
    day = ContactDay(lazy("Vilken dag?"), [needed(lazy("Skriv vilken dag."))])


@door.get("/uppfoljning")
@access.for_leaders
def follow_ups() -> str:
    """Everyone on the list in the leader's own groups."""
    return render_template("leaders/follow_ups.html", lines=listed(_led()), now=access.now())


def _led() -> list[Group]:
    led = all_groups.list_led(access.db(), access.account().id)
    return [group for group in led if group.state in (GroupState.OPEN, GroupState.ENDED)]


def listed(led: Iterable[Group]) -> list[Line]:
    """Those on the list in these groups, group by group; none of a group whose roster has closed."""
    found = []
    for group in led:
        shown = own.openness(group) is not Openness.COUNTS
        for absence in all_follow_ups.list_open(access.db(), group, now=access.now()) if shown else ():
            found.append(Line(absence, _row(absence.placement, absence.last), group))
    return found


def _row(placement: Placement, session: GroupSession) -> Row:
    return next(row for row in own.rows(session) if row.placement.id == placement.id)


@door.route("/traff/<code>/familj/<placed_code>/kontakt", methods=["GET", "POST"])
@access.for_leaders
def contact(code: str, placed_code: str) -> str | Response | tuple[str, int]:
    """Note that somebody has been in touch with a family that stayed away."""
    session = own.meeting(code)
    placement = _placement(session, placed_code)
    absence = all_follow_ups.open_of(access.db(), placement, now=access.now())
    form = ContactForm(data={"day": today(access.now())})
    form.kind.choices = [(kind.value, str(label)) for kind, label in KINDS.items()]
    if form.is_submitted() and (absence is None or (form.sent_and_valid() and _keep(form, absence))):
        flash(_("Tack! Nu är det noterat."), "success")
        return redirect(url_for("leaders.follow_ups"), 303)
    page = render_template(
        "leaders/contact.html",
        form=form,
        session=session,
        absence=absence,
        row=_row(placement, session),
        noted=all_follow_ups.list_noted(access.db(), placement),
        kinds=KINDS,
        openness=own.openness(session.group).value,
        has_errors=form.is_submitted(),
    )
    return page, 422 if form.is_submitted() else 200


def _placement(session: GroupSession, placed_code: str) -> Placement:
    """The place of the family with this registration in the meeting's group; 404 for one whose roster has closed."""
    query = select(Placement).join(Registration, Registration.id == Placement.registration_id)
    query = query.where(Registration.code == placed_code, Placement.group_id == session.group_id)
    found = access.db().scalars(query.where(Placement.state.in_(LISTED))).first()
    if found is None or own.openness(session.group) is Openness.COUNTS:
        abort(404)
    return found


def _keep(form: ContactForm, absence: Absence) -> bool:
    kind, day = ContactKind(form.kind.data), form.day.data
    assert day is not None  # noqa: S101  The form is valid.
    who, now = access.account().actor, access.now()
    try:
        all_follow_ups.note(access.db(), absence.placement, absence.last, kind, day, now=now, by=who)
    except all_follow_ups.Refused as refusal:
        form.refuse(form.day, refusal.sentence)
        return False
    return True
