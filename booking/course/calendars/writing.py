"""Entries as a calendar file. Pure: folding and escaping are the library's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

from booking.course.calendars.entries import Entry
from booking.people.writing import Sender

PUBLISH = "PUBLISH"
CANCEL = "CANCEL"
CONTENT_TYPE = "text/calendar; method={method}; charset=utf-8"
PRODUCT = "-//Likaplats//Likaplats//SV"
ASK_AGAIN = timedelta(hours=4)


def write(entries: Sequence[Entry], *, method: str, sender: Sender, now: datetime, name: str | None = None) -> bytes:
    """The file of these entries. `name` is what a calendar programme that fetches it again and again calls it."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name is not None:
        for field in ("name", "x-wr-calname"):
            made.add(field, name)
        made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT4H")
    for entry in entries:
        made.add_component(_event(entry, sender, now))
    return bytes(made.to_ical())


def _event(entry: Entry, sender: Sender, now: datetime) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    made.add("dtstamp", now.replace(microsecond=0))
    made.add("dtstart", entry.starts_at)
    made.add("dtend", entry.ends_at)
    made.add("summary", entry.title)
    if entry.place:
        made.add("location", entry.place)
    if entry.about:
        made.add("description", entry.about)
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    made.add("organizer", _organiser(sender))
    return made


def _organiser(sender: Sender) -> vCalAddress:
    found = vCalAddress(f"mailto:{sender.mail_from}")
    found.params["CN"] = sender.city
    return found


def fingerprint(entries: Sequence[Entry]) -> str:
    """The same for the same entries, whenever the file is written: what changed since is told by it."""
    return hashlib.sha256(repr(list(entries)).encode()).hexdigest()[:32]
