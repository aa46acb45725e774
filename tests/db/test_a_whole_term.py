"""A whole term by the clock: exactly what each person gets, when, by which way, in which language.

The days are told in `a_story`. A line is the moment on Stockholm's clock, the channel, the language and the kind, and
"+ics" when a calendar file comes with it.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast as typed

import pytest

from booking.outbox.wording import parts
from config import Settings
from tests import testpg
from tests.conftest import KEY
from tests.db.a_story import NUMBERS, Story
from tests.db.a_term import Term

LINK = re.compile(r"https://\S+")


# All that look at the term do so in one process, so that it is played once on each database.
pytestmark = pytest.mark.xdist_group("a whole term")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The term as it went, played once on each database."""
    if request.param == "sqlite":
        source, people = request.getfixturevalue("sqlite_with_cast")
        file = tmp_path_factory.mktemp("term") / "term.db"
        shutil.copy(typed(Path, source), file)
        url = f"sqlite:///{file}"
    else:
        source, people = request.getfixturevalue("postgres_with_cast")
        url = testpg.clone(request.getfixturevalue("postgres"), source, f"term_{os.getpid()}")
    played = Story(Term(settings(url)), pickle.loads(people))  # noqa: S301 - we wrote it ourselves.
    played.play()
    yield played
    played.term.database.close()
    if request.param == "postgresql":
        testpg.drop(request.getfixturevalue("postgres"), f"term_{os.getpid()}")


def settings(url: str) -> Settings:
    return Settings(
        database_url=url,
        secret_key="a secret key that is used in tests only",
        data_keys=(KEY,),
        lookup_key="a lookup key that is used in tests only",
        base_url="https://likaplats.example",
        sms_from="+46766861004",
    )


def test_amina_waits_comes_and_is_reminded_by_sms_and_by_email_when_her_phone_fails(story: Story) -> None:
    assert story.got("amina") == [
        "tis 26 jan 10.00 sms sv still_waiting",
        "tis 23 feb 08.00 mejl sv offer",
        "tis 23 feb 08.00 sms sv offer",
        "tis 23 feb 12.00 mejl sv placed +ics",
        "tis 23 feb 12.00 sms sv placed",
        "tis 9 mars 12.00 sms sv reminder",
        "mån 15 mars 12.00 sms sv reminder",
        "mån 22 mars 12.00 sms sv reminder",
        "mån 22 mars 15.00 mejl sv session_cancelled +ics",
        "mån 22 mars 15.00 sms sv session_cancelled",
        "mån 29 mars 12.00 sms sv reminder",
        "tis 30 mars 08.00 sms sv reminder",
        "mån 5 apr 12.01 mejl sv reminder",
        "tis 6 apr 08.00 sms sv reminder",
    ]


def test_ben_is_reminded_to_answer_moves_with_his_group_and_is_missed(story: Story) -> None:
    assert story.got("ben") == [
        "tis 12 jan 10.00 mejl en still_waiting",
        "tis 9 feb 10.00 mejl en still_waiting",
        "tis 23 feb 08.00 mejl en offer",
        "tors 25 feb 08.00 mejl en offer_halfway",
        "tors 25 feb 09.00 mejl en placed +ics",
        "tis 2 mars 10.00 mejl en group_merged +ics",
        "tis 9 mars 12.00 mejl en reminder",
        "mån 15 mars 12.00 mejl en reminder",
        "tis 16 mars 21.00 mejl en missed",
        "mån 22 mars 12.00 mejl en reminder",
        "mån 22 mars 15.00 mejl en session_cancelled +ics",
        "mån 29 mars 12.00 mejl en reminder",
        "tis 30 mars 08.00 mejl en reminder",
        "mån 5 apr 12.00 mejl en reminder",
        "tis 6 apr 08.00 mejl en reminder",
    ]


def test_leyla_gets_her_own_in_somali(story: Story) -> None:
    assert story.got("leyla") == [
        "tis 26 jan 10.00 sms so still_waiting",
        "tis 23 feb 08.00 sms so offer",
        "tors 25 feb 08.00 sms so placed",
        "tis 9 mars 12.00 sms so reminder",
        "mån 15 mars 12.00 sms so reminder",
        "mån 22 mars 12.00 sms so reminder",
        "mån 22 mars 15.00 sms so session_cancelled",
        "mån 29 mars 12.00 sms so reminder",
        "tis 30 mars 08.00 sms so reminder",
        "mån 5 apr 12.00 sms so reminder",
        "tis 6 apr 08.00 sms so reminder",
    ]


