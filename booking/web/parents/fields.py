"""Fields with choices whose refusals are our own sentences; `otherwise` is said when none of the choices was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from booking.base.texts import lazy

UNKNOWN = lazy("Välj bland alternativen.")


class _Worded(SelectField):
    def __init__(self, label: Any, validators: Iterable[Any] = (), *, otherwise: Any = UNKNOWN, **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.otherwise = otherwise

    def pre_validate(self, form: Any) -> None:
        """Say it in our words."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(str(self.otherwise)) from None


class OneOf(_Worded, RadioField):
    """One of a few, all in sight."""


class OneFrom(_Worded):
    """One from a longer list."""


class Several(_Worded, SelectMultipleField):
    """Any number of them."""
