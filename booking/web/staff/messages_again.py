"""Sending once more: one message, or all with one cause. Before something may come twice it is asked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _, ngettext
from booking.outbox import resending, troubles
from booking.outbox.messages import Message
from booking.outbox.troubles import Trouble
from booking.people.families import Carer
from booking.web import access
from booking.web.staff import door, messages, own

Answer = str | Response | tuple[str, int]


def get(reference: str) -> Message:
    """A message to somebody whose messages the coordinator looks after. Raises NotFound for any other."""
    message = resending.get(access.db(), reference)
    mine = messages.carers()
    if mine is not None and access.db().scalar(mine.where(Carer.id == message.carer_id)) is None:
        raise NotFound
    return message


@door.get("/meddelanden/<reference>/igen")
@access.for_staff
def message_sure(reference: str) -> str:
    """Ask before a message is sent again that may have arrived."""
    message = get(reference)
    return render_template("staff/message_again.html", message=message, family=_family(), back=_back(message))


@door.post("/meddelanden/<reference>/igen")
@access.for_staff
def message_again(reference: str) -> Response:
    """Send a message again that failed, or that nobody can tell of."""
    message = get(reference)
    resending.send_again(access.db(), message, now=access.now(), by=access.account().actor)
    flash(_("Meddelandet skickas igen."), "success")
    return redirect(_back(message), 303)


@door.post("/meddelanden/<reference>/nu")
@access.for_staff
def message_now(reference: str) -> Response:
    """Let a message go that waits for the morning."""
    message = get(reference)
    if not message.urgent:
        resending.hurry(access.db(), message, now=access.now(), by=access.account().actor)
    flash(_("Meddelandet skickas nu."), "success")
    return redirect(_back(message), 303)


def _family() -> str:
    """The code of the family's registration from whose page one comes, or empty."""
    return request.values.get("family", "")


def _back(message: Message) -> str:
    if code := _family():
        return url_for("staff.family_messages", code=own.registration(code).code)
    return url_for("staff.messages", state=message.state.value)


@door.route("/meddelanden/alla-igen", methods=["GET", "POST"])
@access.for_staff
def messages_again() -> Answer:
    """Send all those of one cause again, once one has seen how many they are."""
    group, back = _group(), url_for("staff.messages", state=request.values.get("state", ""))
    if group is None:  # They have arrived since, or somebody was first: the list says what is left.
        return redirect(back, 303)
    if request.method == "POST" and request.form.get("seen") == str(group.of_use):
        by, mine = access.account().actor, messages.carers()
        sent = resending.send_all_again(access.db(), group, carer_ids=mine, now=access.now(), by=by)
        flash(ngettext("%(num)d meddelande skickas igen.", "%(num)d meddelanden skickas igen.", sent), "success")
        return redirect(back, 303)
    changed = request.method == "POST"
    page = render_template("staff/messages_again.html", group=group, back=back, changed=changed, most=resending.MOST)
    return page, 409 if changed else 200


def _group() -> Trouble | None:
    groups = troubles.groups(access.db(), now=access.now(), carer_ids=messages.carers())
    wanted = [request.values.get(name, "") for name in ("state", "channel", "cause")]
    return troubles.find(groups, *wanted)
