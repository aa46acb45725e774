"""Pages that ask why before something is done: one heading, what it means, a reason, a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from booking.base.texts import lazy
from booking.web.forms import Form, at_most

LONGEST_REASON = 300


class ReasonForm(Form):
    """Why staff does something."""

    reason = TextAreaField(
        lazy("Varför?"),
        [DataRequired(lazy("Skriv varför. Det räcker med några ord.")), at_most(LONGEST_REASON)],
        filters=[lambda text: (text or "").strip()],
    )


def page(
    form: ReasonForm, *, title: str, lines: Sequence[str], button: str, back: str, here: str
) -> str | tuple[str, int]:
    """The page; with 422 and the errors when the form was sent."""
    values: dict[str, Any] = {"title": title, "lines": lines, "button": button, "back": back, "here": here}
    if form.is_submitted():
        return render_template("staff/reason.html", form=form, has_errors=True, **values), 422
    return render_template("staff/reason.html", form=form, **values)
