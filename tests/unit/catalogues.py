"""The committed catalogues, compiled in memory: what is tested does not depend on what has been compiled."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from booking.base import texts
from booking.outbox.wording import templates

TRANSLATIONS = Path(texts.__file__).resolve().parents[1] / "translations"


def path(language: str) -> Path:
    """The catalogue of a language: of all texts, or of the texts of messages."""
    domain = "messages" if language in texts.LANGUAGES else "letters"
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue as it is committed; a line that gettext cannot read is an error."""
    return read_po(io.BytesIO(path(language).read_bytes()), locale=language, abort_invalid=True)


@cache
def compiled(language: str) -> NullTranslations:
    """The same, for gettext."""
    if language == texts.DEFAULT:
        return NullTranslations()
    made = io.BytesIO()
    write_mo(made, catalogue(language))
    made.seek(0)
    return Translations(made)


@contextmanager
def committed() -> Iterator[None]:
    """Inside, every text comes out of the committed catalogues."""
    templates.outline.cache_clear()
    with mock.patch.object(texts, "_catalogue", compiled):
        yield
    templates.outline.cache_clear()
