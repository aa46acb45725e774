"""What parents may want to know: how places are given, their data, accessibility."""

from __future__ import annotations

from flask import render_template

from booking.records import policies
from booking.web import access
from booking.web.parents import door


@door.get("/sa-fordelas-platserna")
def fair() -> str:
    """The rule, and an example."""
    return render_template("parents/fair.html", policy=policies.current(access.db()))


@door.get("/om-dina-uppgifter")
def privacy() -> str:
    """What is kept, who reads it, and whom to ask."""
    return render_template("parents/privacy.html", policy=policies.current(access.db()))


@door.get("/tillganglighet")
def accessibility() -> str:
    """How accessible the service is, and how to report what is not."""
    return render_template("parents/accessibility.html")
