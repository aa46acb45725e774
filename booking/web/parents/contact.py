"""Adding a mobile or an e-mail where none is confirmed: one question, then the code that was sent there."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, StringField
from wtforms.validators import ValidationError

from booking.base.texts import _, lazy
from booking.course import message_choices
from booking.people import codes, contacts
from booking.people.families import Carer
from booking.web import access
from booking.web.forms import Form, at_most, needed
from booking.web.parents import door, own
from booking.web.parents.persons import accept


class MobileForm(Form):
    """A mobile number, in any form people type."""

    mobile = StringField(lazy("Mobilnummer"), [needed(lazy("Skriv ditt mobilnummer.")), at_most(40)])

    def validate_mobile(self, field: Field) -> None:
        """It is a mobile."""
        field.data = accept(contacts.mobile, field)


class EmailForm(Form):
    """An e-mail address. One that looks like a slip must be sent twice to be believed."""

    email = StringField(lazy("Mejladress"), [needed(lazy("Skriv din mejladress.")), at_most(200)])
    sure = HiddenField()

    def validate_email(self, field: Field) -> None:
        """It is an address, without obvious slips."""
        field.data = address = accept(contacts.email, field)
        meant = contacts.likely_meant(address)
        if meant is not None and self.sure.data != address:
            self.sure.data = address
            raise ValidationError(_("Menade du %(address)s? Om inte, tryck på knappen en gång till.", address=meant))


@door.route("/min/<token>/kontakt/<any(sms,email):channel>", methods=["GET", "POST"])
@own.leads_back
def contact(token: str, channel: str) -> str | Response | tuple[str, int]:
    """Ask for it, keep it and send a code. What is confirmed is changed by phone, where we can ask who it is."""
    carer = own.carer(token)
    if channel in carer.confirmed:
        return redirect(url_for("parents.messages", token=token), 303)
    form = MobileForm(data={"mobile": carer.mobile}) if channel == "sms" else EmailForm(data={"email": carer.email})
    field = form.mobile if isinstance(form, MobileForm) else form.email
    if form.sent_and_valid() and _given(form, field, carer, channel):
        return redirect(url_for("parents.confirm", code=carer.code), 303)
    refused = form.is_submitted()
    page = render_template("parents/contact.html", form=form, field=field, token=token, has_errors=refused)
    return (page, 422) if refused else page


def _given(form: Form, field: Field, carer: Carer, channel: str) -> bool:
    """Keep it; False when no code can be sent there now, with a sentence at the field."""
    try:
        message_choices.give(access.db(), carer, channel, field.data, now=access.now(), by=carer.actor)
    except codes.Refused as refusal:
        form.refuse(field, refusal.sentence)
        return False
    return True
