"""The queue as it stands: as many sign-ups per programme as the figures of 2018 have to one another.

Sign-ups from 1 January to 18 October 2018, in the city's own mapping: ABC 1003, Komet 3–11 519, Komet 12–18 205,
Föräldraskap i Sverige 98 (these from 1 April). For the others there are no figures: a handful.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.catalogue.districts import District
from booking.catalogue.programmes import Programme
from booking.insight.demo import entering, inventing
from booking.insight.demo.town import Town
from booking.people.fit import fits
from booking.people.registrations import Registration

SIGNED_UP_2018 = {"abc": 1003, "komet-3-11": 519, "komet-12-18": 205, "fos": 98}
ABC_HERE = 182
HANDFUL = {"abc-0-2": 16, "abc-tonar": 12, "alskade-tonaring": 16}
FEWEST_WAITING = 2
# How eagerly a district asks for ABC, beside how many live there: invented, so that some queues are long.
EAGER_FOR_ABC = {"farsta": 8.0, "kungsholmen": 1.4, "skarpnack": 0.4}
LONGEST_WAIT, LATEST = timedelta(weeks=30), timedelta(hours=2)
ASK_AGAIN = 24
UNCONFIRMED, UNCONFIRMED_SINCE = 7, timedelta(hours=60)


def build(db: Session, town: Town) -> None:
    """Add those who wait: some of whom have a place in another programme, and a few who have not confirmed yet."""
    entering.enter(db, town, _again(town))
    for code, programme in town.programmes.items():
        there = sum(each.programme_id == programme.id for each in town.registrations)
        waiting = max(wanted(code) - there, FEWEST_WAITING)
        entering.enter(db, town, [_waiting(town, programme) for _number in range(waiting)])
    entering.enter(db, town, [_unconfirmed(town) for _number in range(UNCONFIRMED)], confirmed=False)


def wanted(code: str) -> int:
    """How many sign-ups for a programme the demo has."""
    if code in HANDFUL:
        return HANDFUL[code]
    return round(ABC_HERE * SIGNED_UP_2018[code] / SIGNED_UP_2018["abc"])


def _waiting(town: Town, programme: Programme) -> Registration:
    home = _home(town, programme)
    earliest = town.now - LONGEST_WAIT
    made = inventing.registration(town, home, programme, earliest, adults=inventing.adults(town, programme))
    return _dated(town, made)


def _dated(town: Town, made: Registration) -> Registration:
    """Give a new family its date, which is also when it confirmed its contacts."""
    since = made.waiting_since = made.family.created_at = _since(town, made)
    for carer in made.family.carers:
        carer.mobile_confirmed_at = since + inventing.CONFIRMED_AFTER if carer.mobile else None
        carer.email_confirmed_at = since + inventing.CONFIRMED_AFTER if carer.email else None
    return made


def _since(town: Town, made: Registration) -> datetime:
    """Since when it waits: later than everyone who was given a place that it could have had."""
    groups = [group for group in town.groups.values() if fits(made, group, town.atlas)]
    classes = [(group.id, group.is_resident(made.home_id, town.atlas)) for group in groups]
    floors = [town.weakest[each] for each in classes if each in town.weakest]
    return entering.moment(town, max((town.now - LONGEST_WAIT, *floors)), town.now - LATEST)


def _again(town: Town) -> list[Registration]:
    """Families with a place that ask for another programme, for a child of another age or of the same."""
    found: list[Registration] = []
    for first in town.dice.sample(town.registrations, k=len(town.registrations)):
        others = [each for each in town.programmes.values() if _suits(each, first, town)]
        if others and len(found) < ASK_AGAIN:
            found.append(_second(town, first, town.dice.choice(others)))
    return found


def _suits(programme: Programme, first: Registration, town: Town) -> bool:
    year = first.family.children[-1].birth_year
    asked = programme.id == first.programme_id or programme.easy_swedish
    return not asked and programme.suits(year, town.day)


def _second(town: Town, first: Registration, programme: Programme) -> Registration:
    family, home = first.family, town.atlas.districts[first.home_id]
    made = Registration(family=family, programme=programme, programme_id=programme.id, adults=first.adults)
    made.lot, made.languages, made.interpreter = town.dice.randrange(2**31), first.languages, first.interpreter
    inventing.wish(town, made, home)
    made.children = [each for each in family.children if programme.suits(each.birth_year, town.day)]
    made.carers = list(first.carers)
    made.waiting_since = _since(town, made)
    return made


def _unconfirmed(town: Town) -> Registration:
    programme = town.programmes["abc"]
    since = town.now - UNCONFIRMED_SINCE * town.dice.random()
    return inventing.registration(town, _home(town, programme), programme, since, adults=1)


def _home(town: Town, programme: Programme) -> District:
    homes = town.atlas.standing(town.day)
    eager = EAGER_FOR_ABC if programme.code == "abc" else {}
    return town.dice.choices(homes, [(each.population or 1) * eager.get(each.code, 1) for each in homes])[0]
