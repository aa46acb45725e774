"""How a group is shown to a parent who may come to it: where, how far, when, who leads, in which language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list
from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.texts import _
from booking.catalogue import sessions
from booking.catalogue.districts import atlas
from booking.catalogue.groups import Group
from booking.catalogue.sessions import GroupSession, SessionState
from booking.people.registrations import Registration
from booking.records.accounts import Account


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group in words, in the language in use; texts that do not apply are empty."""

    group: Group
    place: str
    travel: str
    meetings: list[GroupSession]
    leaders: str
    languages: str
    organiser: str


def shown(db: Session, group: Group, registration: Registration) -> GroupShown:
    """The group as this family sees it."""
    return GroupShown(
        group=group,
        place=_place(group),
        travel=_travel(db, group, registration.home_id),
        meetings=[each for each in sessions.list_of(db, group.id) if each.state is SessionState.PLANNED],
        leaders=_leaders(db, group),
        languages=listed(texts.language_name(code) for code in group.languages),
        organiser=group.organiser.name if group.organiser else "",
    )


def listed(names: Iterable[str]) -> str:
    """Names in a row as one says them, such as "svenska och arabiska"."""
    return format_list(list(names), locale=texts.language())


def _place(group: Group) -> str:
    if group.venue is None:
        return _("På nätet")
    return _("%(venue)s, %(address)s", venue=group.venue.name, address=group.venue.address)


def _travel(db: Session, group: Group, home_id: int) -> str:
    if group.venue is None:
        return ""
    minutes = atlas(db).minutes(home_id, group.venue.district_id)
    if minutes is None:
        return ""
    return _("ungefär %(minutes)s minuter dit", minutes=minutes) if minutes else _("i er stadsdel")


def _leaders(db: Session, group: Group) -> str:
    found = [db.get(Account, leader.account_id) for leader in group.leaders]
    return listed(account.name.split()[0] for account in found if account is not None and account.name)
