"""The words of answers in the languages of those who write them, as `reading` has made them plain. Pure data.

Everything is in small letters; Arabic without its vowel signs and with one form of each letter. Only words that we are
sure of stand here: what is not known is never guessed at.
"""

from __future__ import annotations

import enum


class Word(enum.Enum):
    """What an SMS says."""

    YES = "yes"  # Takes the place; comes to the meeting.
    NO = "no"  # Does not take it; cannot come.
    STOP = "stop"  # Wants no more SMS.
    START = "start"  # Wants SMS again.
    HELP = "help"  # Asks for help.
    THANKS = "thanks"  # Is polite, and wants nothing.


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Swedish; English; Somali; Finnish; Arabic; Persian.
YES = _set(
    "ja japp jepp jadå jajamän jajamensan javisst jo jodå jatack okej ok okey okay visst absolut självklart"
    " yes yep yeah yup yess okey sure"
    " haa haye hayee waayahay waahaye"
    " kyllä kylla joo"
    " نعم ايوه ايوا اجل موافق موافقه اكيد"
    " بله اره"
    " 👍"
)
# A yes in a sentence, though not beside a no: "vi kommer", "vi tar den", "gärna".
SOFT_YES = _set("kommer tar gärna")
NO = _set(
    "nej nä näe näh nix nejtack ne avböjer avböj avstår avstå avbokar avboka"
    " no nope nah nay decline"
    " maya"
    " ei"
    " لا كلا"
    " نه"
    " 👎"
)
# Beside a yes they make it something else; after one of CANNOT they are a no.
NOT = _set(
    "inte ej aldrig icke tyvärr tyvarr tvärr förhinder forhinder ingen inget inga utan nja knappast nån"
    " not never none cannot cant dont wont isnt unable unfortunately sorry"
    " ma maaha"
    " emme"
    " ما لن ليس لست مش مو غير بدون للاسف"
    " نمي نميتوانم"
)
CANNOT = _set("kan kommer vill hinner orkar passar funkar går gar kunde can do will")
CANNOT_AT_ALL = _set("cannot cant wont")
# A no beside one of these may be the contrary: "no problem", "kan inte vänta", "nej men gärna en annan dag".
TURNS = _set(
    "missa missar miss förlora lose"
    " problem problems problemo worries doubt wait vänta vanta bra fint men fast but however utan annan annat"
    " مشكله مشكل مانع باس شك بس لكن"
)
# "Inte avboka" and "avbokar inte" are no no, but "kan inte, vi avbokar" is.
DENIES = _set("inte ej aldrig icke not never dont wont")
TO_REFUSE = _set("nej no avböja avstå avboka tacka säga say decline")
REFUSES = _set("avböjer avstår avbokar")
STOP = _set("stopp stop stoppa avsluta sluta unsubscribe jooji lopeta توقف ايقاف اوقف")
START = _set("start starta börja borja bilow aloita")
HELP = _set("hjälp hjalp help info caawi caawimo caawimaad gargaar apua مساعده المساعده ساعدني كمك")
# What may stand beside a yes without changing it.
POLITE = _set(
    "hej hejsan hallå tack tackar tusen så mycket snälla det den dem är ar en kod koden code svar vi jag oss till för"
    " att platsen plats träffen träff i dag idag morgon imorgon på med och båda två ses då passar funkar går bra fint"
    " kul toppen perfekt super vill ha kan"
    " hi hello thanks thank you very much please we i will the place seat it is great fine good come take see"
    " mahadsanid mahadsantahay aad u fadlan waan imaanayaa imanayaa imaanaynaa"
    " kiitos"
    " شكرا جزيلا لكم مرحبا السلام عليكم ان شاء الله سوف ناتي ساتي من فضلك"
    " ممنون متشكرم مرسي"
    " 😊 🙂 ❤ 🙏"
)
THANKS = _set("tack tackar thanks thank شكرا mahadsanid mahadsantahay kiitos ممنون متشكرم مرسي 🙏 😊 🙂 ❤")
SIGNED = _set("mvh hälsningar halsningar hälsn vh hälsar regards br tervisin")

MEANINGS: dict[str, Word] = {
    **dict.fromkeys(YES, Word.YES),
    **dict.fromkeys(NO, Word.NO),
    **dict.fromkeys(STOP, Word.STOP),
    **dict.fromkeys(START, Word.START),
    **dict.fromkeys(HELP, Word.HELP),
}
KNOWN = frozenset(MEANINGS) | SOFT_YES | NOT | CANNOT | TURNS | POLITE | SIGNED
# In these one slip of the finger is forgiven. None of the others is long enough to be sure.
FORGIVEN = ("nej", "yes", "maya", "stopp", "stop", "hjälp", "help", "start")
NEIGHBOURS = {
    "a": "qwsz", "b": "vghn", "d": "erfcxs", "e": "wrds", "f": "rtgvcd", "g": "tyhbvf", "h": "yujnbg", "i": "uojk",
    "j": "uikmnh", "k": "iolmj", "l": "opök", "m": "njk", "n": "bhjm", "o": "iplk", "p": "oåöl", "r": "etfd",
    "s": "awedxz", "t": "ryfg", "u": "yijh", "v": "cfgb", "w": "qesa", "x": "zsdc", "y": "tugh", "z": "asx",
    "ä": "öåp",
}  # fmt: skip
