"""Inventing one family and what it asks for. Nothing is written here; the dice decide all that the caller leaves open.

Every name has "Demo" in it, addresses are at example.org, and mobiles are among those kept free for fiction in
Sweden. Their first fifteen are used by nobody here, so that visitors who try the demo have numbers of their own.
"""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Counts, Programme
from booking.insight.demo import files
from booking.insight.demo.town import Town
from booking.people import families
from booking.people.families import Carer, CarerState, Child, Family, Gender
from booking.people.registering import HEARD_FROM
from booking.people.registrations import Registration, RegistrationDistrict

FICTION = "+467017406{:02d}"
VISITORS, LAST = 20, 99
# How many in a hundred say yes to travelling so many minutes; most ask for a group where they live and no other.
MOST_MINUTES = {0: 60, 15: 20, 25: 13, 35: 7}
SWEDISH = (("sv", ["sv"], None), 62)
OTHERS = (
    (("en", ["en", "sv"], None), 8),
    (("en", ["en"], None), 2),
    (("ar", ["ar", "sv"], None), 9),
    (("ar", ["ar"], "ar"), 4),
    (("so", ["so", "sv"], None), 7),
    (("so", ["so"], "so"), 3),
    (("fa", ["fa", "sv"], None), 3),
    (("ti", ["ti", "sv"], None), 2),
)
GENDERS = {Gender.WOMAN: 58, Gender.MAN: 29, Gender.UNSAID: 11, Gender.OTHER: 2}
CONFIRMED_AFTER = timedelta(minutes=4)


def names(dice: random.Random) -> Iterator[str]:
    """Every first name with every last name, in an order of the dice; about 1,200."""
    words = files.objects("names.json")[0]
    pairs = [f"{first} {last}" for first, last in itertools.product(words["first"], words["last"])]
    dice.shuffle(pairs)
    return iter(pairs)


def registration(
    town: Town, home: District, programme: Programme, since: datetime, *, adults: int, group: Group | None = None
) -> Registration:
    """A family that lives there and asks for the programme; one that `group` fits, when there is one."""
    language, languages, interpreter = _speech(town, programme, group)
    family = Family(home_district_id=home.id, created_at=since, discreet=_happens(town, 6))
    family.children = _children(town, programme)
    family.carers = _carers(town, language, since, adults)
    made = Registration(family=family, programme=programme, programme_id=programme.id, adults=adults)
    made.waiting_since, made.lot = since, town.dice.randrange(2**31)
    made.languages, made.interpreter = languages, interpreter
    wish(town, made, home, group)
    made.children = [child for child in family.children if programme.suits(child.birth_year, town.day)]
    made.carers = list(family.carers)
    return made


def wish(town: Town, made: Registration, home: District, group: Group | None = None) -> None:
    """What the family answers to the questions about places, days and needs."""
    made.districts = _districts(town, home, group)
    made.weekdays = _weekdays(town, group)
    made.online = _happens(town, 15) or (group is not None and group.online)
    made.step_free = _happens(town, 4) and (group is None or group.step_free)
    made.childcare = _happens(town, 5) and (group is None or group.childcare)
    made.flexible, made.short_notice = _happens(town, 25), _happens(town, 30)
    made.heard_from = town.dice.choice((*HEARD_FROM, None))
    made.channel = "phone" if _happens(town, 6) else "web"


def adults(town: Town, programme: Programme) -> int:
    """One or two; where a family takes one place, more often two."""
    return 2 if _happens(town, 40 if programme.counts is Counts.FAMILIES else 24) else 1


def birth_year(town: Town, programme: Programme) -> int:
    """A year that suits the programme now, a year ago and a year ahead."""
    return town.day.year - town.dice.randint(programme.age_from + 1, programme.age_to)


def _happens(town: Town, percent: int) -> bool:
    return town.dice.random() * 100 < percent


def _speech(town: Town, programme: Programme, group: Group | None) -> tuple[str, list[str], str | None]:
    """The language we write in, the languages that work in a group, and the interpreter they need."""
    known = (*OTHERS[2:6],) if programme.easy_swedish else (SWEDISH, *OTHERS)
    options, weights = zip(*known, strict=True)
    language, languages, interpreter = town.dice.choices(options, weights)[0]
    if group is not None and not set(languages) & set(group.languages) and interpreter not in group.interpreters:
        language = group.languages[0]
        return language, [language], None
    helped = group is None or interpreter in group.interpreters
    return language, list(languages), interpreter if helped else None


def _children(town: Town, programme: Programme) -> list[Child]:
    """The one the registration is about first, and sometimes a brother or sister of any age."""
    years = [birth_year(town, programme)]
    if _happens(town, 40):
        years.append(town.day.year - town.dice.randint(1, 16))
    return [Child(birth_year=year) for year in years]


def _carers(town: Town, language: str, since: datetime, adults: int) -> list[Carer]:
    found = [_carer(town, language, since, CarerState.FIRST)]
    if adults == 2 and _happens(town, 45):
        found.append(_carer(town, language, since, CarerState.JOINED))
    return found


def _carer(town: Town, language: str, since: datetime, state: CarerState) -> Carer:
    """A carer with confirmed contacts: a mobile, an address, or both."""
    carer = Carer(name=next(town.names), language=language, state=state)
    carer.gender = town.dice.choices(list(GENDERS), list(GENDERS.values()))[0]
    has_mobile, has_email = town.dice.choices(((True, True), (True, False), (False, True)), (62, 20, 18))[0]
    if has_mobile:
        families.set_mobile(carer, FICTION.format(town.dice.randint(VISITORS, LAST)))
        carer.mobile_confirmed_at = since + CONFIRMED_AFTER
    if has_email:
        families.set_email(carer, _address(carer.name or ""))
        carer.email_confirmed_at = since + CONFIRMED_AFTER
    return carer


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@example.org"


def _districts(town: Town, home: District, group: Group | None) -> list[RegistrationDistrict]:
    """Home first, then what lies within the minutes they have said yes to; most families ask for home alone."""
    most = town.dice.choices(list(MOST_MINUTES), list(MOST_MINUTES.values()))[0]
    nearest = town.atlas.nearest(home.id, town.day)
    ids = [each.id for each in nearest if (town.atlas.minutes(home.id, each.id) or 0) <= most]
    if group is not None and group.venue is not None and group.venue.district_id not in ids:
        ids.append(group.venue.district_id)
    return [RegistrationDistrict(district_id=district_id, rank=rank) for rank, district_id in enumerate(ids)]


def _weekdays(town: Town, group: Group | None) -> list[int]:
    kind = town.dice.random()
    days = range(7) if kind < 0.1 else range(5) if kind < 0.4 else town.dice.sample(range(5), town.dice.randint(2, 3))
    return sorted({*days, group.weekday} if group is not None else days)
