"""Messages: how many wait, failed, or nobody can tell of, and why; group by group. No texts and no addresses here."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import Select, select

from booking.outbox import troubles, waiting
from booking.outbox.messages import Message, MessageState
from booking.outbox.troubles import TROUBLED, Counts, Trouble
from booking.people.families import Carer, Family
from booking.people.registrations import Registration
from booking.web import access
from booking.web.staff import door, own

SHOWN = (*TROUBLED, MessageState.QUEUED)


def carers() -> Select[Any] | None:
    """The carers whose messages the coordinator looks after, as a query of ids; None at the centre: everyone's."""
    if access.account().is_central:
        return None
    homes = own.home_ids(own.districts())
    query = select(Carer.id).join(Family, Family.id == Carer.family_id)
    return query.where(Family.home_district_id.in_(homes))


@door.get("/meddelanden")
@access.for_staff
def messages() -> str:
    """The messages of one state, or of one cause, newest first; above them the causes, or what is waited for."""
    db, state, mine = access.db(), _chosen(), carers()
    seen = waiting.look(db, now=access.now())
    counts = troubles.counts(db, now=access.now(), carer_ids=mine)
    groups = [each for each in troubles.groups(db, now=access.now(), carer_ids=mine) if each.state is state]
    group = troubles.find(groups, state.value, request.args.get("channel", ""), request.args.get("cause", ""))
    paging = own.paging(group.count if group else _total(counts, state))
    rows = _rows(state, group, paging.offset)
    return render_template(
        "staff/messages.html",
        rows=rows,
        state=state,
        states=SHOWN,
        counts=counts,
        waits=waiting.counts(db, seen, carer_ids=mine) if state is MessageState.QUEUED else {},
        groups=groups,
        group=group,
        paging=paging,
        families=_registrations(rows),
        seen=seen,
    )


def _rows(state: MessageState, group: Trouble | None, offset: int) -> list[Message]:
    if group is not None:
        return troubles.list_of(access.db(), group, carer_ids=carers(), limit=own.PAGE, offset=offset)
    return troubles.list_in(access.db(), state, carer_ids=carers(), limit=own.PAGE, offset=offset)


def _chosen() -> MessageState:
    wanted = request.args.get("state", MessageState.FAILED.value)
    return next((state for state in SHOWN if state.value == wanted), MessageState.FAILED)


def _total(counts: Counts, state: MessageState) -> int:
    return {
        MessageState.FAILED: counts.failed,
        MessageState.UNKNOWN: counts.unknown,
        MessageState.QUEUED: counts.queued,
    }[state]


def _registrations(rows: list[Message]) -> dict[int, Registration]:
    """By carer id, the latest registration that may be seen: what the row leads to."""
    query = select(Registration).where(Registration.carers.any(Carer.id.in_([row.carer_id for row in rows])))
    found = access.db().scalars(query.order_by(Registration.id)).all()
    return {carer.id: each for each in found for carer in each.carers if access.may_see(each)}
