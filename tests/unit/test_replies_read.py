"""What an SMS says: forgiving in how it is written, strict in what it means."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.base import texts
from booking.course.replies import words
from booking.course.replies.reading import Reading, read
from booking.course.replies.words import Word
from booking.records.answer_codes import DIGITS, LETTERS
from tests.unit.catalogues import committed

YES = (
    "ja k7", "JA K7", "JaK7", "jak 7", "Ja K 7", "K7 ja", "k7ja", "Ja, K-7!", "(Ja) 'K7'", "Ja tack K7", "jaaa K7!!!",
    "Ja tack, vi tar platsen! K7", "Ja det passar bra, K7", "Vi kommer K7", "Gärna K7", "japp k7", "Ok K7", "Ja kod K7",
    "Ja K7 mvh Amina Demo", "yes K7", "Yes please K7", "YESS k7", "ues K7", "نعم K7", "نعم شكرا K7", "أكيد K7",
    "ايوه k٧", "haa K7", "Haa mahadsanid K7", "haaa k7", "kyllä K7", "بله K7", "👍🏽 K7", "ＪＡ Ｋ７", "ja k7 k7",
)  # fmt: skip
NO = (
    "nej k7", "NEJ K7", "Nej  K7 tack!", "nejK7", "K7nej", "nejjj k7", "nek K7", "mej k7", "nä K7", "Nää k7",
    "Nej tyvärr K7", "nejtack K7", "Vi tackar nej K7", "Kan inte komma K7", "Vi kommer inte K7", "vi kan ej k7",
    "Nej, vi har fått jobb på kvällen. K7 /Amina", "Nej vi kommer att vara borta K7", "Vi kommer att tacka nej K7",
    "Vi avbokar, kan inte komma K7", "Kan tyvärr inte, vi avbokar K7", "nej vi kommer tyvärr inte K7",
    "vi vill avboka K7", "no K7", "No thanks k7", "can't come K7", "Can’t K7", "لا K7",
    "لا، شكرا K7", "كلا K7", "maya K7", "Maya, mahadsanid K7", "ei kiitos K7", "نه K7", "👎 K7",
)  # fmt: skip
UNCLEAR = (
    "", " ", "K7", "Tack K7", "Hej K7", "ha K7", "Nja K7", "ja nej K7", "ja men inte på tisdag K7", "ja k7?",
    "Ja vi har fått förhinder K7", "Ja tyvärr K7", "Ja, kan ni ringa K7", "Ja vi vill avboka K7", "no problem K7",
    "لا مشكلة K7", "Kan inte vänta K7", "Nej men gärna en annan dag K7", "Svara JA K7 eller NEJ K7", "ja" + " hej" * 30,
    "Jag är på semester till 7 augusti", "Ja nope K7", "yes but not on Tuesdays K7", "هل تتصلون بي؟ نعم K7",
    "Vi kommer inet K7", "Vi kommer ikke K7", "Kommer kanske K7", "Kommer att utebli K7", "tar avstånd K7",
    "Vi vill inte missa det K7", "Vi vill inte tacka nej K7", "Vi avbokar inte K7", "Vill inte avboka K7",
    "I can not say no K7", "Nej, vi kommer K7", "Nejdå, vi tar den K7", "Nej ja K7",
    "haa ma K7", "Ja hälsningar nej K7", "Ja hälsningar vi kan tyvärr K7", "Ja mvh vi ses i en helt annan grupp K7",
)  # fmt: skip
ALONE = {
    "stopp": Word.STOP, "STOPP!": Word.STOP, "Stop": Word.STOP, "stoppp": Word.STOP, "Stoppa sms": Word.STOP,
    "stiop": None, "sropp": Word.STOP, "توقف": Word.STOP, "jooji": Word.STOP, "Hjälp": Word.HELP, "hjalp": Word.HELP,
    "help me": Word.HELP, "مساعدة": Word.HELP, "caawi": Word.HELP, "start": Word.START, "START!": Word.START,
    "Bussen har ingen stopp vid skolan": None, "Sluta inte": None, "stoppa inte sms": None,
    "stopp inga fler": Word.STOP, "ja": Word.YES, "nej": Word.NO, "maya": Word.NO,
}  # fmt: skip
CODES = {
    "ja k7": ("K7",), "ja k٧": ("K7",), "ja K74": ("K74",), "JA K7 NEJ M3": ("K7", "M3"), "ja kl 17": (), "ja J7": (),
    "ja K1": (), "ja K7777": (), "k 7": ("K7",), "nej M 3": ("M3",), "träff7 ja": (), "koden är P4 och ja": ("P4",),
}  # fmt: skip
CODE = st.builds("{}{}".format, st.sampled_from(LETTERS), st.sampled_from(DIGITS))
NOES = st.sampled_from(sorted(words.NO | words.NOT))
CASES = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Reading(Word.YES, ("K7",))


@pytest.mark.parametrize("text", NO)
def test_a_no_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Reading(Word.NO, ("K7",))


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_sure_is_left_to_a_person(text: str) -> None:
    assert read(text).word is None


@pytest.mark.parametrize(("text", "word"), ALONE.items())
def test_some_words_need_no_code(text: str, word: Word | None) -> None:
    assert read(text) == Reading(word, ())


@pytest.mark.parametrize(("text", "codes"), CODES.items())
def test_codes_are_found_where_they_stand(text: str, codes: tuple[str, ...]) -> None:
    assert read(text).codes == codes


def test_two_codes_are_no_code() -> None:
    assert (read("ja K7 M3").code, read("ja K7").code) == (None, "K7")


@given(st.text())
@example("\ud800 ja k7")
@example("ja K7" * 5000)
def test_nothing_that_is_written_breaks_the_reading(text: str) -> None:
    assert read(text).word in {None, *Word}


@given(NOES, CASES, st.text(), st.text())
@example("nej", str.upper, "ja ", " ja k7")
@example("inte", str.lower, "ja tack vi kommer ", " k7")
def test_a_text_with_a_no_in_it_is_never_a_yes(no: str, case: object, before: str, after: str) -> None:
    assert callable(case)
    assert read(f"{before} {case(no)} {after}").word is not Word.YES


@given(st.lists(st.sampled_from(sorted(words.KNOWN)), max_size=6), CODE)
def test_of_all_that_can_be_said_with_our_words_nothing_with_a_no_is_a_yes(said: list[str], code: str) -> None:
    found = read(" ".join([*said, code])).word
    assert found is not Word.YES or not {*said} & (words.NO | words.NOT)
    assert found is not Word.NO or not {*said} & words.YES


@given(st.sampled_from(sorted(words.NO)), CODE, st.sampled_from(["", " ", "  ", ", ", "! ", "-"]), CASES)
def test_a_no_glued_to_its_code_is_a_no(no: str, code: str, between: str, case: object) -> None:
    assert callable(case)
    assert read(f"{case(no)}{between}{case(code)}") == Reading(Word.NO, (code,))


@given(st.sampled_from(sorted(words.NO)), st.integers(2, 9), CODE)
def test_a_no_whose_letters_are_doubled_is_never_a_yes(no: str, times: int, code: str) -> None:
    for at in range(len(no)):
        assert read(f"{no[:at]}{no[at] * times}{no[at + 1 :]} {code}").word is not Word.YES


def test_no_slip_of_the_finger_in_a_no_makes_a_yes() -> None:
    letters = "abcdefghijklmnopqrstuvwxyzåäö"
    for no in ("nej", "nä", "näe", "no", "maya", "nope"):
        slips = {no[:at] + letter + no[at + 1 :] for at in range(len(no)) for letter in letters}
        assert {slip for slip in slips if read(f"{slip} K7").word is Word.YES} <= words.YES


def test_no_code_can_be_taken_for_a_word_or_for_a_part_of_one() -> None:
    codes = [letter.lower() + digit for letter in LETTERS for digit in DIGITS]
    assert not [code for code in codes for word in words.KNOWN if code in word]


@pytest.mark.parametrize("language", texts.WRITTEN)
def test_what_our_own_messages_ask_people_to_write_is_understood(language: str) -> None:
    with committed(), texts.speaking(language):
        both = texts._("Du kan också svara JA %(code)s eller NEJ %(code)s.", code="K74")
        no, yes = (
            texts._("Eller svara NEJ %(code)s.", code="K74"),
            texts._("Ändrar du dig? Svara JA %(code)s.", code="K74"),
        )
        stop = texts._("Nu får du sms från %(city)s igen. Vill du inte det? Svara STOPP.", city="Staden")
        start = texts._("Vill du ha sms igen? Svara START.")
    assert [read(f"{word} K74").word for word in re.findall(r"(\w+) K74", both)] == [Word.YES, Word.NO]
    assert [read(f"{word} K74").word for word in re.findall(r"(\w+) K74", no + yes)] == [Word.NO, Word.YES]
    assert (read(stop.split()[-1]).word, read(start.split()[-1]).word) == (Word.STOP, Word.START)
