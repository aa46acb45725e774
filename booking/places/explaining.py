"""Why a family got an offer, or none this time: one sentence for the parent, one for staff, for every reason there is.

Never another family: dates, counts and classes only. The codes and their values are those of
`booking.allocation.reasons`, and a few of our own for what happens outside the engine. Pure; loads nothing heavy.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Any

from booking.allocation.reasons import Code
from booking.base.texts import _, dated, lazy
from booking.catalogue.groups import Group
from booking.places.placements import Hindrance


class OwnCode(enum.Enum):
    """Reasons the engine knows nothing of."""

    BY_HAND = "by_hand"  # A coordinator chose the group.
    TAKEN_AT_ONCE = "taken_at_once"  # The family took a free place itself.
    PAUSED = "paused"  # The last offer was not answered, so further ones rest.
    HAS_OFFER = "has_offer"  # An offer, or a place, is there already.
    OFFERS_CAP = "offers_cap"  # The family has had as many offers as we send in a week.
    PINNED = "pinned"  # A coordinator decided beforehand on this group.
    PINNED_SHORT = "pinned_short"  # ... and the group does not reach its minimum yet.
    EXCLUDED = "excluded"  # A coordinator decided that the family gets no offers for now.


class Note(enum.Enum):
    """Why a proposed offer was not made when the run was published; beside the hindrances of a place."""

    TOO_FEW = "too_few"  # Without those that fell away, the group would not reach its minimum.
    OFFERS_CAP = "offers_cap"  # The family has had as many offers as we send in a week.
    PAUSED = "paused"  # The family's offers rest.
    BEGUN = "begun"  # The group has begun, or begins before anyone could answer.
    CONFLICT = "conflict"  # The database said no.
    STEERED = "steered"  # A coordinator has decided otherwise since the proposal was made.
    PIN_FELL = "pin_fell"  # The group somebody had decided on could not be had any more; weighed like everyone.
    UNDONE = "undone"  # It was published, and undone before anybody had been told.
    NOT_PUBLISHED = "not_published"  # Only the rest of the proposal was published.


LEFT_OUT = frozenset({OwnCode.PAUSED.value, OwnCode.HAS_OFFER.value})
"""Codes of those whose claims a run did not weigh."""

REACHES, BOTH_CANCELLED = "reaches", "both_cancelled"
"""Values that make a sentence say more: the minimum a flexible family lets its group reach, and that the group of
whoever goes before a family was cancelled as its own was."""

SAME_DAY = "same_day"
"""Both registered on one day, where two dates alike would explain nothing."""

_DAYS = (
    lazy("måndagar"),
    lazy("tisdagar"),
    lazy("onsdagar"),
    lazy("torsdagar"),
    lazy("fredagar"),
    lazy("lördagar"),
    lazy("söndagar"),
)

_FOR_PARENT: dict[str, str] = {
    Code.PLACED_RESIDENT.value: lazy(
        "Ni erbjuds %(group)s: det var er tur bland familjerna som bor där gruppen hör hemma."
    ),
    Code.PLACED_GUEST.value: lazy(
        "Ni erbjuds %(group)s: det var er tur, efter alla familjer därifrån som kunde ta platsen."
    ),
    Code.PLACED_CANCELLED.value: lazy(
        "Ni erbjuds %(group)s före dem som har väntat längre, för att vi ställde in er förra grupp."
    ),
    Code.PLACED_SINGLE.value: lazy(
        "Ni erbjuds %(group)s: det fanns en enda plats kvar, och den räcker inte till dem som är två."
    ),
    Code.PLACED_TO_START.value: lazy(
        "Ni erbjuds %(group)s: ni är två, och med er når gruppen de %(minimum)s som behövs för att den ska starta."
    ),
    Code.PLACED_FLEXIBLE.value: lazy(
        "Ni har sagt att vi får välja ordning: med er i %(group)s kan fler få plats. "
        "Säger ni nej ändras ingenting för er."
    ),
    f"{Code.PLACED_FLEXIBLE.value} {REACHES}": lazy(
        "Ni har sagt att vi får välja ordning: med er når %(group)s de %(reaches)s som behövs för att starta. "
        "Säger ni nej ändras ingenting för er."
    ),
    Code.FULL_BEFORE.value: lazy("Det fanns inte plats kvar för er i %(group)s. Ni behåller er plats i kön."),
    Code.FULL_LONGER_WAIT.value: lazy(
        "I %(group)s gick den sista platsen till någon som anmälde sig %(limit)s. Ni anmälde er %(since)s."
    ),
    f"{Code.FULL_LONGER_WAIT.value} {SAME_DAY}": lazy(
        "I %(group)s gick den sista platsen till någon som anmälde sig samma dag som ni, %(since)s, men tidigare."
    ),
    Code.FULL_LOT.value: lazy(
        "I %(group)s gick den sista platsen, genom lottning, till någon som har väntat lika länge som ni."
    ),
    f"{Code.FULL_LONGER_WAIT.value} {BOTH_CANCELLED}": lazy(
        "I %(group)s gick den sista platsen till någon vars grupp vi också hade ställt in, och som anmälde sig "
        "%(limit)s. Ni anmälde er %(since)s."
    ),
    f"{Code.FULL_LOT.value} {BOTH_CANCELLED}": lazy(
        "I %(group)s gick den sista platsen, genom lottning, till någon vars grupp vi också hade ställt in och som har "
        "väntat lika länge som ni."
    ),
    Code.FULL_CANCELLED.value: lazy(
        "Platserna i %(group)s gick till familjer vars grupp vi hade ställt in. De går först."
    ),
    Code.FULL_RESIDENTS.value: lazy("Platserna i %(group)s gick till familjer som bor där. De går före andra."),
    Code.HELD_FOR_RESIDENTS.value: lazy(
        "I %(group)s finns just nu inga platser för andra än dem som bor där. Ni behåller er plats i kön."
    ),
    Code.PAIR_ONE_LEFT.value: lazy(
        "När det var er tur fanns det en plats kvar i %(group)s, och ni är två. "
        "Ni behåller er plats i kön till nästa grupp med två."
    ),
    Code.PAIR_NEEDED.value: lazy(
        "I %(group)s behövdes två som kommer tillsammans, annars hade gruppen inte nått de %(minimum)s som krävs. "
        "Ni behåller er plats i kön."
    ),
    Code.TOO_FEW.value: lazy(
        "För %(group)s finns det hittills %(had)s av de %(needs)s som behövs för att starta. "
        "Ni behåller er plats i kön."
    ),
    Code.KEPT_CLOSED.value: lazy(
        "Vi väntar med %(group)s: just nu får fler plats om andra grupper startar. Ni behåller er plats i kön."
    ),
    Code.NO_CHOICES.value: lazy("Just nu finns ingen grupp som passar det ni har svarat. Ni står kvar i kön."),
    OwnCode.BY_HAND.value: lazy("En samordnare har valt %(group)s åt er."),
    OwnCode.TAKEN_AT_ONCE.value: lazy("Ni tog själva en ledig plats i %(group)s."),
    OwnCode.PAUSED.value: lazy(
        "Ni svarade inte på det förra erbjudandet, så vi väntar med fler tills ni hör av er. "
        "Ni behåller er plats i kön."
    ),
    OwnCode.HAS_OFFER.value: lazy("Ni har redan ett erbjudande eller en plats."),
    OwnCode.OFFERS_CAP.value: lazy(
        "Ni har fått så många erbjudanden som vi skickar på en vecka. Ni behåller er plats i kön."
    ),
    OwnCode.PINNED.value: lazy("En samordnare har valt %(group)s åt er."),
    OwnCode.PINNED_SHORT.value: lazy(
        "En samordnare har valt %(group)s åt er. Den har ännu inte så många som behövs för att starta. "
        "Ni behåller er plats i kön."
    ),
    OwnCode.EXCLUDED.value: lazy(
        "En samordnare har bestämt att vänta med erbjudanden till er. Ni behåller er plats i kön."
    ),
}

_FOR_STAFF: dict[str, str] = {
    Code.PLACED_RESIDENT.value: lazy(
        "Bosatt där %(group)s hör hemma och på tur, väntat sedan %(since)s, val %(choice)s."
    ),
    Code.PLACED_GUEST.value: lazy(
        "Från annan stadsdel, efter alla bosatta som kunde ta %(group)s, väntat sedan %(since)s, val %(choice)s."
    ),
    Code.PLACED_CANCELLED.value: lazy(
        "Går före längre väntan till %(group)s: förra gruppen ställdes in, väntat sedan %(since)s, val %(choice)s."
    ),
    Code.PLACED_SINGLE.value: lazy(
        "Fick den enda platsen i %(group)s, som inte räcker till två, väntat sedan %(since)s, val %(choice)s."
    ),
    Code.PLACED_TO_START.value: lazy(
        "Två som behövs för att %(group)s ska nå minst %(minimum)s, före någon ensam som står före i kön."
    ),
    Code.PLACED_FLEXIBLE.value: lazy(
        "Flexibel: får %(group)s, val %(choice)s, så att fler får plats, väntat sedan %(since)s."
    ),
    f"{Code.PLACED_FLEXIBLE.value} {REACHES}": lazy(
        "Flexibel: får %(group)s, val %(choice)s, så att den når minst %(reaches)s, väntat sedan %(since)s."
    ),
    Code.FULL_BEFORE.value: lazy("%(group)s hade inga platser för familjen redan före fördelningen."),
    Code.FULL_LONGER_WAIT.value: lazy(
        "Sista platsen i %(group)s gick till någon som väntat sedan %(limit)s; familjen sedan %(since)s."
    ),
    f"{Code.FULL_LONGER_WAIT.value} {SAME_DAY}": lazy(
        "Sista platsen i %(group)s gick till någon som anmälde sig samma dag som familjen, %(since)s, men tidigare."
    ),
    Code.FULL_LOT.value: lazy("Lika lång väntan till %(group)s, sedan %(since)s; lotten avgjorde."),
    f"{Code.FULL_LONGER_WAIT.value} {BOTH_CANCELLED}": lazy(
        "Sista platsen i %(group)s gick till någon vars grupp också ställts in och som väntat sedan %(limit)s; "
        "familjen sedan %(since)s."
    ),
    f"{Code.FULL_LOT.value} {BOTH_CANCELLED}": lazy(
        "Lika lång väntan till %(group)s, sedan %(since)s, och båda har fått sin grupp inställd; lotten avgjorde."
    ),
    Code.FULL_CANCELLED.value: lazy(
        "Platserna i %(group)s gick till familjer vars grupp ställts in; familjen har väntat sedan %(since)s."
    ),
    Code.FULL_RESIDENTS.value: lazy(
        "Platserna i %(group)s gick till bosatta; familjen kommer från annan stadsdel och har väntat sedan %(since)s."
    ),
    Code.HELD_FOR_RESIDENTS.value: lazy("%(group)s har inga platser för andra stadsdelar; %(free)s hålls för bosatta."),
    Code.PAIR_ONE_LEFT.value: lazy("%(left)s plats var kvar i %(group)s på familjens tur; den behöver %(needs)s."),
    Code.PAIR_NEEDED.value: lazy("Två med svagare rätt behövs i %(group)s för att nå minst %(minimum)s."),
    Code.TOO_FEW.value: lazy("%(group)s har %(had)s av de %(needs)s som krävs."),
    Code.KEPT_CLOSED.value: lazy(
        "%(group)s startar inte: %(had)s av %(needs)s skulle komma, men fler får plats utan den."
    ),
    Code.NO_CHOICES.value: lazy("Ingen kommande grupp passar familjens svar."),
    OwnCode.BY_HAND.value: lazy("En samordnare valde %(group)s för hand."),
    OwnCode.TAKEN_AT_ONCE.value: lazy("Familjen tog själv en ledig plats i %(group)s."),
    OwnCode.PAUSED.value: lazy("Vilar: det senaste erbjudandet blev inte besvarat."),
    OwnCode.HAS_OFFER.value: lazy("Har redan ett erbjudande eller en plats i programmet."),
    OwnCode.OFFERS_CAP.value: lazy("Har fått så många erbjudanden som skickas på en vecka."),
    OwnCode.PINNED.value: lazy("En samordnare har bestämt %(group)s."),
    OwnCode.PINNED_SHORT.value: lazy("En samordnare har bestämt %(group)s, som ännu inte når sitt minsta antal."),
    OwnCode.EXCLUDED.value: lazy("En samordnare har bestämt att familjen inte får erbjudanden nu."),
}

_NOTES: dict[str, str] = {
    Note.TOO_FEW.value: lazy("Gruppen hade inte nått sitt minsta antal."),
    Note.OFFERS_CAP.value: lazy("Familjen har fått så många erbjudanden som skickas på en vecka."),
    Note.PAUSED.value: lazy("Familjens erbjudanden vilar."),
    Note.BEGUN.value: lazy("Gruppen har börjat, eller börjar innan någon hinner svara."),
    Note.CONFLICT.value: lazy("Något hann ändras. Familjen är med i nästa fördelning."),
    Note.STEERED.value: lazy("En samordnare har bestämt något annat sedan förslaget gjordes."),
    Note.PIN_FELL.value: lazy("Den bestämda gruppen gick inte längre. Familjen har fördelats som alla andra."),
    Note.UNDONE.value: lazy("Ångrades innan någon hade fått veta. Familjen är med i nästa fördelning."),
    Note.NOT_PUBLISHED.value: lazy("Bara resten av förslaget publicerades. Familjen är med i nästa fördelning."),
}


class _Values(dict[str, Any]):
    """What fills a sentence; a value that an old reason lacks is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def for_parent(code: str, values: Mapping[str, Any], group: Group | None) -> str:
    """The reason as the family reads it, in the language in use; `group` is the one the reason speaks of."""
    return _fill(_FOR_PARENT, code, values, group)


