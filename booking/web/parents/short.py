"""Short links, as in messages: `/m/…` my page, `/e/…` the offer, `/i/…` the invitation, `/k/…` the yearly question."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from booking.base import texts
from booking.people.families import Carer
from booking.places import standing
from booking.records import links
from booking.web import access
from booking.web.parents import own

short = Blueprint("short", __name__)


@short.get("/m/<token>")
def mine(token: str) -> Response:
    """To my page, in the carer's language."""
    _speak(token)
    own.carer(token)
    return redirect(url_for("parents.mine", token=token, lang=g.lang))


@short.get("/e/<token>")
def offer(token: str) -> Response:
    """To the family's open offer when there is just one, else to my page."""
    _speak(token)
    told = standing.list_of(access.db(), own.carer(token), now=access.now())
    open_now = [each.offer for each in told if each.offer is not None]
    if len(open_now) != 1:
        return redirect(url_for("parents.mine", token=token, lang=g.lang))
    return redirect(url_for("parents.offer", token=token, code=open_now[0].code, lang=g.lang))


@short.get("/i/<token>")
def invitation(token: str) -> Response:
    """To the invitation that may be answered when there is just one, else to my page."""
    _speak(token)
    told = standing.list_of(access.db(), own.carer(token), now=access.now())
    waiting = [one for each in told for one in each.invitations]
    if len(waiting) != 1:
        return redirect(url_for("parents.mine", token=token, lang=g.lang))
    return redirect(url_for("parents.invitation", token=token, code=waiting[0].code, lang=g.lang))


@short.get("/k/<token>")
def still_wanted(token: str) -> Response:
    """To the question whether the family still wants what it waits for."""
    _speak(token)
    own.carer(token)
    return redirect(url_for("parents.still_wanted", token=token, lang=g.lang))


def _speak(token: str) -> None:
    """Speak the carer's language already on the page that says that a link has run out."""
    link = links.find(access.db(), token)
    language = access.db().get_one(Carer, link.carer_id).language if link else texts.DEFAULT
    g.lang = language if language in texts.LANGUAGES else texts.DEFAULT
    texts.speak(g.lang)
