"""Whether an edited text may be used: its names are known, it says nothing outside, and it is not too long.

What others at home may see is every SMS, every subject, and all of the discreet text: no programme, no child, no
parent in any language, and no names in braces but those that the default shows there.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from booking.base.texts import RIGHT_TO_LEFT, _
from booking.outbox.wording import fields
from booking.outbox.wording.counting import parts
from booking.outbox.wording.edited import Refused
from booking.outbox.wording.filling import NAME, Words

TELLING = (
    ("program", "föräld", "barn", "kurs", "tonår", "socialtj", "parent", "child", "teenage")
    + ("برنامج", "طفل", "أطفال", "اطفال", "أولاد", "ابن", "والد", "أهال", "دورة", "مراهق")
    + ("waalid", "ilmo", "ilmah", "cunug", "carruur", "caruur", "dhallaan", "koorso", "hooyo", "aabo", "aabbe")
)
"""Parts of words that tell what a message is about, in the languages that messages are written in."""
STRICT = frozenset({"discreet"})
"""Kinds whose whole text must be as neutral as an SMS."""
LONGEST_SUBJECT, LONGEST_TEXT = 100, 4000
# What an SMS should not be longer than, in parts. Arabic letters take more than twice the room.
GOOD_PARTS, GOOD_PARTS_WIDE, MORE_AT_MOST = 2, 4, 2
OWN_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:se|com|nu|org|net|info|eu)\b", re.IGNORECASE)


def good_parts(language: str) -> int:
    """How many parts an SMS in this language should have at most."""
    return GOOD_PARTS_WIDE if language in RIGHT_TO_LEFT else GOOD_PARTS


def check(
    kind: str, channel: str, words: Words, *, programmes: Collection[str], language: str = "sv", example: str = ""
) -> None:
    """Raise Refused when the text may not be used. `programmes` are the city's; `example` is it with real values."""
    names = fields.names_for(kind, channel)
    if channel == "email":
        _check_one("subject", words.subject or "", names.subject, LONGEST_SUBJECT)
        _check_neutral("subject", words.subject or "", programmes)
    _check_one("text", words.text, names.text, LONGEST_TEXT)
    for name in sorted(names.needed - set(NAME.findall(words.text))):
        shown = fields.shown(f"{{{name}}}")
        raise Refused(_("Texten måste ha %(name)s: utan det går den inte att använda.", name=shown), code="text")
    if channel == "sms" or kind in STRICT:
        _check_neutral("text", words.text, programmes)
    most = good_parts(language) + MORE_AT_MOST
    if channel == "sms" and (count := parts(example).parts) > most:
        said = _("Texten blir %(count)s sms. Den får bli högst %(most)s.", count=count, most=most)
        raise Refused(said, code="text")


def telling_words(text: str, programmes: Collection[str]) -> list[str]:
    """What in a text tells others what it is about: words, and names of programmes."""
    plain = text.casefold()
    names = {name.casefold() for name in programmes}
    # Of a name's words those that say something: "Komet" and "ABC", not "det" and "en".
    words = {word for name in programmes for word in re.findall(r"\w{2,}", name)}
    own = {word.casefold() for word in words if len(word) > 4 or word.isupper()}
    found = {word for word in re.findall(r"\w+", plain) if word in own or any(known in word for known in TELLING)}
    return sorted(found | {name for name in names - found if re.search(rf"\b{re.escape(name)}\b", plain)})


def _check_one(code: str, text: str, names: Collection[str], longest: int) -> None:
    if not text.strip():
        raise Refused(_("Skriv en text här."), code=code)
    if len(text) > longest:
        raise Refused(_("Det blev för långt: skriv högst %(most)s tecken.", most=longest), code=code)
    known = ", ".join(sorted(fields.shown(f"{{{name}}}") for name in names))
    for name in NAME.findall(text):
        if name not in names:
            written = fields.shown(f"{{{name}}}")
            raise Refused(_("%(name)s finns inte här. Det här finns: %(known)s.", name=written, known=known), code=code)
    if re.search(r"[{}]", NAME.sub("", text)):
        raise Refused(_("En klammer saknar sin andra hälft. Skriv som här: %(known)s.", known=known), code=code)
    if OWN_LINK.search(NAME.sub("", text)):
        raise Refused(_("Skriv ingen egen länk eller adress på nätet. Bara stadens egen länk skickas."), code=code)


def _check_neutral(code: str, text: str, programmes: Collection[str]) -> None:
    if found := telling_words(NAME.sub(" ", text), programmes):
        said = _("Andra kan se det här. Därför får det inte stå: %(words)s.", words=", ".join(found))
        raise Refused(said, code=code)
