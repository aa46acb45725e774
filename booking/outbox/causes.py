"""Why a message did not go, in plain words: from the short codes that senders and receipts leave behind.

A cause has a sentence for staff, and advice about what to do. One table for all of them, read from the top: the first
pattern that fits the code wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from booking.base.texts import lazy
from booking.outbox.messages import Message, MessageState


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause; `name` stands in addresses. `recipient`: it lies with whoever it was for, and meets nobody else."""

    name: str
    sentence: str
    advice: str
    recipient: bool = False


_CALL = lazy("Ring familjen och rätta uppgiften. Skicka igen efter det.")
_WAIT = lazy("Skicka igen när det fungerar. Säg till den som sköter driften om det inte går över.")
_OURS = lazy("Säg till den som sköter driften. Skicka igen när det är rättat.")
_ONCE_MORE = lazy("Skicka igen bara om det gör mer nytta än om det kommer två gånger.")

NO_NUMBER = Cause("no-number", lazy("Numret finns inte eller tar inte emot sms."), _CALL, recipient=True)
NO_ADDRESS = Cause("no-address", lazy("Mejladressen finns inte eller tar inte emot mejl."), _CALL, recipient=True)
FULL = Cause("full", lazy("Mottagarens brevlåda tog inte emot mejlet."), _CALL, recipient=True)
NOT_REACHED = Cause(
    "not-reached",
    lazy("Telefonen gick inte att nå."),
    lazy("Ring familjen. Telefonen kan vara avstängd, eller numret fel."),
    recipient=True,
)
TEXT = Cause("text", lazy("Mejlservern ville inte ta emot brevet."), _OURS)
CREDITS = Cause(
    "credits",
    lazy("Pengarna hos sms-leverantören är slut."),
    lazy("Fyll på kontot hos leverantören. Skicka igen när det är gjort."),
)
KEY = Cause("key", lazy("Leverantören släppte inte in oss: fel namn eller lösenord."), _OURS)
SENDER = Cause("sender", lazy("Leverantören godtar inte vårt avsändarnamn."), _OURS)
BUSY = Cause("busy", lazy("Leverantören hann inte med."), _WAIT)
DOWN = Cause("down", lazy("Leverantören var nere."), _WAIT)
REFUSED = Cause("refused", lazy("Leverantören tog inte emot meddelandet."), _OURS)
NOBODY_SENDS = Cause("nobody-sends", lazy("Ingen leverantör är inställd för den här vägen."), _OURS)
OUR_FAULT = Cause("our-fault", lazy("Det blev ett fel i Likaplats."), _OURS)
NO_ANSWER = Cause("no-answer", lazy("Leverantören svarade inte, så vi vet inte om den tog emot."), _ONCE_MORE)
STOPPED = Cause("stopped", lazy("Datorn som skickade stannade mitt i."), _ONCE_MORE)
UNKNOWN = Cause("unknown", lazy("Vi vet inte varför."), _OURS)

_MAIL: list[tuple[str, Cause]] = [
    (r"recipient 5", NO_ADDRESS),
    (r"recipient 4", FULL),
    (r"the server takes no such address|the letter cannot be an e-mail", NO_ADDRESS),
    (r"(data|text) 5", TEXT),
    (r"(data|text) 4", BUSY),
    (r"(greeting|sender) 5|SMTPAuthenticationError", KEY),
    (r"(greeting|sender|connect)\b", DOWN),
]
_SMS: list[tuple[str, Cause]] = [
    (r"credit|\b402\b", CREDITS),
    (r"\bsender\b", SENDER),
    (r"\b40[134]\b", KEY),
    (r"\b(408|429)\b", BUSY),
    (r"\b504\b", NO_ANSWER),
    (r"\b5\d\d\b|Error$|Exception$|\bcut\b", DOWN),
    (r"not delivered", NOT_REACHED),
    (r"not a number|\b400\b", NO_NUMBER),
    (r"\b4\d\d\b|failed", REFUSED),
]
_FIRST: list[tuple[str, Cause]] = [
    (r"the worker that had it stopped", STOPPED),
    (r"no answer", NO_ANSWER),
    (r"down for too long", DOWN),
    (r"nobody sends through this channel", NOBODY_SENDS),
    # A fault of our own is one word; a sender puts a word of its own before one that it met.
    (r"nobody composes this kind|^\w+(Error|Exception)$", OUR_FAULT),
]

