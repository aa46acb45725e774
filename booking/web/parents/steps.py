"""The steps of a registration, their order, and the answers they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from booking.base import texts
from booking.people import contacts
from booking.people.families import Gender
from booking.people.registering import Answers
from booking.web.parents import persons, questions
from booking.web.parents.asking import Asking
from booking.web.parents.questions import StepForm

CHECK = "stammer"


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its name in the address (and of its template), and its form."""

    name: str
    form: type[StepForm]


STEPS = (
    Step("barn", questions.ChildrenForm),
    Step("program", questions.ProgrammesForm),
    Step("hem", questions.HomeForm),
    Step("platser", questions.PlacesForm),
    Step("dagar", questions.DaysForm),
    Step("vuxna", questions.AdultsForm),
    Step("sprak", questions.LanguagesForm),
    Step("latt", questions.FlexibleForm),
    Step("kontakt", persons.ContactForm),
    Step("om-dig", persons.AboutForm),
)
TOTAL = len(STEPS) + 1
NAMES = [step.name for step in STEPS]


def find(name: str) -> Step | None:
    """The step of that name."""
    return next((step for step in STEPS if step.name == name), None)


def sent(step: Step, asking: Asking) -> StepForm:
    """The step's form as the visitor sent it."""
    form = step.form()
    form.prepare(asking)
    return form


def shown(step: Step, asking: Asking) -> StepForm:
    """The step's form as it is opened: with what was answered before, else with its first answers."""
    form = step.form(formdata=_as_sent(asking.answers.get(step.name) or step.form.first(asking)))
    form.prepare(asking)
    return form


def answer(form: StepForm) -> dict[str, list[str]]:
    """What was sent, field by field, as it would be sent again."""
    return {field.name: _texts(field.data) for field in form if field.name != "csrf_token"}


def _texts(data: object) -> list[str]:
    if isinstance(data, list):
        return [str(each) for each in data]
    if isinstance(data, bool):
        return ["y"] if data else []
    return [] if data is None else [str(data)]


def is_answered(step: Step, asking: Asking) -> bool:
    """True when the kept answers of a step hold, seen with all the other answers as they are now."""
    kept = asking.answers.get(step.name)
    if kept is None:
        return False
    form = step.form(formdata=_as_sent(kept), meta={"csrf": False})
    form.prepare(asking)
    return form.validate()


def first_unanswered(asking: Asking) -> str:
    """The first step that must still be answered; CHECK when none must."""
    return next((step.name for step in STEPS if not is_answered(step, asking)), CHECK)


def _as_sent(kept: Mapping[str, list[str]]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, values in kept.items() for value in values])


def answers(asking: Asking) -> Answers:
    """The answers as one thing. Every step must be answered."""
    days = range(7) if asking.one("dagar", "any_day") else map(int, asking.every("dagar", "weekdays"))
    mobile, email = asking.one("kontakt", "mobile").strip(), asking.one("kontakt", "email").strip()
    return Answers(
        name=asking.one("kontakt", "name"),
        home=asking.one("hem", "home"),
        birth_years=asking.years,
        programmes=tuple(asking.every("program", "programmes")),
        mobile=contacts.mobile(mobile) if mobile else None,
        email=contacts.email(email) if email else None,
        districts=tuple(district.code for district in asking.within_reach()),
        weekdays=tuple(days),
        online=bool(asking.one("platser", "online")),
        adults=int(asking.one("vuxna", "adults")),
        languages=tuple(asking.every("sprak", "languages")),
        interpreter=asking.one("sprak", "interpreter") or None,
        step_free=bool(asking.one("vuxna", "step_free")),
        childcare=bool(asking.one("vuxna", "childcare")),
        flexible=bool(asking.one("latt", "flexible")),
        short_notice=bool(asking.one("latt", "short_notice")),
        discreet=bool(asking.one("kontakt", "discreet")),
        gender=Gender(asking.one("om-dig", "gender") or "unsaid"),
        heard_from=asking.one("om-dig", "heard_from") or None,
        language=texts.language(),
    )
