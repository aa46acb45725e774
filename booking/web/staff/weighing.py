"""Pages that weigh an act on a group: choose, read what it comes to, say why, press once.

What is chosen stands in the address, so that looking changes nothing. The form sends it along with what the page said;
when that no longer holds, it is said once more before anything is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from booking.base.errors import NotFound, Refused
from booking.base.texts import _
from booking.catalogue import groups
from booking.catalogue.groups import Group, GroupState
from booking.web import access
from booking.web.staff import asking

Answer = str | Response | tuple[str, int]


class WeighForm(asking.ReasonForm):
    """Why, what was chosen, and what the page said of it."""

    choice = HiddenField()
    seen = HiddenField()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act would come to: a sentence each, the figures that they rest on, and doing it.

    `do` is given the reason and returns what to say afterwards. `locks` are other groups it touches.
    """

    lines: Sequence[str]
    figures: tuple[object, ...]
    do: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a group: what the page says, what is to choose, and how it is weighed.

    `kind` is "date", "select" (with `options` of value and text) or "" when there is nothing to choose. `weigh` raises
    Refused for what cannot be chosen; `also` names the ids of other groups that the choice touches.
    """

    title: str
    lead: str
    button: str
    weigh: Callable[[Group, str], Effect]
    kind: str = ""
    label: str = ""
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    suggested: str = ""
    also: Callable[[str], list[int]] = lambda choice: []


def page(group: Group, act: Act) -> Answer:
    """The page; doing it when the form is sent with a reason and nothing has changed since it was read."""
    back = url_for("staff.group", code=group.code)
    if group.state is not GroupState.OPEN:
        return redirect(back, 303)
    form = WeighForm()
    sent = form.is_submitted()
    choice = (form.choice.data if sent else request.args.get("val")) or ""
    effect, problem = _weighed(group, act, choice, sent=sent)
    if effect is not None and form.sent_and_valid():
        if form.seen.data == _said(group, effect):
            flash(effect.do(form.reason.data or ""), "success")
            return redirect(back, 303)
        form.refuse(form.reason, _("Något har ändrats sedan du öppnade sidan. Läs igenom en gång till."))
    form.choice.data, form.seen.data = choice, _said(group, effect) if effect else ""
    answer = render_template(
        "staff/weigh.html", act=act, group=group, form=form, effect=effect, problem=problem,
        chosen=choice or act.suggested, has_errors=sent,
    )  # fmt: skip
    return (answer, 422) if sent else answer


def _weighed(group: Group, act: Act, choice: str, *, sent: bool) -> tuple[Effect | None, str]:
    """What the choice comes to, or why it cannot be; neither while nothing is chosen."""
    if act.kind and not choice:
        return None, ""
    try:
        if sent:
            groups.lock(access.db(), sorted({group.id, *act.also(choice)}))
        return act.weigh(group, choice), ""
    except (Refused, NotFound) as refusal:
        return None, getattr(refusal, "sentence", _("Det går inte att välja."))


def _said(group: Group, effect: Effect) -> str:
    return "/".join(str(each) for each in (group.version, *effect.figures))
