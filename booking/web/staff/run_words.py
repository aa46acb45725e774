"""What a run's outcomes are called: why a family stays without, whether a group starts, what became of a steer."""

from __future__ import annotations

from booking.allocation.reasons import Code
from booking.base.texts import lazy, ngettext
from booking.places.explaining import OwnCode
from booking.places.placements import Hindrance
from booking.places.runs import Difference
from booking.places.steering import Fall, Steer, SteerKind, SteerState
from booking.web.staff.run_sums import InGroup

WITHOUT = {
    Code.FULL_BEFORE.value: lazy("Fullt redan före fördelningen"),
    Code.FULL_LONGER_WAIT.value: lazy("Fullt: andra har väntat längre"),
    Code.FULL_LOT.value: lazy("Fullt: lika lång väntan, lotten avgjorde"),
    Code.FULL_CANCELLED.value: lazy("Fullt: familjer vars grupp ställdes in gick först"),
    Code.FULL_RESIDENTS.value: lazy("Fullt: de som bor där gick först"),
    Code.HELD_FOR_RESIDENTS.value: lazy("Platserna hålls för dem som bor där"),
    Code.PAIR_ONE_LEFT.value: lazy("En plats kvar, men de är två"),
    Code.PAIR_NEEDED.value: lazy("Två som kommer tillsammans behövs för att gruppen ska starta"),
    Code.TOO_FEW.value: lazy("För få till gruppen"),
    Code.KEPT_CLOSED.value: lazy("Gruppen väntar: fler får plats om andra grupper startar"),
    Code.NO_CHOICES.value: lazy("Ingen grupp passar det de har svarat"),
    OwnCode.PAUSED.value: lazy("Vilar: svarade inte på det förra erbjudandet"),
    OwnCode.HAS_OFFER.value: lazy("Har redan ett erbjudande eller en plats"),
    OwnCode.OFFERS_CAP.value: lazy("Har fått så många erbjudanden som skickas på en vecka"),
    OwnCode.EXCLUDED.value: lazy("Hålls utanför av en samordnare"),
    OwnCode.PINNED_SHORT.value: lazy("Har en bestämd grupp som inte når sitt minsta antal än"),
}
STARTS = {
    "closed": (lazy("Väntar: fler får plats utan den"), "warning"),
    "few": (lazy("För få än"), "warning"),
    "now": (lazy("Når minsta antalet nu"), "success"),
    "already": (lazy("Hade redan nog"), "neutral"),
}
STEER = {
    SteerKind.PIN: lazy("Bestämd grupp"),
    SteerKind.EXCLUDE: lazy("Utanför kommande förslag"),
}
SETTLED = {
    SteerState.STANDING: lazy("Gäller"),
    SteerState.USED: lazy("Blev ett erbjudande"),
    SteerState.LIFTED: lazy("Borttaget"),
    SteerState.FALLEN: lazy("Gick inte längre att hålla"),
}
FALL = {
    Fall.LEFT.value: lazy("Familjen står inte längre i kön."),
    Fall.PLACED.value: lazy("Familjen har fått ett erbjudande eller en plats i en annan grupp."),
    Fall.SAID_NO.value: lazy("Familjen har sagt nej till gruppen, eller lämnat den."),
    Fall.BEGUN.value: lazy("Gruppen har börjat."),
}


def without(code: str) -> str:
    """Why families stay without, in short."""
    return str(WITHOUT.get(code, code))


def starts(group: InGroup) -> tuple[str, str]:
    """Whether a group starts, in short, and the colour that goes with it."""
    key = "closed" if group.closed else "few" if group.short else "now" if group.reached else "already"
    text, colour = STARTS[key]
    return str(text), colour


def settled(steer: Steer) -> str:
    """What became of a steer, and why when it fell."""
    said = str(SETTLED[steer.state])
    if steer.state is not SteerState.FALLEN or steer.note is None:
        return said
    return f"{said}. {fell(steer.note)}".strip()


def fell(note: str) -> str:
    """Why what staff had decided could no longer hold; empty for a note nobody knows."""
    known = {each.value: each for each in Hindrance}
    return str(FALL.get(note) or (known[note].sentence() if note in known else ""))


def changes(found: Difference) -> list[str]:
    """What differs between two runs, one short sentence each; nothing is said of what does not."""
    said = [
        (len(found.gained), ngettext("%(num)d familj till får plats.", "%(num)d familjer till får plats.",
                                     len(found.gained))),
        (len(found.lost), ngettext("%(num)d familj får inte plats längre.", "%(num)d familjer får inte plats längre.",
                                   len(found.lost))),
        (len(found.moved), ngettext("%(num)d familj får en annan grupp.", "%(num)d familjer får en annan grupp.",
                                    len(found.moved))),
        (len(found.reached), ngettext("%(num)d grupp till startar.", "%(num)d grupper till startar.",
                                      len(found.reached))),
        (len(found.short), ngettext("%(num)d grupp startar inte längre.", "%(num)d grupper startar inte längre.",
                                    len(found.short))),
    ]  # fmt: skip
    return [sentence for number, sentence in said if number]


def signed(number: int) -> str:
    """More or fewer, such as "+3" or "−2"."""
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"