_SETTLED = lazy("Det behövdes inte längre.")
DROPPED = {
    "its time had passed": lazy("Det hade hunnit bli för sent."),
    "the code is used or has run out": lazy("Koden var redan använd eller gällde inte längre."),
    "the offer is no longer open": lazy("Erbjudandet var redan besvarat eller gällde inte längre."),
    "the offer is no longer open, or its time is nearly out": lazy("Erbjudandet var redan besvarat eller nästan över."),
    "the offer was undone": lazy("Erbjudandet ångrades innan någon hade fått det."),
    "the family does not wait any more": lazy("Familjen stod inte i kö längre."),
    "the place is gone": lazy("Platsen var inte kvar."),
    "the place has been given up": lazy("Platsen var redan lämnad."),
    "something has happened since": lazy("Något nyare hade hänt."),
    "it was answered, or the group takes nobody any more": lazy("Det var besvarat, eller gruppen full."),
    "nothing is waited for, or the contact is no longer used": lazy("Uppgiften används inte längre."),
    "nothing is waited for": _SETTLED,
    "the contact is no longer used": lazy("Uppgiften används inte längre."),
    "the carer wants no more SMS": lazy("Föräldern vill inte ha sms längre."),
    "the carer wants no more e-mail": lazy("Föräldern vill inte ha mejl längre."),
    "SMS go to this carer again": lazy("Föräldern får sms igen."),
    "the answer is not kept any more": lazy("Svaret som det gällde sparas inte längre."),
    "this carer is not written to in this way any more": lazy("Föräldern får inte meddelanden den vägen längre."),
    "the carer does not come to this meeting": lazy("Föräldern kommer inte till den träffen."),
    "the meeting or the group is cancelled": lazy("Träffen eller gruppen var inställd."),
    "the carer was there, or had said so, or has left": lazy("Föräldern var där, hade sagt till eller har slutat."),
    "there is no next meeting": lazy("Det blir ingen mer träff."),
    "the family does not wait in peace any more": lazy("Familjen hade just fått något annat att tänka på."),
    "it was answered, or the family does not wait any more": lazy("Familjen hade redan hört av sig."),
    "the family has no place in the group any more": lazy("Familjen hade inte plats i gruppen längre."),
    "the meeting is cancelled": lazy("Träffen var inställd."),
    "the meeting is not cancelled, or has been": lazy("Träffen blev av, eller hade redan varit."),
    "the meeting has been, or is on another day now": lazy("Träffen hade varit, eller var flyttad."),
    "the group does not start that day any more": lazy("Gruppen börjar en annan dag nu."),
    "the group is not cancelled": lazy("Gruppen var inte inställd."),
    "the group is no longer at risk": lazy("Gruppen var inte i riskzonen längre."),
    "the account is closed": lazy("Kontot var stängt."),
}


def of(code: str | None, channel: str) -> Cause:
    """The cause behind a fault's code (or, where there is none, the `why` of the message) in one channel."""
    code = (code or "").replace(":", " ").replace("  ", " ")
    for pattern, cause in [*_FIRST, *(_MAIL if channel == "email" else _SMS)]:
        if re.search(pattern, code):
            return cause
    return UNKNOWN


def code_of(message: Message) -> str:
    """What messages that failed for the same cause have in common."""
    return message.fault or message.why or ""


def sentence(message: Message) -> str:
    """Why the message did not go, or is not there yet, in words; empty while nothing is wrong."""
    if message.state is MessageState.DROPPED:
        return str(DROPPED.get(message.why or "", _SETTLED))
    if message.state in (MessageState.FAILED, MessageState.UNKNOWN) or message.why:
        return str(of(code_of(message), message.channel).sentence)
    return ""
