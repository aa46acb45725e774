"""What stands in braces in the texts of messages: what staff call it, and what it becomes.

Which of them a text has is read off its template, so that the two cannot differ. Whoever gives a template a new name
gives it a line here; a test looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from booking.base.texts import lazy
from booking.outbox.wording import templates
from booking.outbox.wording.filling import NAME

# One shape for staff's words and the template's: a Swedish name and an explanation.


@dataclass(frozen=True, slots=True)
class Field:
    """One name: `shown` is what staff write in braces, `meaning` says what it becomes."""

    shown: str
    meaning: str


FIELDS: dict[str, Field] = {
    # Everywhere.
    "link": Field("länk", lazy("länken, olika för var och en")),
    "city": Field("stad", lazy("stadens namn")),
    "phone": Field("telefon", lazy("stadens telefonnummer")),
    "code": Field("kod", lazy("koden som ska skrivas in")),
    "minutes": Field("minuter", lazy("hur många minuter koden gäller")),
    "programme": Field("program", lazy("programmets namn")),
    "time": Field("tid", lazy("dag och klockslag")),
    "day": Field("dag", lazy("en dag: när de började vänta, eller när gruppen skulle ha börjat")),
    # Where and when.
    "where": Field("plats", lazy("en eller två rader om var träffarna är")),
    "place": Field("adress", lazy("adressen, eller att träffen är på nätet")),
    "dates": Field("datum", lazy("en lista med alla träffar")),
    "file": Field("kalenderfil", lazy("en mening om kalenderfilen; tom om datum saknas")),
    "first_time": Field("första", lazy("en mening om första träffen; tom om datum saknas")),
    "when": Field("när", lazy("i dag, i morgon eller dagen, med klockslag")),
    "start": Field("början", lazy("dag och klockslag då träffen börjar")),
    "end": Field("slut", lazy("klockslaget då träffen slutar")),
    "following": Field("nästa", lazy("en mening om nästa träff; tom om det inte blir någon")),
    "soon": Field("inledning", lazy("en mening om att det snart är dags")),
    "count": Field("antal", lazy("en mening om hur många som kommer; tom när de är få")),
    "leaders": Field("ledare", lazy("en rad om vilka som leder gruppen; tom om ingen är utsedd")),
    "bring": Field("ta med", lazy("en mening om vad man tar med; tom när inget är sagt")),
    "missed": Field("saknade", lazy("en mening om att de saknades, i dag eller i går")),
    "reply": Field("svar", lazy("hur man svarar med sms; tom om det inte går")),
    # The queue.
    "waits": Field("kö", lazy("vad familjen väntar på, och vad som händer sedan")),
    "queue": Field("köplats", lazy("en mening om deras plats i kön")),
    "what": Field("händelse", lazy("en mening om vad som har hänt med gruppen")),
    "yours": Field("besked", lazy("en mening om deras plats eller erbjudande")),
    "news": Field("ändring", lazy("en mening om vad som har ändrats")),
    # In return for an SMS.
    "change": Field("ångra", lazy("hur man svarar om man ändrar sig")),
    "instead": Field("istället", lazy("en mening om hur vi når familjen i stället")),
}
NEEDED = frozenset({"link", "code"})
"""Names without which a message is useless: a text that had them must keep them."""
ALWAYS = frozenset({"city", "phone"})
"""Names that any text may use."""

_NAMES = {field.shown: name for name, field in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one text may use and those that it must, in its subject and in its text."""

    subject: frozenset[str]
    text: frozenset[str]
    needed: frozenset[str]


def names_for(kind: str, channel: str) -> Names:
    """What the text of a kind through one channel may and must say in braces."""
    sections = templates.outline(kind, channel, "sv")
    text = set(NAME.findall(sections[0] if channel == "sms" else sections[2]))
    subject = set() if channel == "sms" else set(NAME.findall(sections[0])) | {"city"}
    return Names(frozenset(subject), frozenset(text | ALWAYS), frozenset(text & NEEDED))


def shown(text: str) -> str:
    """A text as staff read it, from the names of its template."""
    return NAME.sub(lambda found: f"{{{FIELDS[found[1]].shown if found[1] in FIELDS else found[1]}}}", text)


def named(text: str) -> str:
    """A text with its template's names, from what staff wrote; a name that nobody knows stays as it is."""
    return NAME.sub(lambda found: f"{{{_NAMES.get(found[1].strip().casefold(), found[1])}}}", text)
