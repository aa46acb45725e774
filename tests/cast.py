"""The cast: the same people in every test, with literal times.

Amina and Ben are parents in Farsta and Skarpnäck who wait for ABC. Carla leads ABC in Farsta, Deniz in Skarpnäck. Eva
coordinates Farsta, Filip Skarpnäck, Greta the whole city. It is Monday 4 January 2027, 10.00 in Stockholm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from booking.catalogue import sessions
from booking.catalogue.districts import District, TravelTime
from booking.catalogue.groups import Group, GroupDistrict, GroupLeader, GroupState
from booking.catalogue.programmes import Counts, Programme, ProgrammeText
from booking.catalogue.venues import Venue
from booking.people import families
from booking.people.families import Carer, Child, Family
from booking.people.registrations import Registration, RegistrationDistrict, RegistrationState
from booking.records import accounts
from booking.records.accounts import Account, Role
from booking.records.audit import SYSTEM

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
PASSWORD = "rätt häst batteri"


@dataclass
class Cast:
    """Ids and rows the tests start from; read them back in a session of your own."""

    farsta: District
    skarpnack: District
    abc: Programme
    komet: Programme
    abc_farsta: Group
    abc_skarpnack: Group
    amina: Registration
    ben: Registration
    carla: Account
    deniz: Account
    eva: Account
    filip: Account
    greta: Account


def build(db: Session) -> Cast:
    """Put the cast in an empty database."""
    farsta, skarpnack = district(db, "farsta", "Farsta"), district(db, "skarpnack", "Skarpnäck")
    for one, other in ((farsta, skarpnack), (skarpnack, farsta)):
        db.add(TravelTime(from_id=one.id, to_id=other.id, minutes=18))
    abc = programme(db, "abc", "ABC", ages=(3, 12), count=4)
    komet = programme(db, "komet-3-11", "Komet 3–11", ages=(3, 11), count=11, counts=Counts.FAMILIES, size=(4, 6))
    carla = account(db, "Carla", Role.LEADER, None)
    deniz = account(db, "Deniz", Role.LEADER, None)
    return Cast(
        farsta=farsta,
        skarpnack=skarpnack,
        abc=abc,
        komet=komet,
        abc_farsta=group(db, abc, farsta, leader=carla, first_day=date(2027, 1, 26), hour=time(17, 30)),
        abc_skarpnack=group(db, abc, skarpnack, leader=deniz, first_day=date(2027, 1, 28), hour=time(18)),
        amina=registration(db, "Amina Demo", farsta, abc, [farsta, skarpnack], at(2026, 10, 2)),
        ben=registration(db, "Ben Demo", skarpnack, abc, [skarpnack, farsta], at(2026, 11, 16)),
        carla=carla,
        deniz=deniz,
        eva=account(db, "Eva", Role.COORDINATOR, farsta),
        filip=account(db, "Filip", Role.COORDINATOR, skarpnack),
        greta=account(db, "Greta", Role.CENTRAL, None),
    )


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def district(db: Session, code: str, name: str) -> District:
    """A district that has always been."""
    made = District(code=code, name=name, valid_from=date(2018, 1, 1))
    db.add(made)
    db.flush()
    return made


def programme(
    db: Session,
    code: str,
    name: str,
    *,
    ages: tuple[int, int],
    count: int,
    counts: Counts = Counts.PERSONS,
    size: tuple[int, int] = (7, 12),
) -> Programme:
    """A programme with a Swedish description."""
    made = Programme(code=code, age_from=ages[0], age_to=ages[1], sessions=count, session_minutes=150, counts=counts)
    made.minimum, made.capacity = size
    made.texts = [ProgrammeText(language="sv", name=name, for_whom="För föräldrar.", about="Vi träffas och pratar.")]
    db.add(made)
    db.flush()
    return made


def group(
    db: Session,
    programme: Programme,
    home: District,
    *,
    leader: Account | None = None,
    first_day: date = date(2027, 1, 26),
    hour: time = time(17, 30),
    capacity: int = 12,
    minimum: int = 1,
) -> Group:
    """An open group with its meetings, at a venue in its district."""
    venue = Venue(district_id=home.id, name=f"{home.name} familjecentral", address="Demogatan 1", step_free=True)
    db.add(venue)
    db.flush()
    made = Group(
        programme=programme, venue=venue, state=GroupState.OPEN, first_day=first_day, created_at=at(2026, 9, 1)
    )
    made.weekday, made.starts_at, made.minutes = first_day.weekday(), hour, programme.session_minutes
    made.capacity, made.minimum = capacity, minimum
    made.districts = [GroupDistrict(district_id=home.id)]
    made.leaders = [GroupLeader(account_id=leader.id)] if leader else []
    db.add(made)
    db.flush()
    sessions.lay_out(db, made)
    return made


def registration(
    db: Session,
    name: str,
    home: District,
    programme: Programme,
    districts: list[District],
    since: datetime,
    *,
    adults: int = 1,
    birth_year: int = 2021,
    mobile: str | None = None,
) -> Registration:
    """A family with one confirmed carer, waiting."""
    family = Family(home_district_id=home.id, created_at=since)
    family.children = [Child(birth_year=birth_year)]
    carer = Carer(name=name, email_confirmed_at=since)
    family.carers = [carer]
    db.add(family)
    db.flush()
    families.set_name(db, carer, name)
    families.set_email(carer, f"{name.split()[0].lower()}{carer.id}@example.org")
    carer.email_confirmed_at = since
    if mobile:
        families.set_mobile(carer, mobile)
        carer.mobile_confirmed_at = since
    made = Registration(family=family, programme=programme, waiting_since=since, adults=adults, lot=family.id)
    made.state = RegistrationState.WAITING
    made.districts = [RegistrationDistrict(district_id=d.id, rank=rank) for rank, d in enumerate(districts)]
    made.children, made.carers = list(family.children), [carer]
    db.add(made)
    db.flush()
    return made


def account(db: Session, name: str, role: Role, home: District | None) -> Account:
    """Somebody who signs in with PASSWORD."""
    roles = [(role, home.id if home else None)]
    return accounts.create(
        db, name, f"{name.lower()}@example.org", PASSWORD, roles=roles, now=at(2026, 9, 1), by=SYSTEM
    )
