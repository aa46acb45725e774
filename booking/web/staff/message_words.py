"""What has become of a message, in words for staff: its state, what it waits for, when it went, and why not."""

from __future__ import annotations

from booking.base import texts
from booking.base.texts import _, ngettext
from booking.outbox import causes
from booking.outbox.messages import Message, MessageState
from booking.outbox.waiting import Now, Waits
from booking.web.staff import words

COLOURS = {
    MessageState.DELIVERED: "success",
    MessageState.FAILED: "danger",
    MessageState.UNKNOWN: "warning",
    MessageState.SENT: "info",
}


def state(message: Message) -> tuple[str, str]:
    """The state in words, and the colour of its tag."""
    return str(words.MESSAGE[message.state]), COLOURS.get(message.state, "neutral")


def details(message: Message, seen: Now) -> list[str]:
    """What else there is to say, a sentence each: what it waits for, when it went, in how many parts, and why not."""
    found = [_waits(message, seen)] if message.state is MessageState.QUEUED else []
    if message.sent_at is not None:
        found.append(_("Skickat %(time)s.", time=texts.short_time(message.sent_at)))
    if message.delivered_at is not None:
        found.append(_("Framme %(time)s.", time=texts.short_time(message.delivered_at)))
    if message.parts is not None and message.parts > 1:
        found.append(ngettext("Gick som %(num)d sms.", "Gick som %(num)d sms.", message.parts))
    return [*found, *filter(None, [causes.sentence(message)])]


def _waits(message: Message, seen: Now) -> str:
    when = texts.short_time(seen.goes_at(message))
    return {
        Waits.HELD: _("Utskicken är stoppade."),
        Waits.AGAIN: _("Försöker igen %(time)s.", time=when),
        Waits.LATER: _("Skickas tidigast %(time)s.", time=when),
        Waits.RESTS: _("Vilar över natten, till %(time)s.", time=when),
        Waits.TURN: _("Skickas alldeles strax."),
    }[seen.waits_for(message)]


def waiting(waits: Waits) -> str:
    """What messages wait for, as the label of their number."""
    return {
        Waits.HELD: _("är stoppade"),
        Waits.AGAIN: _("provas igen"),
        Waits.LATER: _("har sin tid senare"),
        Waits.RESTS: _("vilar över natten"),
        Waits.TURN: _("skickas strax"),
    }[waits]
