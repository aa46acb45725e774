"""Another number for a family that is phoned: typed in by whoever was told it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from booking.base.errors import NotFound
from booking.base.texts import _, lazy
from booking.course import calls
from booking.course.calls import Call
from booking.people import contacts
from booking.web import access
from booking.web.forms import Form, at_most
from booking.web.staff import door
from booking.web.staff.calls import own_call


class NumberForm(Form):
    """Whose number it is, and the number."""

    carer = RadioField(lazy("Vems nummer är det?"), [InputRequired(lazy("Välj vem numret går till."))])
    mobile = StringField(
        lazy("Telefonnummer"),
        [
            InputRequired(lazy("Skriv ett telefonnummer, till exempel 070-123 45 67.")),
            at_most(contacts.LONGEST),
        ],
    )


@door.route("/ringlista/<code>/nummer", methods=["GET", "POST"])
@access.for_staff
def call_number(code: str) -> str | Response | tuple[str, int]:
    """Give a carer another number; it is only phoned until whoever holds it has confirmed it."""
    found = own_call(code)
    if found.registration.family.protected or not found.is_open:
        raise NotFound
    form = _form(found)
    if not form.is_submitted():
        return render_template("staff/call_number.html", call=found, form=form)
    if form.sent_and_valid() and _kept(found, form):
        flash(_("Numret är sparat. Ring igen."), "success")
        return redirect(url_for("staff.call", code=code), 303)
    return render_template("staff/call_number.html", call=found, form=form, has_errors=True), 422


def _form(found: Call) -> NumberForm:
    carers = found.registration.carers
    form = NumberForm(data={"carer": carers[0].code} if carers else {})
    form.carer.choices = [(each.code, each.name or _("Förälder")) for each in carers]
    return form


def _kept(found: Call, form: NumberForm) -> bool:
    whose = next(each for each in found.registration.carers if each.code == form.carer.data)
    who, number = access.account().actor, form.mobile.data or ""
    try:
        calls.new_number(access.db(), found, whose, number, now=access.now(), by=who)
    except contacts.Refused as refusal:
        form.refuse(form.mobile, refusal.sentence)
        return False
    return True
