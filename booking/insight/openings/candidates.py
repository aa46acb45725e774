"""Groups that could be: a programme in a district on a weekday, with leaders who are certified and free, and a venue.

A candidate begins LEAD from now or as soon after as the calendar allows, at the hour the programme usually has.
Whether somebody is free is read from the meetings of the groups there are. A candidate is a `Group` that is never kept:
it has no row, and an id below 0.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base.clock import at, today
from booking.catalogue import certificates, districts, programmes, sessions
from booking.catalogue.certificates import Certificate
from booking.catalogue.districts import Atlas, District
from booking.catalogue.groups import Group, GroupDistrict, GroupState
from booking.catalogue.programmes import Programme
from booking.catalogue.sessions import ClosedPeriod, GroupSession, SessionState
from booking.catalogue.venues import Venue
from booking.places.run_engine.choosing import Choosing
from booking.places.run_engine.history import History
from booking.places.run_engine.waiting import Waiting
from booking.records.accounts import Account

LEAD = timedelta(weeks=4)
WEEKDAYS = range(5)
USUAL_HOUR = time(17, 30)
HOME_LANGUAGE = "sv"

Times = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that is only thought of, when it would meet, who could lead it, and who of those that wait could come.

    `leaders` are those who are certified and free, the likeliest first; `venue` is None when none is free.
    """

    group: Group
    district: District
    language: str
    times: Times
    leaders: list[int]
    venue: Venue | None
    fitting: list[Waiting]

    @property
    def possible(self) -> bool:
        """True when it could be opened as things stand."""
        return self.venue is not None and len(self.leaders) >= self.group.programme.leaders_needed

    @property
    def enough(self) -> bool:
        """True when it would reach its minimum if all who could come did."""
        return sum(family.seats for family in self.fitting) >= self.group.minimum


@dataclass
class City:
    """What candidates are made from, read once; `times` are when each group that is not cancelled meets from now on."""

    day: date
    atlas: Atlas
    programmes: list[Programme]
    groups: dict[int, Group]
    times: dict[int, Times]
    venues: dict[int, list[Venue]] = field(default_factory=lambda: defaultdict(list))
    certificates: list[Certificate] = field(default_factory=list)
    closed: list[ClosedPeriod] = field(default_factory=list)
    leaders: set[int] = field(default_factory=set)
    led: dict[int, list[Group]] = field(default_factory=lambda: defaultdict(list))

    @staticmethod
    def read(db: Session, now: datetime) -> City:
        """Read it."""
        day = today(now)
        stand = Group.state.in_((GroupState.OPEN, GroupState.HIDDEN, GroupState.ENDED))
        groups = {group.id: group for group in db.scalars(select(Group).where(stand))}
        city = City(day, districts.atlas(db), programmes.list_active(db), groups, _times(db, now, groups))
        for venue in db.scalars(select(Venue).order_by(Venue.step_free.desc(), Venue.name)):
            city.venues[city.atlas.current(venue.district_id).id].append(venue)
        city.certificates = certificates.list_current(db, day=day)
        city.closed = sessions.list_closed(db)
        for group in groups.values():
            for leader in group.leaders:
                city.led[leader.account_id].append(group)
        city.leaders = {each.id for each in db.scalars(select(Account).where(Account.active)) if each.is_leader}
        return city

    def usual_hour(self, programme: Programme) -> time:
        """When the programme's groups most often begin."""
        hours = Counter(group.starts_at for group in self.groups.values() if group.programme_id == programme.id)
        return max(hours, key=lambda hour: (hours[hour], hour)) if hours else USUAL_HOUR

    def busy(self, times: Times) -> list[Group]:
        """The groups that meet at some of these times."""
        return [self.groups[each] for each, others in self.times.items() if overlap(times, others)]


def _times(db: Session, now: datetime, groups: Iterable[int]) -> dict[int, Times]:
    query = select(GroupSession.group_id, GroupSession.starts_at, GroupSession.ends_at).where(
        GroupSession.state == SessionState.PLANNED, GroupSession.ends_at > now, GroupSession.group_id.in_(list(groups))
    )
    found: dict[int, Times] = defaultdict(list)
    for group_id, starts, ends in db.execute(query):
        found[group_id].append((starts, ends))
    return found


