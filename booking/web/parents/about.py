"""What parents may want to know: how places are given, their data, accessibility."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import render_template

from booking.base.texts import lazy
from booking.records import policies
from booking.web import access
from booking.web.parents import door


class Example(NamedTuple):
    """A family in the worked example: where it lives, since when it waits, and what the rule gives it."""

    name: str
    district: str
    since: date
    placed: bool
    why: str


EXAMPLE_PLACES = 3
EXAMPLE = (
    Example("A", "Farsta", date(2026, 10, 2), True, lazy("Bor i Farsta och har väntat längst där.")),
    Example("B", "Farsta", date(2026, 11, 16), True, lazy("Bor i Farsta. Går före dem som bor i andra stadsdelar.")),
    Example("C", "Skarpnäck", date(2026, 3, 14), True, lazy("Har väntat längst av dem från andra stadsdelar.")),
    Example(
        "D", "Skarpnäck", date(2026, 9, 1), False, lazy("C har väntat längre. D är på tur när en plats blir ledig.")
    ),
)
"""Three places in a group in Farsta that starts; one parent in each family. The engine is tested against it."""


@door.get("/sa-fordelas-platserna")
def fair() -> str:
    """The rule, and an example."""
    return render_template(
        "parents/fair.html", policy=policies.current(access.db()), example=EXAMPLE, places=EXAMPLE_PLACES
    )


@door.get("/om-dina-uppgifter")
def privacy() -> str:
    """What is kept, who reads it, and whom to ask."""
    return render_template("parents/privacy.html", policy=policies.current(access.db()))


@door.get("/tillganglighet")
def accessibility() -> str:
    """How accessible the service is, and how to report what is not."""
    return render_template("parents/accessibility.html")
