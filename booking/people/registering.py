"""Registering: a family asks for one or more programmes in one go. Nothing counts before the contact is confirmed.

`waiting_since` becomes the moment of registering, and stays so when the contact is confirmed later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.base.clock import today
from booking.base.errors import Refused as _Refused
from booking.base.texts import _
from booking.catalogue import districts, programmes
from booking.catalogue.programmes import Programme
from booking.people import codes, confirming, contacts, families
from booking.people.families import Carer, Child, Family, Gender
from booking.people.registrations import Registration, RegistrationDistrict

SOON = timedelta(days=183)
HEARD_FROM = ("school", "clinic", "friend", "web", "poster", "other")


class Refused(_Refused):
    """The answers cannot become a registration."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a family has answered.

    `home`, `programmes` and `districts` are codes, districts best first; `weekdays` 0 is Monday; `language` is the one
    we write in, `languages` those that work in a group; `heard_from` is one of HEARD_FROM; `channel` is how they came.
    """

    name: str
    home: str
    birth_years: tuple[int, ...]
    programmes: tuple[str, ...]
    mobile: str | None = None
    email: str | None = None
    districts: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    online: bool = False
    adults: int = 1
    languages: tuple[str, ...] = ("sv",)
    interpreter: str | None = None
    step_free: bool = False
    childcare: bool = False
    flexible: bool = False
    short_notice: bool = False
    discreet: bool = False
    gender: Gender = Gender.UNSAID
    heard_from: str | None = None
    language: str = "sv"
    channel: str = "web"


def fitting(programme: Programme, birth_years: tuple[int, ...], day: date) -> list[int]:
    """The birth years that suit the programme that day or within half a year: groups begin some time ahead."""
    return [year for year in birth_years if programme.suits(year, day) or programme.suits(year, day + SOON)]


def register(db: Session, answers: Answers, *, now: datetime) -> Family:
    """Keep the answers as a family with one unconfirmed registration per programme, and send a code to confirm with.

    The code goes to the mobile if there is one, else to the e-mail. Raises Refused (here, contacts, codes) or NotFound.
    """
    _check(answers)
    wanted = [_wanted(db, code, answers, today(now)) for code in dict.fromkeys(answers.programmes)]
    family = _family(db, answers, now)
    for programme in wanted:
        registration = _registration(db, family, programme, answers, now)
        confirming.record(db, "unconfirmed", registration, now=now, by=family.first_carer.actor)
    codes.ask(db, family.first_carer, "sms" if answers.mobile else "email", now=now)
    return family


def _check(answers: Answers) -> None:
    if not (answers.mobile or answers.email):
        raise Refused(_("Skriv ett mobilnummer eller en mejladress."), code="contact")
    if not answers.programmes:
        raise Refused(_("Välj minst ett program."), code="programme")
    if not answers.weekdays or not (answers.districts or answers.online):
        raise Refused(_("Välj minst en veckodag och minst en plats som fungerar."), code="nothing_left")


def _wanted(db: Session, code: str, answers: Answers, day: date) -> Programme:
    programme = programmes.get_by_code(db, code)
    if not programme.active or not fitting(programme, answers.birth_years, day):
        raise Refused(_("%(programme)s passar inte barnens ålder.", programme=programme.name), code="age")
    return programme


def _family(db: Session, answers: Answers, now: datetime) -> Family:
    home = districts.get_by_code(db, answers.home)
    family = Family(home_district_id=home.id, discreet=answers.discreet, created_at=now)
    family.children = [Child(birth_year=year) for year in sorted(set(answers.birth_years))]
    carer = Carer(language=answers.language, gender=answers.gender)
    if answers.mobile:
        families.set_mobile(carer, contacts.mobile(answers.mobile))
    if answers.email:
        families.set_email(carer, contacts.email(answers.email))
    family.carers = [carer]
    db.add(family)
    db.flush()
    families.set_name(db, carer, contacts.name(answers.name))
    return family


def _registration(db: Session, family: Family, programme: Programme, answers: Answers, now: datetime) -> Registration:
    made = Registration(family=family, programme=programme, waiting_since=now, channel=answers.channel)
    made.adults, made.weekdays, made.online = answers.adults, sorted(set(answers.weekdays)), answers.online
    made.languages, made.interpreter = list(answers.languages), answers.interpreter
    made.step_free, made.childcare = answers.step_free, answers.childcare
    made.flexible, made.short_notice, made.heard_from = answers.flexible, answers.short_notice, answers.heard_from
    ids = [districts.get_by_code(db, code).id for code in dict.fromkeys(answers.districts)]
    made.districts = [RegistrationDistrict(district_id=each, rank=rank) for rank, each in enumerate(ids)]
    years = fitting(programme, answers.birth_years, today(now))
    made.children = [child for child in family.children if child.birth_year in years]
    made.carers = list(family.carers)
    db.add(made)
    db.flush()
    return made
