"""What the texts of messages are filled with in tests: a usual group, and one with the longest names there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from booking.catalogue.groups import Group, GroupState
from booking.catalogue.programmes import Counts, Programme, ProgrammeText
from booking.catalogue.sessions import GroupSession, SessionState
from booking.catalogue.venues import Venue
from booking.course.letters.examples import Scene
from booking.people.writing import Sender

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SENDER = Sender("https://likaplats.stockholm.se", "Stockholms stad", "08-508 00 000", answerable=True)


def group(venue: str, address: str, first: date) -> Group:
    """A group of ABC that is stored nowhere."""
    programme = Programme(
        id=1, code="abc", age_from=3, age_to=12, sessions=4, session_minutes=150, minimum=5, capacity=14,
        counts=Counts.PERSONS,
    )  # fmt: skip
    programme.texts = [ProgrammeText(language="sv", name="ABC", for_whom="", about="")]
    there = Venue(id=1, name=venue, address=address, directions="Ring på klockan.")
    made = Group(id=1, state=GroupState.OPEN, first_day=first, weekday=1, starts_at=time(17, 30), minutes=150)
    made.programme, made.venue, made.online = programme, there, False
    return made


def scene(there: Group, first: datetime, *, weeks: int = 4) -> Scene:
    """The scene of such a group, with a meeting each week."""
    starts = [first + timedelta(weeks=week) for week in range(weeks)]
    meetings = [
        GroupSession(
            id=number, number=number, state=SessionState.PLANNED, starts_at=at, ends_at=at + timedelta(minutes=150)
        )
        for number, at in enumerate(starts, 1)
    ]
    return Scene(SENDER, there, meetings, ["Carla Berg", "Deniz Ek"], NOW)


FARSTA = group("Farsta familjecentral", "Sockenplan 2", date(2027, 1, 26))
USUAL = scene(FARSTA, datetime(2027, 1, 26, 16, 30, tzinfo=UTC))
# An address as long as any in the city's register, and the longest way to say a day.
ADDRESS = "Hägerstensvägen 100-106, våning 3, 126 49 Hägersten"
HAGERSTEN = group("Hägersten-Älvsjö medborgarkontor", ADDRESS, date(2027, 12, 30))
LONGEST = replace(
    scene(HAGERSTEN, datetime(2027, 12, 30, 18, 30, tzinfo=UTC)), now=datetime(2027, 12, 21, 22, 59, tzinfo=UTC)
)
