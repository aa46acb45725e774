"""The city itself: districts with their mergers, travel times, holidays, programmes, venues, organisers.

Names of districts, dates of mergers and populations are the city's own; venues and organisers are invented.
"""

from __future__ import annotations

import itertools
import math
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.catalogue import districts
from booking.catalogue.districts import District, TravelTime
from booking.catalogue.programmes import Counts, Programme, ProgrammeText
from booking.catalogue.venues import Organiser, Venue
from booking.insight.demo import files, holidays
from booking.insight.demo.town import Town
from booking.records import policies
from booking.records.audit import SYSTEM
from booking.records.policies import Policy

MINUTES_TO_BEGIN, MINUTES_PER_KM = 5, 3.2
KM_PER_DEGREE = 111.2
OUTSIDE = {"parish": "Påhittade församlingen (demo)", "study": "Studieförbundet Exempel (demo)"}


def build(db: Session, town: Town) -> None:
    """Put the city in an empty database, and remember its parts in `town`."""
    # People watch, at any hour: what they publish can be undone for a minute, and is then in the post box.
    watched = Policy(undo_minutes=1, quiet_from_hour=0, quiet_until_hour=0)
    policies.change(db, watched, now=town.now, by=SYSTEM, reason="demo")
    town.districts = _districts(db)
    town.atlas = districts.atlas(db)
    _travel(db, town)
    town.atlas = districts.atlas(db)
    db.add_all(holidays.around(today(town.now).year))
    town.programmes = _programmes(db)
    town.venues = _venues(db, town)
    town.organisers = _organisers(db, town)


def _districts(db: Session) -> dict[str, District]:
    lines = {row["code"]: row for row in files.rows("districts.csv")}
    made = {code: _district(row) for code, row in lines.items()}
    db.add_all(made.values())
    db.flush()
    for code, row in lines.items():
        if row["successor"]:
            made[code].successor_id = made[row["successor"]].id
    db.flush()
    return made


def _district(row: files.Row) -> District:
    return District(
        code=row["code"],
        name=row["name"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        population=int(row["population"]) if row["population"] else None,
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
    )


def _travel(db: Session, town: Town) -> None:
    """Estimated minutes by public transport between today's districts, from the distance between their centres."""
    standing = town.atlas.standing(today(town.now))
    for one, other in itertools.permutations(standing, 2):
        db.add(TravelTime(from_id=one.id, to_id=other.id, minutes=estimated_minutes(one, other)))
    db.flush()


def estimated_minutes(one: District, other: District) -> int:
    """An estimate and no timetable: 5 minutes, and 3.2 for each kilometre as the crow flies."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        raise ValueError("a district without a centre")
    north = (float(one.latitude or 0) - float(other.latitude or 0)) * KM_PER_DEGREE
    shrink = math.cos(math.radians(float(one.latitude or 0)))
    east = (float(one.longitude or 0) - float(other.longitude or 0)) * KM_PER_DEGREE * shrink
    return round(MINUTES_TO_BEGIN + MINUTES_PER_KM * math.hypot(north, east))


def _programmes(db: Session) -> dict[str, Programme]:
    facts = files.objects("programmes.json")
    made = {each["code"]: _programme(each) for each in facts}
    db.add_all(made.values())
    db.flush()
    for each in facts:
        if each["next"]:
            made[each["code"]].next_id = made[each["next"]].id
    db.flush()
    return made


def _programme(facts: dict[str, Any]) -> Programme:
    made = Programme(code=facts["code"], sessions=facts["sessions"], session_minutes=facts["minutes"])
    made.age_from, made.age_to = facts["ages"]
    made.days_between, made.minimum, made.capacity = facts["days_between"], facts["minimum"], facts["capacity"]
    made.counts = Counts(facts["counts"])
    made.leaders_needed = facts.get("leaders", 2)
    made.children_come = facts.get("children_come", False)
    made.easy_swedish = facts.get("easy_swedish", False)
    made.texts = [ProgrammeText(language=language, **facts[language]) for language in ("sv", "en")]
    return made


def _venues(db: Session, town: Town) -> dict[str, Venue]:
    made = {row["name"]: _venue(row, town) for row in files.rows("venues.csv")}
    db.add_all(made.values())
    db.flush()
    return made


def _venue(row: files.Row, town: Town) -> Venue:
    home = town.districts[row["district"]]
    made = Venue(district_id=home.id, name=row["name"], address=f"{row['address']}, {home.name}")
    made.directions, made.step_free = row["directions"], row["step_free"] == "1"
    return made


def _organisers(db: Session, town: Town) -> dict[str, Organiser]:
    made = {key: Organiser(name=name, outside=True) for key, name in OUTSIDE.items()}
    for district in town.atlas.standing(today(town.now)):
        made[district.code] = Organiser(name=f"{district.name} stadsdel")
    db.add_all(made.values())
    db.flush()
    return made
