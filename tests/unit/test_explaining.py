"""Every reason has a sentence for the family and one for staff, in plain Swedish, and names nobody."""

from datetime import date

import pytest

from booking.allocation.reasons import Code
from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme, ProgrammeText
from booking.catalogue.venues import Venue
from booking.places import explaining
from booking.places.explaining import Note, OwnCode
from booking.places.placements import Hindrance

VALUES = {
    "choice": 2, "since": "2026-05-02", "limit": "2026-03-14", "minimum": 7, "capacity": 12,
    "had": 4, "needs": 7, "left": 1, "free": 1,
}  # fmt: skip
EVERY_CODE = [code.value for code in (*Code, *OwnCode)]


def abc_in_farsta(*, online: bool = False) -> Group:
    programme = Programme(code="abc", texts=[ProgrammeText(language="sv", name="ABC", for_whom="", about="")])
    venue = None if online else Venue(name="Farsta familjecentral", district=District(code="farsta", name="Farsta"))
    return Group(programme=programme, venue=venue, weekday=1, first_day=date(2027, 1, 26), online=online)


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_reason_has_a_whole_sentence_for_the_family(code: str) -> None:
    sentence = explaining.for_parent(code, VALUES, abc_in_farsta())
    assert sentence.endswith(".")
    assert "%" not in sentence
    assert "–" not in sentence
    assert sentence != explaining.for_parent("never heard of", VALUES, abc_in_farsta())


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_reason_has_a_whole_sentence_for_staff(code: str) -> None:
    sentence = explaining.for_staff(code, VALUES, abc_in_farsta())
    assert sentence.endswith(".")
    assert "%" not in sentence
    assert "–" not in sentence
    assert sentence != explaining.for_staff("never heard of", VALUES, abc_in_farsta())


@pytest.mark.parametrize(
    ("code", "more"),
    [("placed_flexible", "reaches"), ("full_longer_wait", "both_cancelled"), ("full_lot", "both_cancelled")],
)
def test_a_reason_with_more_to_say_has_a_fuller_sentence_for_both(code: str, more: str) -> None:
    for say in (explaining.for_parent, explaining.for_staff):
        fuller = say(code, VALUES | {more: 7}, abc_in_farsta())
        assert fuller != say(code, VALUES, abc_in_farsta())
        assert fuller.endswith(".")
        assert "%" not in fuller
        assert "–" not in fuller


@pytest.mark.parametrize("code", EVERY_CODE)
def test_an_old_reason_without_values_or_group_still_has_sentences(code: str) -> None:
    assert explaining.for_parent(code, {}, None)
    assert explaining.for_staff(code, {}, None)


def test_a_family_is_told_the_dates_that_decided() -> None:
    assert explaining.for_parent("full_longer_wait", VALUES, abc_in_farsta()) == (
        "I ABC i Farsta (tisdagar från 26 januari 2027) gick den sista platsen "
        "till någon som anmälde sig 14 mars 2026. "
        "Ni anmälde er 2 maj 2026."
    )


@pytest.mark.parametrize("more", [{}, {"both_cancelled": 1}])
def test_two_who_registered_on_one_day_are_not_told_the_same_date_twice(more: dict[str, int]) -> None:
    alike = VALUES | {"limit": VALUES["since"]}
    for say in (explaining.for_parent, explaining.for_staff):
        sentence = say("full_longer_wait", alike | more, abc_in_farsta())
        assert sentence.count("2 maj 2026") == 1
        assert "samma dag" in sentence


def test_an_online_group_is_said_to_be_online() -> None:
    assert explaining.label(abc_in_farsta(online=True)) == "ABC på nätet (tisdagar från 26 januari 2027)"


@pytest.mark.parametrize("note", [*(note.value for note in Note), *(hindrance.value for hindrance in Hindrance)])
def test_staff_read_why_a_proposed_offer_was_not_made(note: str) -> None:
    assert explaining.for_note(note).endswith(".")
