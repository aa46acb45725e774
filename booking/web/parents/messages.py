"""How the carer hears from us: by SMS, e-mail or phone, in which language, with how many words; and what we send."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from booking.base.texts import WRITTEN, _, lazy
from booking.course import message_choices
from booking.course.message_choices import Choices
from booking.people import codes, contacts
from booking.people.families import Carer
from booking.web import access
from booking.web.forms import Form
from booking.web.parents import door, own
from booking.web.parents.fields import OneFrom, OneOf
from booking.web.parents.sending import what_we_send

NOTHING = "none"
BOTH = "both"


class ChoicesForm(Form):
    """By which way, in which language, with how many words."""

    way = OneOf(lazy("Hur ska vi höra av oss?"), otherwise=lazy("Välj hur vi ska höra av oss."))
    language = OneFrom(lazy("Vilket språk ska vi skriva på?"))
    discreet = BooleanField(lazy("Skriv så lite som möjligt i meddelandena"))


@door.route("/min/<token>/meddelanden", methods=["GET", "POST"])
@own.leads_back
def messages(token: str) -> str | Response | tuple[str, int]:
    """Look and choose."""
    carer = own.carer(token)
    form = _form(carer)
    if form.sent_and_valid():
        message_choices.choose(access.db(), carer, _chosen(form, carer), now=access.now(), by=carer.actor)
        flash(_kept(carer), "success" if carer.channels else "warning")
        return redirect(url_for("parents.messages", token=token), 303)
    page = render_template(
        "parents/messages.html",
        form=form,
        token=token,
        carer=carer,
        hints=_hints(carer),
        missing=[each for each in codes.CHANNELS if each not in carer.confirmed],
        what_we_send=what_we_send(carer),
        has_errors=form.is_submitted(),
    )
    return (page, 422) if form.is_submitted() else page


def _form(carer: Carer) -> ChoicesForm:
    now = message_choices.of(carer)
    way = BOTH if len(now.channels) > 1 else next(iter(now.channels), NOTHING)
    form = ChoicesForm(data={"way": way, "language": now.language, "discreet": now.discreet})
    form.way.choices = _ways(carer)
    form.language.choices = list(WRITTEN.items())
    return form


def _ways(carer: Carer) -> list[tuple[str, str]]:
    both = len(carer.confirmed) > 1
    alone = {"sms": _("Bara sms"), "email": _("Bara mejl")} if both else {"sms": _("Sms"), "email": _("Mejl")}
    ways = [(each, alone[each]) for each in carer.confirmed]
    nothing = _("Skriv inte, ring i stället") if carer.mobile else _("Skriv inte till mig")
    return [*([(BOTH, _("Sms och mejl"))] if both else []), *ways, (NOTHING, nothing)]


def _hints(carer: Carer) -> dict[str, str]:
    """What each way means."""
    mobile, email = contacts.masked(carer.mobile or ""), contacts.masked(carer.email or "")
    phoned = _("Någon från staden ringer %(number)s när det är något viktigt, som en ledig plats.", number=mobile)
    number_less = _("Vi har inget nummer att ringa. Lägg till ett längre ner, eller titta ofta på er sida.")
    return {
        BOTH: _("Till %(mobile)s och %(email)s. Det säkraste: når vi er inte på ett sätt tar vi det andra.",
                mobile=mobile, email=email),
        "sms": _("Till %(mobile)s. Kalenderfiler kommer bara med mejl.", mobile=mobile),
        "email": _("Till %(email)s.", email=email),
        NOTHING: phoned if carer.mobile else number_less,
    }  # fmt: skip


def _chosen(form: ChoicesForm, carer: Carer) -> Choices:
    way = form.way.data
    channels = frozenset(carer.confirmed if way == BOTH else [] if way == NOTHING else [way])
    return Choices(channels, form.language.data, form.discreet.data)


def _kept(carer: Carer) -> str:
    if carer.channels:
        return _("Sparat. Så här gör vi från och med nu.")
    if carer.mobile:
        return _("Sparat. Vi skriver inte till dig, utan ringer när det är något viktigt.")
    return _("Sparat. Vi skriver inte till dig. Titta ofta på er sida, så att ni inte missar en plats.")
