"""The kinds of messages there are: what staff call each, and whether the night holds it.

A kind that is urgent by nature answers what somebody has just done and waits for: a code to type in, a link that was
asked for. Any message may be written as urgent besides, because of what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.base.texts import lazy


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `label` is what staff read, in the language in use; an `urgent` one goes at any hour.

    What `holds_code` lets somebody in whoever reads it, so nobody else is shown it. What is said `in_return` for an
    SMS makes sense by SMS alone.
    """

    label: str
    urgent: bool = False
    holds_code: bool = False
    in_return: bool = False


KINDS: dict[str, Kind] = {
    # Registering, and the way in.
    "confirm": Kind(lazy("Kod"), urgent=True, holds_code=True),
    "link": Kind(lazy("Länk till sidan"), urgent=True),
    "registered": Kind(lazy("Anmälan mottagen"), urgent=True),
    "grown": Kind(lazy("Vidare till nästa program")),
    # Waiting, and being offered a place.
    "offer": Kind(lazy("Erbjudande")),
    "offer_halfway": Kind(lazy("Påminnelse om erbjudande")),
    "placed": Kind(lazy("Plats bekräftad")),
    "placed_now": Kind(lazy("Plats bekräftad")),
    "declined": Kind(lazy("Nej mottaget")),
    "expired": Kind(lazy("Svarstiden gick ut")),
    "withdrawn": Kind(lazy("Erbjudande återtaget")),
    "invitation": Kind(lazy("Inbjudan till ledig plats")),
    "interest": Kind(lazy("Fråga om en annan grupp")),
    "queue_left": Kind(lazy("Lämnat kön")),
    "still_waiting": Kind(lazy("Ni står kvar i kön")),
    "still_wanted": Kind(lazy("Vill ni stå kvar?")),
    # The meetings.
    "reminder": Kind(lazy("Påminnelse")),
    "missed": Kind(lazy("Saknad på träffen")),
    "session_cancelled": Kind(lazy("Träff inställd")),
    "group_cancelled": Kind(lazy("Grupp inställd")),
    "group_moved": Kind(lazy("Gruppen börjar senare")),
    "group_merged": Kind(lazy("Grupper sammanslagna")),
    "group_left": Kind(lazy("Lämnat gruppen")),
    # Answers by SMS, in return for one.
    "answer_away": Kind(lazy("Svar: kan inte komma"), urgent=True, in_return=True),
    "answer_coming": Kind(lazy("Svar: kommer"), urgent=True, in_return=True),
    "answer_same": Kind(lazy("Svar: redan besvarat"), urgent=True, in_return=True),
    "answer_closed": Kind(lazy("Svar: för sent"), urgent=True, in_return=True),
    "answer_unclear": Kind(lazy("Svar: förstod inte"), urgent=True, in_return=True),
    "answer_help": Kind(lazy("Svar: hjälp"), urgent=True, in_return=True),
    "answer_stopped": Kind(lazy("Svar: inga fler sms"), urgent=True, in_return=True),
    "answer_started": Kind(lazy("Svar: sms igen"), urgent=True, in_return=True),
    # To staff.
    "group_at_risk": Kind(lazy("Grupp i riskzonen")),
}


def label(name: str) -> str:
    """A kind of message in words; the name itself when nobody has given it any."""
    known = KINDS.get(name)
    return str(known.label) if known else name


def is_urgent(name: str) -> bool:
    """True when messages of this kind go at any hour."""
    known = KINDS.get(name)
    return known is not None and known.urgent


def holds_code(name: str) -> bool:
    """True when messages of this kind hold a code that must be typed in."""
    known = KINDS.get(name)
    return known is not None and known.holds_code


def is_bound(name: str) -> bool:
    """True when messages of this kind make no sense through another channel than their own."""
    known = KINDS.get(name)
    return known is not None and (known.holds_code or known.in_return)
