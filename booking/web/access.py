"""Who may see what. Every view begins with one of these; what is not yours does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.errors import NotFound
from booking.catalogue import districts
from booking.catalogue.districts import Atlas
from booking.catalogue.groups import Group
from booking.people.families import Carer
from booking.people.registrations import Registration
from booking.places.placements import COUNTING, Placement
from booking.records import accounts, links
from booking.records.accounts import Account

if TYPE_CHECKING:
    from booking.services import Services
    from booking.web.site import Site

P = ParamSpec("P")
R = TypeVar("R")
ACCOUNT = "account"


def services() -> Services:
    """What the composition root put together."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """The same, of an application at hand."""
    return cast("Site", app).services


def db() -> Session:
    """The request's unit of work."""
    return cast(Session, g.db)


def now() -> datetime:
    """The instant of the request."""
    return cast(datetime, g.now)


def keep_anyway() -> None:
    """Keep what this request changed although its answer says no: for counting wrong tries."""
    g.keep = True


def account_or_none() -> Account | None:
    """Who is signed in, if anyone; read once per request."""
    if "account" not in g:
        g.account = _signed_in() if "db" in g else None
    return cast("Account | None", g.account)


def _signed_in() -> Account | None:
    kept = session.get(ACCOUNT)
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    try:
        found = accounts.get(db(), int(kept[0]))
    except NotFound:
        return None
    return found if found.session_key == kept[1] else None


def account() -> Account:
    """Who is signed in. Views behind `for_staff` and `for_leaders` have somebody."""
    found = account_or_none()
    if found is None:
        abort(404)
    return found


def _behind(allowed: Callable[[Account], bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            found = account_or_none()
            if found is None:
                return cast(R, redirect(url_for("signin.form", next=request.path)))
            if not allowed(found):
                abort(404)
            return view(*args, **kwargs)

        return guarded

    return guard


for_staff = _behind(lambda account: account.is_staff)
for_central = _behind(lambda account: account.is_central)
for_leaders = _behind(lambda account: account.is_leader)


def carer(token: str) -> Carer:
    """The carer whose link this is. 404 for an unknown token, 410 with a way forward for one that has run out."""
    link = links.find(db(), token)
    if link is None:
        abort(404)
    if not link.is_open(now()):
        abort(410)
    return db().get_one(Carer, link.carer_id)


def atlas() -> Atlas:
    """The city's districts and travel times; read once per request."""
    if "atlas" not in g:
        g.atlas = districts.atlas(db())
    return cast(Atlas, g.atlas)


def may_run(registration: Registration) -> bool:
    """True when the signed-in coordinator runs the family: it lives in their district, or they are central."""
    return may_run_district(registration.home_id)


def may_run_district(district_id: int) -> bool:
    """True when the signed-in coordinator answers for the district, or is central."""
    who = account()
    return who.is_central or any(atlas().same(mine, district_id) for mine in who.district_ids)


def may_see(registration: Registration) -> bool:
    """True when the coordinator runs the family, or it holds an offer or a place in a group of their district."""
    if may_run(registration):
        return True
    held = select(Placement).where(Placement.registration_id == registration.id, Placement.state.in_(COUNTING))
    return any(may_run_group(placement.group) for placement in db().scalars(held))


def may_run_group(group: Group) -> bool:
    """True when the group belongs to the coordinator's district, or they are central, who alone run the city's own."""
    who = account()
    if who.is_central or group.whole_city:
        return who.is_central
    return any(group.is_resident(mine, atlas()) for mine in who.district_ids)


def this_page_in_other_languages() -> list[tuple[str, str, str]]:
    """(code, own name, address) of the page in each language; the start page where it has none of its own."""
    pages = []
    for code, name in texts.LANGUAGES.items():
        values: dict[str, Any] = {**(request.view_args or {}), "lang": code}
        rule = request.url_rule
        known = rule is not None and "lang" in rule.arguments and "GET" in (rule.methods or ())
        address = url_for(request.endpoint, **values) if known and request.endpoint else f"/{code}/"
        pages.append((code, name, address))
    return pages
