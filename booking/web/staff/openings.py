"""Where the next group would do most good: the list a worker has made, and a button to have it made anew.

What is shown of other districts are counts alone. A group is set up in the usual form, filled in beforehand.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from booking.base.clock import at
from booking.base.texts import _
from booking.catalogue.groups import Group
from booking.catalogue.programmes import Programme
from booking.catalogue.venues import Venue
from booking.insight import openings as searches
from booking.insight.openings import Found, Opening, SearchState
from booking.records.accounts import Account
from booking.web import access
from booking.web.staff import door


@door.get("/nya-grupper")
@access.for_staff
def openings() -> str:
    """The list, when it was made, and whether a newer one is on its way."""
    latest = searches.find_latest(access.db())
    done = latest is not None and latest.state is SearchState.DONE
    found = Found.of(latest.found) if latest is not None and done else Found()
    return render_template(
        "staff/openings.html",
        search=latest if done else None,
        failed=latest is not None and not done,
        waiting=searches.find_waiting(access.db()),
        found=found,
        may_open=access.may_run_district,
        form_filled_in=_form_filled_in,
        begins=_begins,
        **_named(found),
    )


def _named(found: Found) -> dict[str, Any]:
    """The programmes, leaders, venues and groups that the list speaks of, by id."""
    db = access.db()
    leaders = {each for opening in found.openings for each in opening.leader_ids}
    venues = {opening.venue_id for opening in found.openings}
    shared = {near.group_id for lack in found.missing for near in lack.neighbours}
    return {
        "programmes": {each.id: each for each in db.scalars(select(Programme))},
        "leaders": {each.id: each.name for each in db.scalars(select(Account).where(Account.id.in_(leaders)))},
        "venues": {each.id: each.name for each in db.scalars(select(Venue).where(Venue.id.in_(venues)))},
        "groups": {each.id: each for each in db.scalars(select(Group).where(Group.id.in_(shared)))},
    }


def _begins(opening: Opening) -> datetime:
    return at(date.fromisoformat(opening.first_day), time.fromisoformat(opening.starts_at))


def _form_filled_in(opening: Opening) -> str:
    """The address of the form for a new group, with what the list proposes."""
    return url_for(
        "staff.group_new",
        programme=opening.programme_id,
        districts=opening.district_id,
        venue=opening.venue_id,
        first_day=opening.first_day,
        starts_at=opening.starts_at,
        languages=opening.language,
        leaders=opening.leader_ids,
    )


@door.post("/nya-grupper")
@access.for_staff
def openings_request() -> Response:
    """Ask for the list anew; a worker makes it in a moment."""
    searches.request(access.db(), now=access.now(), by=access.account().actor)
    flash(_("Listan räknas om. Det tar oftast mindre än en minut."), "success")
    return redirect(url_for("staff.openings"), 303)
