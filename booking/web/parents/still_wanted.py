"""Once a year: does the family still want what it waits for? Silence ends nothing, and opening the page says nothing.

A yes is for all that was asked about; a no goes by the page that asks once whether one is sure.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.base.clock import today
from booking.base.texts import _
from booking.course import waiting_news
from booking.people import changing
from booking.places import waits
from booking.web import access
from booking.web.parents import door, own


@door.get("/min/<token>/kvar")
def still_wanted(token: str) -> str:
    """What they wait for and since when, how long it may take, and two answers."""
    asked = [each.registration for each in waiting_news.list_to_answer(access.db(), own.carer(token))]
    said = [(each, waits.sentence(waits.expected(access.db(), each, now=access.now()))) for each in asked]
    return render_template("parents/still_wanted.html", token=token, asked=said, day_of=today)


@door.post("/min/<token>/kvar")
@own.leads_back
def still_wanted_yes(token: str) -> Response:
    """Yes, we still want it. Saying so twice is harmless."""
    carer = own.carer(token)
    for question in waiting_news.list_to_answer(access.db(), carer):
        changing.stay(access.db(), question.registration, now=access.now(), by=carer.actor)
    flash(_("Tack! Ni står kvar i kön."), "success")
    return redirect(url_for("parents.mine", token=token), 303)
