"""Stopping every message in an emergency, or one channel, and letting them go again: for the centre.

That messages are stopped stands on every page of the desk for as long as it lasts, see `standing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _, lazy, ngettext
from booking.outbox import holding
from booking.outbox.holding import Hold
from booking.outbox.messages import Message, MessageState
from booking.web import access
from booking.web.staff import asking, door, history

Answer = str | Response | tuple[str, int]
# What stands in the address, and which channel it stops.
WAYS: dict[str, str | None] = {"allt": None, "sms": "sms", "mejl": "email"}
STOP = {"allt": lazy("Stoppa alla utskick"), "sms": lazy("Stoppa sms"), "mejl": lazy("Stoppa mejl")}
LET_GO = {"allt": lazy("Låt utskicken gå igen"), "sms": lazy("Låt sms gå igen"), "mejl": lazy("Låt mejl gå igen")}
STOPPED = {"allt": lazy("Alla utskick är stoppade."), "sms": lazy("Sms är stoppade."), "mejl": lazy("Mejl är stoppat.")}


@dataclass(frozen=True, slots=True)
class Stop:
    """A hold that stands, as staff read it. `way` stands in addresses."""

    hold: Hold
    way: str
    sentence: str
    let_go: str


def standing() -> list[Stop]:
    """What is stopped right now; read once per request."""
    if "stops" not in g:
        g.stops = [_stop(each) for each in holding.standing(access.db())]
    return list(g.stops)


def _stop(hold: Hold) -> Stop:
    way = next(name for name, channel in WAYS.items() if channel == hold.channel)
    return Stop(hold, way, str(STOPPED[way]), str(LET_GO[way]))


@door.get("/meddelanden/stopp")
@access.for_central
def message_holds() -> str:
    """What is stopped, what can be, and what has been done."""
    taken = {stop.way for stop in standing()}
    return render_template(
        "staff/message_holds.html",
        can_stop=[(way, title) for way, title in STOP.items() if way not in taken and "allt" not in taken],
        held={stop.way: _count(stop.hold.channel) for stop in standing()},
        late={stop.way: _count(stop.hold.channel, late=True) for stop in standing()},
        lines=history.of_holds(access.db()),
    )


@door.route("/meddelanden/stopp/<way>", methods=["GET", "POST"])
@access.for_central
def message_hold(way: str) -> Answer:
    """Stop a channel, or all of them, once one has read what that means. A second click finds it stopped."""
    if way not in WAYS:
        raise NotFound
    form, back = asking.ReasonForm(), url_for("staff.message_holds")
    if any(stop.way == way for stop in standing()):
        return redirect(back, 303)
    if form.sent_and_valid():
        by, reason = access.account().actor, form.reason.data or ""
        holding.hold(access.db(), WAYS[way], reason=reason, now=access.now(), by=by)
        flash(str(STOPPED[way]), "warning")
        return redirect(back, 303)
    return asking.page(form, title=str(STOP[way]), lines=_means(way), button=str(STOP[way]), back=back, here="messages")


def _means(way: str) -> list[str]:
    what = {
        "allt": _("Inga meddelanden går ut: inga erbjudanden, inga påminnelser, inga besked om inställda träffar."),
        "sms": _("Inga sms går ut: inga erbjudanden, inga påminnelser, inga besked om träffar. Mejl går som vanligt."),
        "mejl": _("Inga mejl går ut: inga bekräftelser och inga kalenderfiler. Sms går som vanligt."),
    }
    return [
        what[way],
        _("Inte heller koder och länkar: den som vill anmäla sig eller öppna sin sida kommer inte vidare den vägen."),
        ngettext("%(num)d meddelande står i kö just nu.", "%(num)d meddelanden står i kö just nu.", _count(WAYS[way])),
        _("Det som redan är lämnat till leverantören går inte att hejda."),
        _("Ring dem som måste få veta något i dag. Svarstiden för ett erbjudande börjar när det har skickats."),
    ]


@door.post("/meddelanden/slapp/<way>")
@access.for_central
def message_lift(way: str) -> Response:
    """Let messages go again. A second click changes nothing more."""
    if way not in WAYS:
        raise NotFound
    for stop in standing():
        if stop.way == way:
            holding.lift(access.db(), stop.hold, now=access.now(), by=access.account().actor)
    flash(_("Utskicken går igen. Det som väntar skickas nu, i tur och ordning."), "success")
    return redirect(url_for("staff.message_holds"), 303)


def _count(channel: str | None, *, late: bool = False) -> int:
    query = select(func.count()).select_from(Message).where(Message.state == MessageState.QUEUED)
    if channel is not None:
        query = query.where(Message.channel == channel)
    if late:
        query = query.where(Message.not_after <= access.now())
    return access.db().scalar(query) or 0
