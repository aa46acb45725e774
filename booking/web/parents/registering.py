"""Registering: one question a page, answers kept until they are sent. Opening a page changes nothing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.people import drafts, registering
from booking.people.registrations import Draft
from booking.web import access
from booking.web.parents import asking as city
from booking.web.parents import door, queues, steps, summary
from booking.web.parents.asking import Asking
from booking.web.parents.questions import StepForm
from booking.web.parents.steps import CHECK, Step

DRAFT = "draft"


@door.get("/anmalan/")
def register() -> str:
    """Before the first question: what is asked, how long it takes, and whom to phone instead."""
    draft = _draft()
    begun = draft is not None and any(name in draft.answers for name in steps.NAMES)
    return render_template("parents/register/start.html", begun=begun, wishes=_wishes())


def _wishes() -> dict[str, list[str]]:
    # What the visitor has already chosen on the pages before: nothing personal is in an address but birth years.
    names = [name for name in ("program", "fodd", "hem") if name in request.values]
    return {name: [text[:40] for text in request.values.getlist(name)[:20]] for name in names}


@door.post("/anmalan/")
def register_start() -> Response:
    """Begin, with what was chosen on the pages before."""
    wishes = _wishes()
    first = {
        "barn": {"years": wishes.get("fodd", [])},
        "program": {"programmes": wishes.get("program", [])},
        "hem": {"home": wishes.get("hem", [])},
    }
    chosen = {step: answers for step, answers in first.items() if any(answers.values())}
    session[DRAFT] = drafts.start(access.db(), chosen, now=access.now())
    return redirect(url_for("parents.register_step", step=steps.NAMES[0]), 303)


@door.route("/anmalan/<step>", methods=["GET", "POST"])
def register_step(step: str) -> str | Response | tuple[str, int]:
    """One question. Those before it must be answered."""
    current, draft = steps.find(step), _draft()
    if current is None:
        raise NotFound
    if draft is None:
        return _begin_again()
    asking = city.read(draft.answers)
    missing = steps.first_unanswered(asking)
    if _number(missing) < _number(step):
        return redirect(url_for("parents.register_step", step=missing), 303)
    if request.method == "POST":
        return _take(current, asking, draft)
    return _page(current, steps.shown(current, asking), asking)


def _take(step: Step, asking: Asking, draft: Draft) -> str | Response | tuple[str, int]:
    form = steps.sent(step, asking)
    if not form.validate():
        return _page(step, form, asking, has_errors=True), 422
    answer = steps.answer(form)
    if step.name == "hem" and answer != asking.answers.get("hem"):
        # Where one can go depends on where one lives, so that is asked anew.
        drafts.keep(access.db(), draft, "platser", {}, now=access.now())
    drafts.keep(access.db(), draft, step.name, answer, now=access.now())
    return redirect(_next(step, city.read(draft.answers)), 303)


def _next(step: Step, asking: Asking) -> str:
    # Whoever changes one line goes back to the summary, or to the first question that the change has opened anew.
    following = steps.STEPS[_number(step.name) :]
    if "andra" in request.args:
        return _address(steps.first_unanswered(asking), andra=1)
    return _address(following[0].name if following else CHECK)


def _address(name: str, andra: int | None = None) -> str:
    if name == CHECK:
        return url_for("parents.register_check")
    return url_for("parents.register_step", step=name, andra=andra)


def _number(name: str) -> int:
    return steps.NAMES.index(name) + 1 if name in steps.NAMES else steps.TOTAL


def _page(step: Step, form: StepForm, asking: Asking, *, has_errors: bool = False) -> str:
    number = _number(step.name)
    before = steps.NAMES[number - 2] if number > 1 else None
    back = CHECK if "andra" in request.args and steps.first_unanswered(asking) == CHECK else before
    return render_template(
        f"parents/register/{step.name}.html",
        form=form,
        asking=asking,
        city_of=city,
        number=number,
        total=steps.TOTAL,
        back=_address(back) if back else url_for("parents.register"),
        has_errors=has_errors,
    )


@door.get("/anmalan/stammer")
def register_check() -> str | Response:
    """Is this right? Every line can be changed."""
    draft = _draft()
    if draft is None:
        return _begin_again()
    asking = city.read(draft.answers)
    missing = steps.first_unanswered(asking)
    if missing != CHECK:
        return redirect(_address(missing), 303)
    answers = steps.answers(asking)
    told = [
        (label, text, url_for("parents.register_step", step=step, andra=1))
        for label, text, step in summary.lines(asking, answers)
    ]
    return render_template(
        "parents/register/check.html",
        lines=told,
        how_long=queues.of_answers(asking, answers),
        back=_address(steps.NAMES[-1]),
        total=steps.TOTAL,
    )


@door.post("/anmalan/stammer")
def register_send() -> Response:
    """Send. A second click finds the draft gone and leads to the same page."""
    db, now, token, draft = access.db(), access.now(), str(session.get(DRAFT, "")), _draft()
    if draft is not None:
        asking = city.read(draft.answers)
        missing = steps.first_unanswered(asking)
        if missing != CHECK:
            return redirect(_address(missing), 303)
        if drafts.claim(db, token, now=now):
            family = registering.register(db, steps.answers(asking), now=now)
            drafts.point(db, token, family.first_carer.code)
    code = drafts.find_sent(db, token)
    return redirect(url_for("parents.confirm", code=code), 303) if code else _begin_again()


def _draft() -> Draft | None:
    token = session.get(DRAFT)
    return drafts.find(access.db(), token, now=access.now()) if isinstance(token, str) else None


def _begin_again() -> Response:
    flash(_("Vi har inte kvar dina svar. De sparas i ett dygn, i samma webbläsare."), "warning")
    return redirect(url_for("parents.register"), 303)
