"""The overview: who waits where, what is free, what needs a hand today. Every number leads to its list."""

from __future__ import annotations

from flask import render_template

from booking.base.clock import today
from booking.catalogue import groups, programmes
from booking.course import group_changes
from booking.insight import reports
from booking.outbox import troubles
from booking.people import waitlist
from booking.web import access
from booking.web.staff import alarms, door, messages, own, places


@door.get("/")
@access.for_staff
def overview() -> str:
    """The coordinator's first page."""
    db, now = access.db(), access.now()
    mine = own.districts()
    coming = [group for group in groups.list_coming(db, today=today(now)) if access.may_run_group(group)]
    risky = [each for each in group_changes.at_risk(db, now=now) if access.may_run_group(each.group)]
    return render_template(
        "staff/overview.html",
        mine={district.id for district in mine},
        districts=access.atlas().standing(today(now)),
        programmes=programmes.list_active(db),
        counts=waitlist.counts(db),
        ways=reports.ways(db, home_ids=_with_predecessors({district.id for district in mine})),
        waiting=waitlist.count_waiting(db, home_ids=[each.id for each in mine]),
        free=sum(group.free for group in coming),
        risky=risky,
        alarms=alarms.listed(),
        open_offers=places.count_open(),
        due_today=places.count_open(due_today=True),
        messages=troubles.counts(db, now=now, carer_ids=messages.carers()),
    )


def _with_predecessors(ids: set[int]) -> list[int]:
    """These districts and every one that has merged into them: the ledger keeps the names of its day."""
    atlas = access.atlas()
    return [each for each in atlas.districts if atlas.current(each).id in ids]
