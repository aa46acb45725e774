"""Where an SMS gateway says what became of a message, and hands on what somebody has answered.

The address holds a secret, since a gateway signs nothing. Whatever it sends is answered with an empty 204, understood
or not: any other answer is repeated for hours, and what stands in the answer to an SMS is sent back as one. Only a
fault of ours is said to be one, so that it comes again. What was sent is never logged.
"""

from __future__ import annotations

from typing import cast

import structlog
from flask import Blueprint, Flask, abort, request
from flask_wtf.csrf import CSRFProtect

from booking.course import replies
from booking.course.replies import Incoming
from booking.outbox import gateway, messages, receipts, reports
from booking.outbox.receipts import DELIVERED, Receipt
from booking.places import offers
from booking.places.offers import Offer
from booking.web import access

NAME = "gateway"
TELLS_OF_OFFER = "offer"
NOTHING = "", 204

log = structlog.get_logger()
door = Blueprint(NAME, __name__)


def install(app: Flask) -> None:
    """Add both addresses. They take no form's token: a gateway has none."""
    cast(CSRFProtect, app.extensions["csrf"]).exempt(door)
    app.register_blueprint(door)


@door.before_request
def knows_secret() -> None:
    """Whoever does not know the secret finds nothing here, and reaches no database."""
    if not gateway.is_secret((request.view_args or {})["secret"], access.services().settings.secret_key):
        abort(404)


@door.post(f"{gateway.RECEIPTS}/<secret>/<reference>")
def receipt(secret: str, reference: str) -> tuple[str, int]:
    """What became of the message of that reference."""
    told = reports.read_receipt(reference, request.form, now=access.now())
    if told is None or not _record(told):
        log.info("a receipt that says nothing to us", understood=told is not None)
    return NOTHING


@door.post(f"{gateway.ANSWERS}/<secret>")
def answer(secret: str) -> tuple[str, int]:
    """An SMS that somebody has sent to our number."""
    name, number, text = (request.form.get(field, "") for field in ("id", "from", "message"))
    reply = replies.receive(access.db(), Incoming(reports.PROVIDER, name, number, text), now=access.now())
    log.info("an SMS came", became=reply.state.value if reply else None)
    return NOTHING


def _record(told: Receipt) -> bool:
    """Write it down, the offer before its message as everywhere; False when there is no such message."""
    db, now = access.db(), access.now()
    about = messages.find_by_reference(db, told.reference or "")
    if about is not None and about.kind == TELLS_OF_OFFER and told.status == DELIVERED:
        offers.delivered(db, db.get_one(Offer, about.thing_id), now=now, at=told.at)
    return receipts.record(db, told, now=now) is not None
