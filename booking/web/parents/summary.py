"""The answers read back before they are sent: every line with the step where it is changed."""

from __future__ import annotations

from booking.base import texts
from booking.base.texts import _, ngettext
from booking.people import contacts
from booking.people.registering import Answers
from booking.web.parents.asking import Asking
from booking.web.parents.persons import heard_from
from booking.web.parents.showing import listed

Line = tuple[str, str, str]


def lines(asking: Asking, answers: Answers) -> list[Line]:
    """(question, answer, step) in the order of the steps."""
    return [*_what(asking, answers), *_when_and_how(answers), *_who(answers)]


def _what(asking: Asking, answers: Answers) -> list[Line]:
    programmes = [each.name for each in asking.programmes if each.code in answers.programmes]
    names = {district.code: district.name for district in asking.nearest}
    places = [names[code] for code in answers.districts] + ([_("på nätet")] if answers.online else [])
    return [
        (_("Barnen är födda"), listed(str(year) for year in answers.birth_years), "barn"),
        (_("Ni vill gå"), listed(programmes), "program"),
        (_("Ni bor i"), names[answers.home], "hem"),
        (_("Ni kan komma till"), listed(places), "platser"),
    ]


def _when_and_how(answers: Answers) -> list[Line]:
    everything = len(answers.weekdays) == 7
    days = _("alla dagar") if everything else listed(texts.weekday_name(day) for day in answers.weekdays)
    needs = {_("lokal utan trappor"): answers.step_free, _("barnpassning"): answers.childcare}
    offers = {_("vi får välja ordningen"): answers.flexible, _("kort varsel går bra"): answers.short_notice}
    interpreter = (
        _("tolk: %(language)s", language=texts.language_name(answers.interpreter)) if answers.interpreter else ""
    )
    spoken = listed(texts.language_name(code) for code in answers.languages)
    return [
        (_("Dagar"), days, "dagar"),
        (_("Vuxna"), ngettext("%(num)d vuxen", "%(num)d vuxna", answers.adults), "vuxna"),
        (_("Ni behöver"), _ticked(needs), "vuxna"),
        (_("Språk"), ", ".join(filter(None, [spoken, interpreter])), "sprak"),
        (_("Ni kan tänka er"), _ticked(offers), "latt"),
    ]


def _who(answers: Answers) -> list[Line]:
    gender = {"woman": _("kvinna"), "man": _("man"), "other": _("annat"), "unsaid": _("vill inte uppge")}
    return [
        (_("Namn"), contacts.name(answers.name), "kontakt"),
        (_("Mobil"), contacts.readable(answers.mobile) if answers.mobile else _("ingen"), "kontakt"),
        (_("Mejl"), answers.email or _("ingen"), "kontakt"),
        (_("Meddelanden"), _("så lite som möjligt") if answers.discreet else _("som vanligt"), "kontakt"),
        (_("Du är"), gender[answers.gender.value], "om-dig"),
        (_("Hur du fick veta"), heard_from().get(answers.heard_from or "", _("vill inte uppge")), "om-dig"),
    ]


def _ticked(ticks: dict[str, bool]) -> str:
    return listed(text for text, ticked in ticks.items() if ticked) if any(ticks.values()) else _("inget särskilt")
