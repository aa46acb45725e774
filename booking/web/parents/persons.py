"""The questions of a registration about who asks: how to reach them, and two that are freely answered."""

from __future__ import annotations

from collections.abc import Callable

from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import Optional, ValidationError

from booking.base.errors import Refused
from booking.base.texts import _, lazy
from booking.people import contacts
from booking.web.forms import Form, at_most, needed
from booking.web.parents.asking import Asking
from booking.web.parents.fields import OneFrom, OneOf
from booking.web.parents.questions import StepForm


class ContactForm(StepForm):
    """Name, mobile, e-mail. An address that looks like a slip must be sent twice to be believed."""

    name = StringField(lazy("Ditt namn"), [needed(lazy("Skriv ditt namn.")), at_most(100)])
    mobile = StringField(lazy("Mobilnummer"), [at_most(40)])
    email = StringField(lazy("Mejladress"), [at_most(200)])
    sure = HiddenField()
    discreet = BooleanField(lazy("Skriv så lite som möjligt i meddelandena"))

    def validate_name(self, field: Field) -> None:
        """A name has letters."""
        accept(contacts.name, field)

    def validate_mobile(self, field: Field) -> None:
        """Any form people type, as long as it is a mobile."""
        if (field.data or "").strip():
            accept(contacts.mobile, field)
        elif not (self.email.data or "").strip():
            raise ValidationError(_("Skriv ett mobilnummer eller en mejladress. En av dem räcker."))

    def validate_email(self, field: Field) -> None:
        """An address, without obvious slips."""
        if not (field.data or "").strip():
            return
        address = accept(contacts.email, field)
        meant = contacts.likely_meant(address)
        if meant is not None and self.sure.data != address:
            self.sure.data = address
            raise ValidationError(_("Menade du %(address)s? Om inte, tryck på Fortsätt en gång till.", address=meant))


class AboutForm(StepForm):
    """Two questions that may be left out."""

    gender = OneOf(lazy("Du är"), [Optional()])
    heard_from = OneFrom(lazy("Hur fick du veta att det här finns?"), [Optional()])

    def prepare(self, asking: Asking) -> None:
        """Not to say is as good an answer as any."""
        self.gender.choices = [
            ("woman", _("Kvinna")),
            ("man", _("Man")),
            ("other", _("Annat")),
            ("unsaid", _("Vill inte uppge")),
        ]
        self.heard_from.choices = [("", _("Vill inte uppge")), *heard_from().items()]

    @classmethod
    def first(cls, asking: Asking) -> dict[str, list[str]]:
        """Nobody has to say."""
        return {"gender": ["unsaid"], "heard_from": [""]}


class ReturnForm(Form):
    """A mobile or an e-mail, to which a link may be sent."""

    contact = StringField(
        lazy("Mobilnummer eller mejladress"), [needed(lazy("Skriv din mobil eller mejladress.")), at_most(200)]
    )

    def validate_contact(self, field: Field) -> None:
        """One of the two."""
        accept(contacts.email if "@" in (field.data or "") else contacts.mobile, field)


class CodeForm(Form):
    """The code that was sent."""

    code = StringField(lazy("Koden"), [needed(lazy("Skriv koden.")), at_most(40)])

    def validate_code(self, field: Field) -> None:
        """Six digits from any keyboard, with or without spaces."""
        if len(contacts.digits(field.data or "")) != 6:
            raise ValidationError(_("Koden är sex siffror."))


def heard_from() -> dict[str, str]:
    """Ways to hear of us."""
    return {
        "school": _("Förskola eller skola"),
        "clinic": _("Barnavårdscentral eller annan vård"),
        "friend": _("En vän eller släkting"),
        "web": _("Nätet eller sociala medier"),
        "poster": _("Affisch, broschyr eller brev"),
        "other": _("På annat sätt"),
    }


def accept(rule: Callable[[str], str], field: Field) -> str:
    """What the field holds in the form in which it is kept; a rule's refusal becomes the sentence at the field."""
    try:
        return rule(field.data or "")
    except Refused as refusal:
        raise ValidationError(refusal.sentence) from None