def test_omar_who_cannot_come_to_the_last_meeting_is_not_reminded_of_it(story: Story) -> None:
    assert story.got("omar") == [
        "tis 26 jan 10.00 mejl ar still_waiting",
        "tis 23 feb 08.00 mejl ar offer",
        "tors 25 feb 08.00 mejl ar placed +ics",
        "tis 9 mars 12.00 mejl ar reminder",
        "mån 15 mars 12.00 mejl ar reminder",
        "mån 22 mars 12.00 mejl ar reminder",
        "mån 22 mars 15.00 mejl ar session_cancelled +ics",
        "mån 29 mars 12.00 mejl ar reminder",
        "tis 30 mars 08.00 mejl ar reminder",
    ]


def test_sara_who_never_answers_is_told_so_and_then_left_in_peace(story: Story) -> None:
    assert story.got("sara") == [
        "tis 12 jan 10.00 sms sv still_waiting",
        "tis 9 feb 10.00 sms sv still_waiting",
        "tis 23 feb 08.00 mejl sv offer",
        "tis 23 feb 08.00 sms sv offer",
        "tors 25 feb 08.00 mejl sv offer_halfway",
        "tors 25 feb 08.00 sms sv offer_halfway",
        "lör 27 feb 08.00 mejl sv expired",
        "lör 27 feb 08.00 sms sv expired",
    ]


def test_emil_takes_his_place_by_sms_and_hears_nothing_once_he_has_left(story: Story) -> None:
    assert story.got("emil") == [
        "tis 2 feb 10.00 sms sv still_waiting",
        "tis 23 feb 08.00 sms sv offer",
        "tis 23 feb 18.00 sms sv placed",
        "tis 9 mars 12.00 sms sv reminder",
        "mån 15 mars 12.00 sms sv reminder",
        "tors 18 mars 10.00 sms sv queue_left",
    ]


def test_nora_has_easter_to_think_and_waits_on_after_her_no(story: Story) -> None:
    assert story.got("nora") == [
        "fre 26 mars 08.00 mejl sv offer",
        "ons 31 mars 08.00 mejl sv offer_halfway",
        "ons 31 mars 12.00 mejl sv declined",
        "ons 7 apr 12.00 mejl sv still_waiting",
    ]


def test_those_who_answer_for_the_group_that_nobody_wants_hear_of_it_and_nobody_else_hears_anything(
    story: Story,
) -> None:
    assert story.term.got("filip@example.org", "deniz@example.org") == ["ons 31 mars 12.00 mejl sv group_at_risk"] * 2
    known = {each for several in story.addresses.values() for each in several}
    others = {letter.address for _, letter in story.term.post.taken} - known
    assert others == {"filip@example.org", "deniz@example.org"}


def test_the_time_to_answer_rests_at_night_on_red_days_and_does_not_slip_when_the_clocks_change(story: Story) -> None:
    asked = {name: story.term.letters("offer", story.addresses[name][-1])[0].text for name in ("sara", "nora", "amina")}
    assert "Svara senast fredag 26 februari kl. 20.00" in asked["amina"]
    assert "Svara senast torsdag 1 april kl. 20.00" in asked["nora"]


def test_a_meeting_keeps_its_hour_when_the_clocks_have_changed(story: Story) -> None:
    said = [letter.text for letter in story.term.letters("reminder", NUMBERS["amina"])]
    assert [re.findall(r"Vi ses (.*?), Demogatan", text)[0] for text in said] == [
        "tis 16/3 kl 17.30", "i morgon tis 16/3 kl 17.30", "i morgon tis 23/3 kl 17.30",
        "i morgon tis 30/3 kl 17.30", "i dag kl 17.30", "i dag kl 17.30",
    ]  # fmt: skip


def test_who_chose_discreet_is_told_neither_place_nor_hour(story: Story) -> None:
    kinds = ("still_waiting", "offer", "offer_halfway", "expired")
    told = [letter.text for kind in kinds for letter in story.term.letters(kind, NUMBERS["sara"])]
    assert {LINK.sub("…", text) for text in told} == {"Hej! Du har ett meddelande från Stockholms stad: …"}


def test_what_others_at_home_may_see_tells_nobody_what_it_is_about(story: Story) -> None:
    for _instant, letter in story.term.post.taken:
        seen = letter.text if letter.channel == "sms" else letter.subject or ""
        assert re.search(r"\bABC\b|föräld|\bbarn|parent|child|Komet", seen, re.IGNORECASE) is None, seen


def test_every_sms_fits_in_two_parts(story: Story) -> None:
    longest = {parts(letter.text).parts for _instant, letter in story.term.post.taken if letter.channel == "sms"}
    assert longest <= {1, 2}
