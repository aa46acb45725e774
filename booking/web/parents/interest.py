"""A question of interest: is a group in another programme something for them? Silence is an answer too.

Opening the page changes nothing. The same answer twice is harmless and ends in the same page.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.base.texts import _
from booking.course import interest as asked
from booking.course.interest import AskState
from booking.web import access
from booking.web.parents import door, own
from booking.web.parents.showing import shown

Answer = str | Response | tuple[str, int]


@door.get("/min/<token>/fraga/<code>")
def interest(token: str, code: str) -> Answer:
    """What it is, what a yes and a no mean, and two buttons."""
    ask = asked.get(access.db(), own.carer(token), code)
    group = shown(access.db(), ask.group, ask.registration)
    open_now = asked.can_answer(access.db(), ask, now=access.now())
    page = render_template("parents/interest.html", token=token, ask=ask, group=group, open_now=open_now)
    return page if open_now else (page, 410)


@door.post("/min/<token>/fraga/<code>/ja")
@own.leads_back
def interest_yes(token: str, code: str) -> Answer:
    """Yes: a registration of its own, from today."""
    carer = own.carer(token)
    ask = asked.get(access.db(), carer, code)
    if ask.state is not AskState.YES:
        asked.say_yes(access.db(), ask, now=access.now(), by=carer.actor)
    programme = ask.group.programme.name
    flash(_("Ni står nu i kö till %(programme)s. Er andra anmälan är som förut.", programme=programme), "success")
    return redirect(url_for("parents.mine", token=token), 303)


@door.post("/min/<token>/fraga/<code>/nej")
@own.leads_back
def interest_no(token: str, code: str) -> Answer:
    """No, thank you: nothing changes."""
    carer = own.carer(token)
    ask = asked.get(access.db(), carer, code)
    if ask.state is not AskState.NO:
        asked.say_no(access.db(), ask, now=access.now(), by=carer.actor)
    flash(_("Tack för svaret. Ni står kvar i kön som förut, och vi frågar inte igen."), "success")
    return redirect(url_for("parents.mine", token=token), 303)
