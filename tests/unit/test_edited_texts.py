"""What staff may write instead of a default text, and what becomes of it."""

from __future__ import annotations

import pytest

from booking.course.letters import examples
from booking.outbox.wording import Words, checking, fields
from booking.outbox.wording.edited import Refused
from tests.unit.message_scenes import USUAL

PROGRAMMES = ["ABC", "Komet 3-11", "Föräldraskap i Sverige"]


def refusal(kind: str, channel: str, words: Words, example: str = "") -> tuple[str, str]:
    """Which field the refusal is about, and what it says."""
    with pytest.raises(Refused) as said:
        checking.check(kind, channel, words, programmes=PROGRAMMES, example=example)
    return said.value.code, said.value.sentence


def sms(text: str) -> str:
    code, sentence = refusal("offer", "sms", Words(text))
    assert code == "text"
    return sentence


def test_a_text_with_what_it_must_have_may_be_used() -> None:
    checking.check("offer", "sms", Words("Hej! Svara {link} före {time} /{city}"), programmes=PROGRAMMES)
    checking.check(
        "offer", "email", Words("Välkomna till {programme}! {link}", "Svar före {time}"), programmes=PROGRAMMES
    )


def test_an_sms_about_an_offer_must_have_its_link() -> None:
    assert sms("Hej! Ring oss.") == "Texten måste ha {länk}: utan det går den inte att använda."


def test_a_code_must_stay_in_the_message_that_brings_it() -> None:
    assert "{kod}" in refusal("confirm", "sms", Words("Hej från {city}"))[1]


@pytest.mark.parametrize("name", ["namn", "programme", "code", "answer.code", "link.__class__", "", "0"])
def test_a_name_that_the_text_does_not_have_is_refused_and_those_it_has_are_told(name: str) -> None:
    sentence = sms(f"Hej {{{name}}} {{link}}")
    assert "finns inte här. Det här finns:" in sentence
    assert "{länk}, {stad}, {svar}, {telefon}, {tid}" in sentence


def test_a_code_or_a_link_does_not_fit_in_a_subject() -> None:
    for name in ("code", "link"):
        code, _said = refusal("confirm", "email", Words("{code} {link}", f"Din kod {{{name}}}"))
        assert code == "subject"


@pytest.mark.parametrize("text", ["{link", "link} {link}", "{{link}}"])
def test_half_a_brace_is_refused(text: str) -> None:
    assert refusal("offer", "sms", Words(text))[0] == "text"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Er plats i Komet", "komet"),
        ("Er plats i ABC", "abc"),
        ("Föräldragruppen börjar", "föräldragruppen"),
        ("För ditt barns skull", "barns"),
        ("Kursen börjar", "kursen"),
        ("About your child", "child"),
        ("عن طفلكم", "طفلكم"),
        ("Barnaamijka", "barnaamijka"),
        ("carruurtiinna", "carruurtiinna"),
    ],
)
def test_a_word_that_tells_others_what_it_is_about_is_refused_where_others_see_it(text: str, word: str) -> None:
    expected = f"Andra kan se det här. Därför får det inte stå: {word}."
    assert sms(f"{text}: {{link}}") == expected
    assert refusal("offer", "email", Words("{link}", text)) == ("subject", expected)
    assert refusal("discreet", "email", Words(f"{text} {{link}}", "Ett meddelande")) == ("text", expected)
    checking.check("offer", "email", Words(f"{text} {{link}}", "Ett meddelande"), programmes=PROGRAMMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Det börjar i morgon", []),
        ("Vi två ses i morgon", ["vi två"]),
        ("Det goda samtalet", ["det goda samtalet", "samtalet"]),
        ("Er grupp i COPE", ["cope"]),
        ("Familjen i centrum", ["centrum"]),
    ],
)
def test_small_words_of_a_programmes_name_may_be_used_and_the_name_may_not(text: str, told: list[str]) -> None:
    assert checking.telling_words(text, ["Det goda samtalet", "Vi två", "COPE", "Alla i centrum"]) == told


@pytest.mark.parametrize("text", ["Vi skickade detta kl 15", "Abcd", "En kometsvans"])
def test_a_word_that_only_looks_like_one_is_not(text: str) -> None:
    checking.check("offer", "sms", Words(f"{text} {{link}}"), programmes=PROGRAMMES)


@pytest.mark.parametrize("text", ["https://evil.example/x", "se www.stockholm.nu", "stockholm.se/grupp"])
def test_nobody_writes_an_address_of_their_own(text: str) -> None:
    assert "ingen egen länk" in sms(f"{text} {{link}}")


def test_a_text_or_a_subject_cannot_be_empty_or_too_long() -> None:
    assert refusal("offer", "sms", Words(" "))[1] == "Skriv en text här."
    assert refusal("offer", "email", Words("{link}", ""))[0] == "subject"
    assert refusal("offer", "email", Words("{link}", "x" * 101))[0] == "subject"
    assert refusal("offer", "email", Words("{link}" + "x" * 4000, "Svar"))[0] == "text"


def test_an_sms_of_more_than_four_parts_is_refused() -> None:
    said = refusal("offer", "sms", Words("{link}"), example="x" * 613)
    assert said == ("text", "Texten blir 5 sms. Den får bli högst 4.")
    checking.check("offer", "sms", Words("{link}"), programmes=PROGRAMMES, example="x" * 612)


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    words = Words("{city} {link}")
    made = examples.letter("offer", "sms", "sv", USUAL, words, city="{phone} {{ 7 * 7 }} %(link)s")
    assert made.text.startswith("{phone} {{ 7 * 7 }} %(link)s https://")


def test_a_text_whose_names_the_template_has_lost_gives_way_to_the_default() -> None:
    default = examples.letter("offer", "sms", "sv", USUAL)
    assert examples.letter("offer", "sms", "sv", USUAL, Words("{lost} {link}")).text == default.text


def test_a_greeting_and_an_ending_stand_around_whatever_staff_write_in_an_e_mail() -> None:
    made = examples.letter("offer", "email", "sv", USUAL, Words("Kom! {link}", "Svar"))
    assert made.text.startswith("Hej!\n\nKom! https://")
    assert "Vänliga hälsningar\nStockholms stad" in made.text


def test_a_line_break_in_staffs_subject_cannot_become_a_header() -> None:
    made = examples.letter("offer", "email", "sv", USUAL, Words("{link}", "Svar\r\nBcc: x@example.org"))
    assert made.subject == "Svar Bcc: x@example.org"


def test_what_word_processors_make_of_a_text_does_not_make_an_sms_longer() -> None:
    made = examples.letter("offer", "sms", "sv", USUAL, Words("Hej – ”svara”… {link}"))
    assert made.text.startswith('Hej - "svara"... https://')


def test_names_are_shown_in_swedish_and_kept_as_the_template_has_them() -> None:
    assert fields.shown("{link} {time} {odd}") == "{länk} {tid} {odd}"
    assert fields.named("{Länk} { tid } {odd}") == "{link} {time} {odd}"


def test_arabic_may_take_more_parts_since_its_letters_take_more_room() -> None:
    words = Words("{link}")
    checking.check("offer", "sms", words, programmes=PROGRAMMES, language="ar", example="م" * 402)
    with pytest.raises(Refused, match="högst 6"):
        checking.check("offer", "sms", words, programmes=PROGRAMMES, language="ar", example="م" * 403)
