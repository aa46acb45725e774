"""The queue: who waits, in the order of the rule. Own families by name; of other districts' only how many they are."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import select

from booking.base.clock import today
from booking.catalogue import programmes
from booking.catalogue.districts import District
from booking.catalogue.programmes import Programme
from booking.people import waitlist
from booking.people.registrations import Registration
from booking.places.offers import Offer, OfferState
from booking.web import access
from booking.web.staff import door, own


@door.get("/ko")
@access.for_staff
def queue() -> str:
    """Those who wait, filtered by programme and district."""
    programme, district = own.chosen_programme(), own.chosen_district()
    wanted = [district] if district else own.districts()
    ids = [each.id for each in wanted]
    total = waitlist.count_waiting(access.db(), programme_id=programme.id if programme else None, home_ids=ids)
    named = district is None or access.may_run_district(district.id)
    paging = own.paging(total if named else 0)
    rows = _rows(programme, ids, paging.offset) if named else []
    return render_template(
        "staff/queue.html",
        rows=rows,
        offered=_offered(rows),
        total=total,
        named=named,
        paging=paging,
        programme=programme,
        district=district,
        districts=access.atlas().standing(today(access.now())),
        programmes=programmes.list_active(access.db()),
        elsewhere=0 if access.account().is_central or district else _elsewhere(programme, wanted),
    )


def _rows(programme: Programme | None, district_ids: list[int], offset: int) -> list[Registration]:
    return waitlist.list_waiting(
        access.db(),
        programme_id=programme.id if programme else None,
        home_ids=district_ids,
        limit=own.PAGE,
        offset=offset,
    )


def _offered(rows: list[Registration]) -> set[int]:
    """Ids of those among them who have an offer to answer."""
    query = select(Offer.registration_id).where(
        Offer.registration_id.in_([each.id for each in rows]), Offer.state == OfferState.OPEN
    )
    return set(access.db().scalars(query))


def _elsewhere(programme: Programme | None, mine: list[District]) -> int:
    """How many wait in the districts that somebody else runs."""
    counts = waitlist.counts(access.db())
    ids = {each.id for each in mine}
    return sum(
        number
        for (programme_id, district_id), number in counts.items()
        if district_id not in ids and (programme is None or programme.id == programme_id)
    )
