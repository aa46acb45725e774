"""What is the visitor's own: the carer a link belongs to, and the registrations, offers and meetings they take part in.

What belongs to somebody else does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import render_template, request, url_for
from sqlalchemy import select

from booking.base.errors import NotFound, Refused
from booking.base.texts import _
from booking.catalogue.sessions import GroupSession
from booking.people.families import Carer, CarerState
from booking.people.registrations import Registration
from booking.places import invitations, offers
from booking.places.invitations import Invitation
from booking.places.offers import Offer
from booking.places.placements import Placement, PlacementState
from booking.web import access

P = ParamSpec("P")
R = TypeVar("R")


def carer(token: str) -> Carer:
    """The carer whose link this is, when they take part in the family."""
    found = access.carer(token)
    if found.state not in (CarerState.FIRST, CarerState.JOINED):
        raise NotFound
    return found


def registration(who: Carer, code: str) -> Registration:
    """The registration with this code, which the carer takes part in."""
    query = select(Registration).where(Registration.code == code, Registration.carers.contains(who))
    found = access.db().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def offer(who: Carer, code: str) -> Offer:
    """The offer with this code, made to a registration that the carer takes part in, when it may be told."""
    found = offers.get_by_code(access.db(), code)
    if who not in found.registration.carers or access.now() < (found.told_from or found.made_at):
        raise NotFound
    return found


def invitation(who: Carer, code: str) -> Invitation:
    """The invitation with this code, to a registration that the carer takes part in."""
    found = invitations.get_by_code(access.db(), code)
    if who not in found.registration.carers:
        raise NotFound
    return found


def meeting(who: Carer, code: str) -> tuple[GroupSession, Placement]:
    """A meeting of a group in which the carer's family has a place, and that place."""
    query = (
        select(GroupSession, Placement)
        .join(Placement, Placement.group_id == GroupSession.group_id)
        .join(Registration, Registration.id == Placement.registration_id)
        .where(GroupSession.code == code, Placement.state == PlacementState.TAKEN, Registration.carers.contains(who))
    )
    found = access.db().execute(query).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def leads_back(view: Callable[P, R]) -> Callable[P, R | tuple[str, int]]:
    """A view whose refusals say why and lead back to my page (409)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | tuple[str, int]:
        try:
            return view(*args, **kwargs)
        except Refused as refusal:
            back = url_for("parents.mine", token=(request.view_args or {})["token"])
            label = _("Till er sida")
            return render_template("errors/409.html", reason=refusal.sentence, way_url=back, way_label=label), 409

    return guarded
