"""What the audit log calls an act is told in words in the histories at the desk."""

from __future__ import annotations

import re
from pathlib import Path

from booking.people.registrations import RegistrationState
from booking.places.offers import OfferState
from booking.places.placements import PlacementState
from booking.web.staff import words

SOURCES = [each for part in ("people", "places", "course", "outbox") for each in Path("booking", part).rglob("*.py")]
NAMED = re.compile(r'(?:audit\.note|record)\(\s*db,\s*"([a-z ]+)"')
# In no such history.
ELSEWHERE = {"run requested", "run tried", "run published", "run discarded"}
OF_THE_LEDGER = {"ticked", "tick taken away"}


def named_in_the_code() -> set[str]:
    return {act for source in SOURCES for act in NAMED.findall(source.read_text(encoding="utf-8"))}


def test_every_act_that_the_code_names_has_words() -> None:
    acts = named_in_the_code()
    assert RegistrationState.UNCONFIRMED.value in acts
    assert acts - words.ACT.keys() - ELSEWHERE - OF_THE_LEDGER == set()


def test_every_end_of_an_offer_and_of_a_place_has_words() -> None:
    ends = {f"offer {state.value}" for state in OfferState if state is not OfferState.OPEN}
    ends |= {f"place {state.value}" for state in PlacementState}
    assert ends - words.ACT.keys() == set()
