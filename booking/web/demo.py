"""The demo's own pages: the post box with everything that was "sent", and the clock that can be moved. Demo only."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from sqlalchemy import select
from werkzeug.wrappers import Response

from booking.base import clock, texts
from booking.base.texts import _
from booking.outbox.messages import DemoMessage
from booking.records import demo_clock
from booking.web import access

dev = Blueprint("dev", __name__, url_prefix="/dev")
SHOWN = 100
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
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
    """The latest messages, newest first; one recipient's with `?to=`."""
    sent = access.db().scalars(select(DemoMessage).order_by(DemoMessage.id.desc()).limit(SHOWN * 5)).all()
    wanted = request.args.get("to", "")
    shown = [message for message in sent if not wanted or message.address == wanted][:SHOWN]
    return render_template("dev/outbox.html", messages=shown, wanted=wanted)


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
