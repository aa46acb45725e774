"""A calendar file holds to RFC 5545 and 5546, whatever a venue is called, and is read back as it was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking.course.calendars import CANCEL, PUBLISH, Entry, fingerprint, write
from booking.people.writing import Sender

NOW = datetime(2027, 1, 4, 9, 0, 0, 123456, tzinfo=UTC)
SENDER = Sender("https://likaplats.example", "Stockholms stad", "08-000 00 00", "no-reply@likaplats.example")
BEGINS = datetime(2027, 1, 26, 16, 30, tzinfo=UTC)
ODD = 'Gamla "Folkan", vån. 2; ring på\\ eller knacka\nمركز العائلة 🧸 ' + "å" * 90
# What a text of ours may hold: no controls but the end of a line, as RFC 5545 has it.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=200)
# The library's own reader, not what it writes, stumbles over a backslash in a parameter.
CITIES = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\\"), min_size=1)


def entry(**changes: object) -> Entry:
    known: dict[str, object] = {"uid": "a1b2", "sequence": 2, "starts_at": BEGINS, "title": "Träff, Stockholms stad"}
    return Entry(**{**known, "ends_at": BEGINS + timedelta(hours=2, minutes=30), **changes})  # type: ignore[arg-type]


def read(data: bytes) -> Any:
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    return event


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, CITIES)
@example(ODD, ODD, 'Åre; Duved, med "Åre by" مرحبا' * 5)
def test_odd_names_come_back_as_they_were_in_lines_that_are_short_enough(place: str, about: str, city: str) -> None:
    sender = replace(SENDER, city=city)
    data = write([entry(place=place, about=about)], method=PUBLISH, sender=sender, now=NOW)
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    event = read(data)
    assert (event.get("location", ""), event.get("description", "")) == (place, about)
    assert (event["organizer"].params["CN"], event["organizer"]) == (city, "mailto:no-reply@likaplats.example")


def test_an_event_has_all_that_a_published_one_must_have_and_no_guests() -> None:
    event = read(write([entry()], method=PUBLISH, sender=SENDER, now=NOW))
    assert {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "SEQUENCE"} <= set(event)
    assert "ATTENDEE" not in event
    assert (event["status"], event["class"], event["transp"]) == ("CONFIRMED", "PRIVATE", "OPAQUE")
    assert (event.start, event.end) == (BEGINS, BEGINS + timedelta(minutes=150))
    assert event["dtstamp"].dt == datetime(2027, 1, 4, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("method", [PUBLISH, CANCEL])
def test_the_file_says_what_is_to_be_done_with_it(method: str) -> None:
    file = Calendar.from_ical(write([entry(cancelled=method == CANCEL)], method=method, sender=SENDER, now=NOW))
    assert (file["version"], file["method"]) == ("2.0", method)


def test_what_is_cancelled_says_so_and_takes_no_time() -> None:
    event = read(write([entry(cancelled=True)], method=CANCEL, sender=SENDER, now=NOW))
    assert (event["status"], event["transp"]) == ("CANCELLED", "TRANSPARENT")


def test_an_empty_calendar_is_a_calendar() -> None:
    file = Calendar.from_ical(write([], method=PUBLISH, sender=SENDER, now=NOW, name="Stockholms stad"))
    assert (file.walk("VEVENT"), file["x-wr-calname"]) == ([], "Stockholms stad")


def test_the_fingerprint_changes_with_the_meetings_and_not_with_the_hour_of_asking() -> None:
    assert fingerprint([entry()]) == fingerprint([entry()])
    assert fingerprint([entry()]) != fingerprint([entry(sequence=4)])
    assert fingerprint([entry()]) != fingerprint([entry(place="Demogatan 2")])