def overlap(these: Times, those: Times) -> bool:
    """True when some time of these and some time of those have a moment in common."""
    return any(starts < their_end and their_start < ends for starts, ends in these for their_start, their_end in those)


def candidates(city: City, waiting: dict[int, list[Waiting]], history: History) -> list[Candidate]:
    """Every group that somebody who waits could come to, possible or not; `waiting` by the programme's id.

    A family that goes to another group at the same time cannot come.
    """
    made = {each.group.id: each for each in _made(city, waiting)}
    meetings = {**city.times, **{number: each.times for number, each in made.items()}}
    choosing = Choosing([each.group for each in made.values()], history, meetings, city.atlas)
    for families in waiting.values():
        for family in families:
            for group in choosing.choices(family):
                made[group.id].fitting.append(family)
    return [each for each in made.values() if each.fitting]


def _made(city: City, waiting: dict[int, list[Waiting]]) -> Iterator[Candidate]:
    numbers = itertools.count(-1, -1)
    for programme in city.programmes:
        if not (those := waiting.get(programme.id)):
            continue
        wanted = {city.atlas.current(each).id for family in those for each in family.district_ids}
        here = [each for each in city.atlas.standing(city.day) if each.id in wanted]
        for weekday in WEEKDAYS:
            times = meeting_times(city, programme, weekday)
            busy = city.busy(times)
            for district, language in itertools.product(here, _languages(programme, those)):
                yield _candidate(city, programme, district, language, times, busy, next(numbers))


def meeting_times(city: City, programme: Programme, weekday: int) -> Times:
    """When a group that begins as soon as it can on that weekday would meet."""
    first = city.day + LEAD
    first += timedelta(days=(weekday - first.weekday()) % 7)
    days = sessions.timetable(first, programme.sessions, programme.days_between, city.closed)
    begins = [at(day, city.usual_hour(programme)) for day in days]
    return [(each, each + timedelta(minutes=programme.session_minutes)) for each in begins]


def _languages(programme: Programme, waiting: list[Waiting]) -> list[str]:
    """Swedish, and each language that families enough for a group need."""
    needed: Counter[str] = Counter()
    for each in waiting:
        if HOME_LANGUAGE not in each.languages or each.interpreter is not None:
            spoken = {*each.languages, *([each.interpreter] if each.interpreter else [])} - {HOME_LANGUAGE}
            needed.update(dict.fromkeys(spoken, each.seats))
    return [HOME_LANGUAGE, *sorted(language for language, seats in needed.items() if seats >= programme.minimum)]


def _candidate(
    city: City, programme: Programme, district: District, language: str, times: Times, busy: list[Group], number: int
) -> Candidate:
    taken = {group.venue_id for group in busy}
    venue = next((each for each in city.venues[district.id] if each.id not in taken), None)
    first = today(times[0][0])
    group = Group(id=number, programme=programme, programme_id=programme.id, online=False, whole_city=False)
    group.first_day, group.weekday, group.languages, group.interpreters = first, first.weekday(), [language], []
    group.capacity, group.minimum, group.childcare = programme.capacity, programme.minimum, False
    group.resident_places, group.starts_at = 0, city.usual_hour(programme)
    group.venue = venue or Venue(district_id=district.id, step_free=False)
    group.districts = [GroupDistrict(district_id=district.id)]
    leaders = _leaders(city, programme, district, times, busy)
    return Candidate(group, district, language, times, leaders, venue, [])


def _leaders(city: City, programme: Programme, district: District, times: Times, busy: list[Group]) -> list[int]:
    """Who may lead it and is free: first those who lead in the district, then those who have least to do."""
    first, last = today(times[0][0]), today(times[-1][0])
    may = {
        each.account_id for each in city.certificates if each.programme_id == programme.id and each.holds(first, last)
    }
    free = (may & city.leaders) - {leader.account_id for group in busy for leader in group.leaders}

    def far(account: int) -> tuple[bool, int, int]:
        led = city.led[account]
        here = any(group.is_resident(district.id, city.atlas) and not group.whole_city for group in led)
        return not here, sum(group.state is not GroupState.ENDED for group in led), account

    return sorted(free, key=far)
