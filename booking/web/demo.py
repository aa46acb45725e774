"""The demo's own pages: the post box with everything that was "sent", and the clock that can be moved. Demo only.

An SMS can be answered beside it, as one would on a phone: the answer goes the way of one that a gateway hands on.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from sqlalchemy import select
from werkzeug.wrappers import Response

from booking.base import clock, texts
from booking.base.secrecy import new_code
from booking.base.texts import _, lazy
from booking.course import replies
from booking.course.replies import Incoming, ReplyState
from booking.outbox.messages import DemoMessage
from booking.records import demo_clock
from booking.web import access

dev = Blueprint("dev", __name__, url_prefix="/dev")
SHOWN = 100
MOST_DIGITS = 9
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
BECAME = {
    ReplyState.ACCEPTED: lazy("Ett ja: platsen är tagen."),
    ReplyState.DECLINED: lazy("Ett nej: platsen är lämnad."),
    ReplyState.COMING: lazy("Ett ja: vi ses på träffen."),
    ReplyState.AWAY: lazy("Ett nej: förhindret är noterat."),
    ReplyState.SAME: lazy("Det var redan besvarat så."),
    ReplyState.CLOSED: lazy("Det går inte att svara på längre."),
    ReplyState.STOPPED: lazy("Inga fler sms till numret."),
    ReplyState.STARTED: lazy("Numret får sms igen."),
    ReplyState.HELPED: lazy("Hjälp är på väg."),
    ReplyState.UNCLEAR: lazy("Det gick inte att förstå säkert: en länk skickas, och familjen står på ringlistan."),
    ReplyState.IGNORED: lazy("Inget att göra."),
}
LONGEST_ANSWER = 500
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,:;!?)]")


def install(app: Flask) -> None:
    """Add the pages; called only when the deployment is a demo."""
    app.jinja_env.filters["with_links"] = with_links
    app.register_blueprint(dev)


def with_links(text: str) -> Markup:
    """The text, escaped, with its web addresses as links."""
    return Markup(LINK.sub(lambda found: f'<a class="ds-link" href="{found[0]}">{found[0]}</a>', str(escape(text))))  # noqa: S704


@dev.get("/outbox")
def outbox() -> str:
    """The latest messages, newest first; one recipient's with `?to=`, by any message to them or by their address."""
    sent = access.db().scalars(select(DemoMessage).order_by(DemoMessage.id.desc()).limit(SHOWN * 5)).all()
    one = _message(request.args.get("to", ""))
    wanted = request.args.get("to", "") if one is None else one.address
    shown = [message for message in sent if not wanted or message.address == wanted][:SHOWN]
    return render_template("dev/outbox.html", messages=shown, wanted=wanted)


@dev.post("/outbox/svar")
def answer() -> Response:
    """Answer an SMS (field `message`), as whoever has the phone that it went to."""
    sent = _message(request.form.get("message", ""))
    if sent is None or sent.channel != "sms":
        flash(_("Det sms:et finns inte längre."), "warning")
        return redirect(url_for("dev.outbox"), 303)
    said = request.form.get("answer", "")[:LONGEST_ANSWER]
    reply = replies.receive(access.db(), Incoming("demo", new_code(), sent.address, said), now=access.now())
    if reply is None:
        flash(_("Numret är inte bekräftat, så svaret lämnas därhän."), "info")
    else:
        flash(str(BECAME[reply.state]), "success")
    return redirect(url_for("dev.outbox", to=sent.id), 303)


def _message(number: str) -> DemoMessage | None:
    # Longer numbers are none that the database knows.
    if not number.isascii() or not number.isdecimal() or len(number) > MOST_DIGITS:
        return None
    return access.db().get(DemoMessage, int(number))


@dev.route("/clock", methods=["GET", "POST"], endpoint="clock")
def move_clock() -> str | Response:
    """Show and move the demo's clock, only forward."""
    if request.method != "POST":
        return render_template("dev/clock.html", morning=_next_morning(access.now()))
    ahead = STEPS.get(request.form.get("step", ""))
    if request.form.get("step") == "morning":
        ahead = _next_morning(access.now()) - access.now()
    if ahead is not None:
        demo_clock.move(access.db(), ahead)
        flash(_("Klockan är nu %(time)s.", time=texts.full_time(access.now() + ahead)), "success")
    return redirect(url_for("dev.clock"), 303)


def _next_morning(now: datetime) -> datetime:
    day = clock.today(now)
    morning = clock.at(day, time(8, 30))
    return morning if morning > now else clock.at(clock.next_day(day), time(8, 30))
