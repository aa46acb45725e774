"""Reading what somebody has answered by SMS: a word for yes or no, and the code of what it answers. Pure.

Capitals, punctuation, missing and doubled spaces, doubled letters and a slip of the finger are forgiven. A yes counts
only when nothing else is said that could change it; a no is believed more easily, since it costs the family nothing.
What is not sure is not read at all: then a person looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from booking.course.replies import words
from booking.course.replies.words import Word

LONGEST = 1000  # Characters that are looked at.
MOST_WORDS = 25
FEW_WORDS = 3  # STOPP, START and HJÄLP stand almost alone.
SIGNATURE = 3  # Words after "hälsningar" that may be a name.
ALIKE = str.maketrans("أإآٱىیکةۀ", "اااايي" + "كهه")
QUESTIONS = "?؟"
TOKEN = re.compile(r"[^\W_]+|[👍👎😊🙂🙏❤]")
CODE = re.compile(r"(?P<before>[^\W\d]*?)(?P<letter>[cfkmprtwx])(?P<digits>[2346789]{1,3})(?P<after>[^\W\d]*)")
DIGITS = re.compile(r"[2346789]{1,3}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an SMS says. `word` is None when nobody can tell; `codes` are those that stand in it, each once."""

    word: Word | None
    codes: tuple[str, ...]

    @property
    def code(self) -> str | None:
        """The code, when there is just one."""
        return self.codes[0] if len(self.codes) == 1 else None


def read(text: str) -> Reading:
    """What the text says."""
    plain = _plain(text[:LONGEST])
    said, codes = _parted(TOKEN.findall(plain))
    asks = any(sign in plain for sign in QUESTIONS)
    word = _meaning(said, asks=asks) or _thanks(said, codes)
    return Reading(word, tuple(dict.fromkeys(codes)))


def _plain(text: str) -> str:
    """Small letters, one form of each letter and digit, nothing that cannot be seen."""
    flat = unicodedata.normalize("NFKC", text).casefold().replace("\N{ARABIC TATWEEL}", "").translate(ALIKE)
    kept = (each for each in flat if unicodedata.category(each) not in ("Mn", "Cf", "Sk"))
    joined = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in kept)
    return re.sub(r"['’`´]", "", joined)


def _parted(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words, and the codes in capitals; a code may be written in two, or together with the word."""
    said: list[str] = []
    codes: list[str] = []
    rest = iter(_joined(tokens))
    for token in rest:
        found = CODE.fullmatch(token)
        if found and _is_known(found["before"]) and _is_known(found["after"]):
            codes.append((found["letter"] + found["digits"]).upper())
            said += [part for part in (found["before"], found["after"]) if part]
        else:
            said.append(token)
    return said, codes


def _joined(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens, with "k" and "7" as one; "jak" and "7" too."""
    held = ""
    for token in tokens:
        if held and DIGITS.fullmatch(token):
            yield held + token
            held = ""
            continue
        if held:
            yield held
        ends_in_letter = token[-1] in "cfkmprtwx" and _is_known(token[:-1]) and token not in words.KNOWN
        held = token if ends_in_letter else ""
        if not held:
            yield token
    if held:
        yield held


def _is_known(token: str) -> bool:
    return not token or _word(token) is not None


def _meaning(said: Sequence[str], *, asks: bool) -> Word | None:
    if not said or len(said) > MOST_WORDS:
        return None
    found = {word for word in map(_word, said) if word}
    if not found and len(strange := [each for each in said if _known(each) is None]) == 1:
        found = {word for word in [_slipped(strange[0])] if word}
        # What is no slip stays: "vi kommer inet" is no yes.
        said = [each for each in said if each != strange[0]] if found else said
    if Word.NO in found or (not found and _cannot(said)):
        return Word.NO if found <= {Word.NO} and not asks and not _is_turned(said) else None
    if Word.YES in found or (not found and _is_soft_yes(said)):
        return Word.YES if found <= {Word.YES} and not asks and _is_plain_yes(said) else None
    if len(found) == 1 and len(said) <= FEW_WORDS and not any(each in words.DENIES for each in said):
        return found.pop()
    return None


def _thanks(said: Sequence[str], codes: Sequence[str]) -> Word | None:
    """Thanks and nothing else: no code, no word that could ask for anything."""
    known = [_known(each) for each in said]
    polite = all(each in words.POLITE for each in known) and any(each in words.THANKS for each in known)
    return Word.THANKS if polite and not codes else None


def _is_soft_yes(said: Sequence[str]) -> bool:
    return any(_known(each) in words.SOFT_YES for each in said)


def _is_plain_yes(said: Sequence[str]) -> bool:
    """True when nothing stands beside the yes that could make it something else."""
    if any(_known(each) in words.NOT for each in said):
        return False
    signed = next((number for number, each in enumerate(said) if each in words.SIGNED), len(said))
    if len(said) - signed > SIGNATURE + 1:
        return False
    harmless = words.YES | words.SOFT_YES | words.POLITE
    return all(_known(each) in harmless or _word(each) is Word.YES for each in said[:signed])


def _is_turned(said: Sequence[str]) -> bool:
    """True when something beside the no may make it the contrary: "vi avbokar inte", "nej, vi kommer"."""
    known = [_known(each) or each for each in said]
    if any(each in words.TURNS for each in known):
        return True
    if any(one in words.DENIES and other in words.TO_REFUSE for one, other in pairwise(known)):
        return True
    if any(one in words.REFUSES and other in words.DENIES for one, other in pairwise(known)):
        return True
    # "Vi kommer att vara borta" does not say that they come.
    comes = any(one in words.SOFT_YES and other != "att" for one, other in pairwise([*known, ""]))
    return comes and not any(each in words.NOT for each in known)


def _cannot(said: Sequence[str]) -> bool:
    return any(each in words.CANNOT_AT_ALL for each in said) or any(
        one in words.CANNOT and other in words.NOT for one, other in pairwise(said)
    )


def _word(token: str) -> Word | None:
    known = _known(token)
    return None if known is None else words.MEANINGS.get(known)


@cache
def _squeezed_words() -> dict[str, str]:
    return {_squeezed(word): word for word in sorted(words.KNOWN)}


def _known(token: str) -> str | None:
    """The word of ours that it is, doubled letters forgiven; None when it is none."""
    if token in words.KNOWN:
        return token
    # "ha" is no "haa": letters may be too many, never too few.
    squeezed = _squeezed(token)
    return None if squeezed == token else _squeezed_words().get(squeezed)


def _squeezed(token: str) -> str:
    return re.sub(r"(.)\1+", r"\1", token)


@cache
def _slips() -> dict[str, Word | None]:
    """Every slip of one finger in a forgiven word; None where two words come out the same."""
    found: dict[str, Word | None] = {}
    for word in words.FORGIVEN:
        meaning = words.MEANINGS[word]
        for slip in _one_off(word) - words.KNOWN:
            found[slip] = meaning if found.get(slip, meaning) is meaning else None
    return found


def _slipped(token: str) -> Word | None:
    return _slips().get(token)


def _one_off(word: str) -> set[str]:
    places = range(len(word))
    struck = {word[:at] + near + word[at + 1 :] for at in places for near in words.NEIGHBOURS.get(word[at], "")}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-1]}
    return struck | swapped
