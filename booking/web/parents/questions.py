"""The questions of a registration about children, places and times: one form per page."""

from __future__ import annotations

from wtforms import BooleanField

from booking.base import texts
from booking.base.texts import _, lazy
from booking.web.forms import Form, needed
from booking.web.parents.asking import Asking, birth_years
from booking.web.parents.fields import OneFrom, OneOf, Several

SPOKEN = ("sv", "en", "ar", "so", "ti", "fa", "ku", "es", "tr", "pl", "ru", "uk", "fi", "bn", "sq", "am")


class StepForm(Form):
    """A page of the registration. `prepare` gives it its choices, `first` its answers before anyone has answered."""

    def prepare(self, asking: Asking) -> None:
        """Fill in what can be chosen."""

    @classmethod
    def first(cls, asking: Asking) -> dict[str, list[str]]:
        """What is ticked when the page is opened for the first time."""
        return {}


class ChildrenForm(StepForm):
    """The children's birth years."""

    years = Several(lazy("Vilka år är barnen födda?"), [needed(lazy("Kryssa för minst ett år."))])

    def prepare(self, asking: Asking) -> None:
        """Every year that some programme is for."""
        self.years.choices = [(year, year) for year in birth_years(asking)]


class ProgrammesForm(StepForm):
    """Which programmes, among those that suit the children."""

    programmes = Several(lazy("Vad vill ni gå?"), [needed(lazy("Kryssa för minst ett program."))])

    def prepare(self, asking: Asking) -> None:
        """Those that suit the children."""
        self.programmes.choices = [(each.code, each.name) for each in asking.suited]


class HomeForm(StepForm):
    """Where the family lives."""

    home = OneOf(lazy("Var bor ni?"), otherwise=lazy("Välj stadsdelen där ni bor."))

    def prepare(self, asking: Asking) -> None:
        """Today's districts."""
        self.home.choices = [(each.code, each.name) for each in asking.atlas.standing(asking.day)]


class PlacesForm(StepForm):
    """Where the family can go, home first."""

    near = BooleanField(lazy("Alla stadsdelar inom 30 minuter"))
    districts = Several(lazy("Stadsdelar"))
    online = BooleanField(lazy("Träffar på nätet, hemifrån"))

    def prepare(self, asking: Asking) -> None:
        """Today's districts, the nearest first."""
        self.districts.choices = [(each.code, each.name) for each in asking.nearest]

    @classmethod
    def first(cls, asking: Asking) -> dict[str, list[str]]:
        """Home works."""
        return {"districts": [asking.home.code]} if asking.home else {}

    def validate(self, extra_validators: object = None) -> bool:
        """Something must work."""
        fine = bool(super().validate())
        if fine and not (self.near.data or self.districts.data or self.online.data):
            self.refuse(self.districts, _("Välj minst en stadsdel, eller träffar på nätet."))
            return False
        return fine


class DaysForm(StepForm):
    """The weekdays that work."""

    any_day = BooleanField(lazy("Alla dagar fungerar"))
    weekdays = Several(lazy("Dagar"))

    def prepare(self, asking: Asking) -> None:
        """Monday to Sunday."""
        self.weekdays.choices = [(str(day), texts.weekday_name(day).capitalize()) for day in range(7)]

    def validate(self, extra_validators: object = None) -> bool:
        """Some day must work."""
        fine = bool(super().validate())
        if fine and not (self.any_day.data or self.weekdays.data):
            self.refuse(self.weekdays, _("Välj minst en dag."))
            return False
        return fine


class AdultsForm(StepForm):
    """How many adults come, and what they need."""

    adults = OneOf(lazy("Hur många vuxna kommer?"), otherwise=lazy("Välj en eller två."))
    step_free = BooleanField(lazy("Lokal utan trappor"))
    childcare = BooleanField(lazy("Barnpassning under träffen"))

    def prepare(self, asking: Asking) -> None:
        """One or two."""
        self.adults.choices = [("1", _("En")), ("2", _("Två"))]

    @classmethod
    def first(cls, asking: Asking) -> dict[str, list[str]]:
        """Most come alone."""
        return {"adults": ["1"]}


class LanguagesForm(StepForm):
    """The languages that work, and an interpreter."""

    languages = Several(lazy("Vilka språk fungerar för er i en grupp?"), [needed(lazy("Välj minst ett språk."))])
    interpreter = OneFrom(lazy("Behöver ni tolk?"))

    def prepare(self, asking: Asking) -> None:
        """The languages that many speak here."""
        names = [(code, texts.language_name(code).capitalize()) for code in SPOKEN]
        self.languages.choices = names
        self.interpreter.choices = [("", _("Nej, det behövs inte")), *names[1:]]

    @classmethod
    def first(cls, asking: Asking) -> dict[str, list[str]]:
        """The language of the page."""
        return {"languages": [texts.language()], "interpreter": [""]}


class FlexibleForm(StepForm):
    """What a family may do to make it easier for more."""

    flexible = BooleanField(lazy("Ni får välja ordningen på våra grupper"))
    short_notice = BooleanField(lazy("Vi kan komma med kort varsel"))
