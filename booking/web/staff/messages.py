"""Messages: how many wait, failed, or nobody can tell of; and sending one again. No texts and no addresses here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from booking.base.errors import NotFound
from booking.base.texts import _
from booking.outbox import resending
from booking.outbox.messages import Message, MessageState
from booking.people.families import Carer, Family
from booking.people.registrations import Registration
from booking.web import access
from booking.web.staff import door, own

SHOWN = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUEUED)


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
    """The messages of one state, newest first."""
    state = _chosen()
    counts = resending.counts(access.db(), now=access.now(), carer_ids=carers())
    totals = {
        MessageState.FAILED: counts.failed,
        MessageState.UNKNOWN: counts.unknown,
        MessageState.QUEUED: counts.queued,
    }
    paging = own.paging(totals[state])
    rows = resending.list_in(access.db(), state, carer_ids=carers(), limit=own.PAGE, offset=paging.offset)
    return render_template(
        "staff/messages.html",
        rows=rows,
        state=state,
        states=SHOWN,
        counts=counts,
        paging=paging,
        families=_registrations(rows),
        may_resend=state in resending.TROUBLED,
    )


def _chosen() -> MessageState:
    wanted = request.args.get("state", MessageState.FAILED.value)
    return next((state for state in SHOWN if state.value == wanted), MessageState.FAILED)


def _registrations(rows: list[Message]) -> dict[int, Registration]:
    """By carer id, the latest registration that may be seen: what the row leads to."""
    query = select(Registration).where(Registration.carers.any(Carer.id.in_([row.carer_id for row in rows])))
    found = access.db().scalars(query.order_by(Registration.id)).all()
    return {carer.id: each for each in found for carer in each.carers if access.may_see(each)}


@door.post("/meddelanden/<int:message_id>/igen")
@access.for_staff
def message_again(message_id: int) -> Response:
    """Send a message again that failed, or that nobody can tell of."""
    message = resending.get(access.db(), message_id)
    mine = carers()
    if mine is not None and access.db().scalar(mine.where(Carer.id == message.carer_id)) is None:
        raise NotFound
    resending.send_again(access.db(), message, now=access.now(), by=access.account().actor)
    flash(_("Meddelandet skickas igen."), "success")
    return redirect(url_for("staff.messages", state=message.state.value), 303)
