"""Every text a person reads passes here: translation, and dates and times as people say them.

Texts are written in Swedish in the code and translated through gettext catalogues in `booking/translations`. The
language is set for a stretch of work with `speaking`, so that a web request and a message to a carer use one way.
Babel is used directly: Flask-Babel would bring Flask into every noun.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal
from babel.support import LazyProxy, NullTranslations, Translations

from booking.base.clock import local

LANGUAGES = {"sv": "Svenska", "en": "English"}
"""What pages are read in."""
WRITTEN = {**LANGUAGES, "ar": "العربية", "so": "Soomaali"}
"""What messages are written in."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
DEFAULT = "sv"

_FOLDER = Path(__file__).resolve().parent.parent / "translations"
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts made inside the block are in this language, or in Swedish when we do not write it."""
    mark = _language.set(written(language))
    try:
        yield
    finally:
        _language.reset(mark)


def speak(language: str) -> None:
    """Use this language for the rest of the current context, such as one web request."""
    _language.set(language if language in LANGUAGES else DEFAULT)


def written(language: str) -> str:
    """The language we write to somebody who reads this one."""
    return language if language in WRITTEN else DEFAULT


def language() -> str:
    """The code of the language in use."""
    return _language.get()


def direction(code: str) -> str:
    """How the language is written: "ltr" or "rtl"."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


@cache
def _catalogue(code: str) -> NullTranslations:
    # What pages are not read in has a catalogue of the texts of messages alone.
    return Translations.load(str(_FOLDER), [code], domain="messages" if code in LANGUAGES else "letters")


def _(text: str, **values: Any) -> str:
    """The text in the language in use, with `%(name)s` filled in."""
    found = _catalogue(_language.get()).ugettext(text)
    return found % values if values else found


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """The text for one or for many; `%(num)d` is the number."""
    found = _catalogue(_language.get()).ungettext(singular, plural, number)
    return str(found % {"num": number, **values})


def lazy(text: str, **values: Any) -> str:
    """A text that is translated each time it is shown: for labels made when a class is defined."""
    return cast(str, LazyProxy(_, text, enable_cache=False, **values))


def full_day(day: date) -> str:
    """A day in words, such as "tisdag 14 januari"."""
    return format_date(day, _("EEEE d MMMM"), locale=_language.get())


def dated(day: date) -> str:
    """A day with its year, such as "14 januari 2027"."""
    return format_date(day, _("d MMMM y"), locale=_language.get())


def month(first: date) -> str:
    """A month by one of its days, such as "januari 2027"."""
    return format_date(first, "LLLL y", locale=_language.get())


def amount(number: float) -> str:
    """An amount of money without its currency, such as "1 234,50"."""
    return format_decimal(number, "#,##0.00", locale=_language.get())


def full_time(instant: datetime) -> str:
    """An instant in words on the city's clock, such as "tisdag 14 januari kl. 17.30"."""
    return format_datetime(local(instant), _("EEEE d MMMM 'kl.' HH.mm"), locale=_language.get())


def short_time(instant: datetime) -> str:
    """An instant for an SMS, such as "tors 14/1 kl 12.00"."""
    return format_datetime(local(instant), _("EEE d/M 'kl' HH.mm"), locale=_language.get())


def short_day(instant: datetime) -> str:
    """The day of an instant for a narrow column, such as "tis 26/1"."""
    return format_datetime(local(instant), _("EEE d/M"), locale=_language.get())


def clock_time(instant: datetime) -> str:
    """The hour alone, such as "17.30"."""
    return format_datetime(local(instant), _("HH.mm"), locale=_language.get())


def hours(minutes: int) -> str:
    """How long something lasts, such as "2,5 timmar"."""
    number = f"{minutes / 60:.2g}".replace(".", _(","))
    return _("en timme") if minutes == 60 else _("%(hours)s timmar", hours=number)


def weekday_name(weekday: int) -> str:
    """The name of a weekday; 0 is Monday."""
    return str(get_day_names("wide", locale=_language.get())[weekday])


def language_name(code: str) -> str:
    """A language's name in the language in use, such as "somaliska" for "so"."""
    return str(Locale.parse(_language.get()).languages.get(code, code))
