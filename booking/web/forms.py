"""The parent of every form: typed, with CSRF, and with all its messages from our own catalogue."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import InputRequired, Length

from booking.base.texts import lazy


class Form(FlaskForm):
    """A form of ours. `refuse` puts a sentence at a field after a rule has said no."""

    def __init__(self, **kwargs: Any) -> None:
        # Only what a page of ours sends is read: texts. Flask-WTF would also take JSON and uploaded files, which are
        # no texts, and would take an empty form for none at all.
        if self.is_submitted():
            kwargs.setdefault("formdata", request.form)
        super().__init__(**kwargs)

    def is_submitted(self) -> bool:
        """True when the request sends the form."""
        return bool(super().is_submitted())

    def sent_and_valid(self) -> bool:
        """True when the form was sent and every field is in order."""
        return bool(self.validate_on_submit())

    @staticmethod
    def refuse(field: Field, sentence: str) -> None:
        """Show a sentence at a field."""
        field.errors = [*field.errors, sentence]


def needed(sentence: str) -> InputRequired:
    """A validator: the field must be answered; the sentence says so in plain words."""
    return InputRequired(sentence)


def at_most(characters: int) -> Length:
    """A validator: no longer than that."""
    return Length(max=characters, message=lazy("Det blev för långt. Skriv kortare."))