def for_staff(code: str, values: Mapping[str, Any], group: Group | None) -> str:
    """The reason as staff read it."""
    return _fill(_FOR_STAFF, code, values, group)


def for_note(note: str | None) -> str:
    """Why a proposed offer was not made, as staff read it; empty when there is nothing to say."""
    if note is None:
        return ""
    return str(_NOTES[note]) if note in _NOTES else Hindrance(note).sentence()


def label(group: Group | None) -> str:
    """A group as one says it: "ABC i Farsta (tisdagar från 26 januari 2027)"."""
    if group is None:
        return _("gruppen")
    words = {"programme": group.programme.name, "days": str(_DAYS[group.weekday]), "day": dated(group.first_day)}
    if group.venue is None:
        return _("%(programme)s på nätet (%(days)s från %(day)s)", **words)
    return _("%(programme)s i %(place)s (%(days)s från %(day)s)", place=group.venue.district.name, **words)


def _fill(sentences: Mapping[str, str], code: str, values: Mapping[str, Any], group: Group | None) -> str:
    if code not in sentences:
        return _("Platserna går i köordning.")
    filled = _Values({name: _plain(name, value) for name, value in values.items()})
    filled["group"] = label(group)
    alike = "since" in values and values["since"] == values.get("limit")
    more = [SAME_DAY] * alike + [each for each in (REACHES, BOTH_CANCELLED) if each in values]
    fuller = (f"{code} {each}" for each in more)
    return str(next((sentences[each] for each in fuller if each in sentences), sentences[code])) % filled


def _plain(name: str, value: Any) -> str:
    return dated(date.fromisoformat(value)) if name in ("since", "limit") else str(value)
