"""What the signed-in coordinator runs or may see; anything else does not exist (404). And how a family is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from flask import g, request
from sqlalchemy import select

from booking.base.clock import today
from booking.base.errors import NotFound
from booking.base.texts import _
from booking.catalogue import groups, programmes, sessions
from booking.catalogue.districts import District
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.catalogue.sessions import GroupSession
from booking.course import group_changes
from booking.people.registrations import Registration
from booking.places import offers
from booking.places.offers import Offer
from booking.records import policies
from booking.web import access

PAGE = 50


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in a long list one is; addresses are None at the ends."""

    page: int
    pages: int
    previous_url: str | None
    next_url: str | None

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * PAGE


def paging(total: int) -> Paging:
    """The page the address asks for, within what there is."""
    pages = max(1, -(-total // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Paging(page, pages, _page_url(page - 1) if page > 1 else None, _page_url(page + 1) if page < pages else None)


def _page_url(page: int) -> str:
    # Not through url_for: what stands in the address must not become its arguments, such as another scheme.
    return f"{quote(request.path)}?{urlencode({**request.args.to_dict(), 'page': page})}"


def districts() -> list[District]:
    """The districts the coordinator runs today, by name; all of them at the centre."""
    standing = access.atlas().standing(today(access.now()))
    return [each for each in standing if access.may_run_district(each.id)]


def home_ids(wanted: Iterable[District]) -> list[int]:
    """The ids under which families of these districts may be written, mergers and all."""
    atlas, ids = access.atlas(), {each.id for each in wanted}
    return [each for each in atlas.districts if atlas.current(each).id in ids]


def chosen_district() -> District | None:
    """The district the address asks for by its code. Raises NotFound for one that is not."""
    code = request.args.get("district", "")
    if not code:
        return None
    found = next((each for each in access.atlas().districts.values() if each.code == code), None)
    if found is None:
        raise NotFound
    return access.atlas().current(found.id)


def chosen_programme() -> Programme | None:
    """The programme the address asks for by its code. Raises NotFound for one that is not."""
    code = request.args.get("programme", "")
    return programmes.get_by_code(access.db(), code) if code else None


def _registration(code: str) -> Registration:
    found = access.db().scalars(select(Registration).where(Registration.code == code)).first()
    if found is None:
        raise NotFound
    return found


def seen_registration(code: str) -> Registration:
    """A registration that may be seen."""
    found = _registration(code)
    if not access.may_see(found):
        raise NotFound
    return found


def registration(code: str) -> Registration:
    """A registration that the coordinator runs."""
    found = _registration(code)
    if not access.may_run(found):
        raise NotFound
    return found


def group(code: str) -> Group:
    """A group that the coordinator runs."""
    found = groups.get_by_code(access.db(), code)
    if not access.may_run_group(found):
        raise NotFound
    return found


def meeting(code: str) -> GroupSession:
    """A meeting of a group that the coordinator runs."""
    found = sessions.get_by_code(access.db(), code)
    if not access.may_run_group(found.group):
        raise NotFound
    return found


def offer(code: str) -> Offer:
    """An offer to a family, or in a group, that the coordinator runs."""
    found = offers.get_by_code(access.db(), code)
    if not (access.may_run(found.registration) or access.may_run_group(found.group)):
        raise NotFound
    return found


def decision_day(group: Group) -> date:
    """The day by which it is decided whether the group will be."""
    if "policy" not in g:
        g.policy = policies.current(access.db())
    return group_changes.decision_day(group, g.policy)


def name_of(registration: Registration) -> str:
    """How the family is called; a protected identity is never named, and who may not be seen is not either."""
    if registration.family.protected:
        return _("Skyddade personuppgifter")
    names = [carer.name for carer in registration.carers if carer.name]
    return ", ".join(names) or _("Familj utan namn")


def district_name(district_id: int) -> str:
    """What a district is called today."""
    return access.atlas().current(district_id).name


def home_of(registration: Registration) -> str:
    """The name of the district where the family lives, as it is called today."""
    return district_name(registration.home_id)
