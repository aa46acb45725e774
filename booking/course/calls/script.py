"""What to say on the phone: the same as a message would, in Swedish and in the family's language where we write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.base import texts
from booking.base.clock import today
from booking.catalogue import sessions
from booking.catalogue.sessions import SessionState
from booking.course.calls.call import OFFERS, Call
from booking.outbox.wording import ISOLATED, templates
from booking.places import explaining, offers
from booking.places.offers import Offer


def languages(call: Call) -> list[str]:
    """The languages in which there is something to say: Swedish, and those of the carers that we write."""
    theirs = [carer.language for carer in ([call.carer] if call.carer else call.registration.carers)]
    return list(dict.fromkeys([texts.DEFAULT, *(code for code in theirs if code in texts.WRITTEN)]))


def said(
    db: Session, call: Call, offer: Offer | None, language: str, *, city: str, phone: str, now: datetime
) -> list[str]:
    """The words, paragraph by paragraph, in that language; about the offer too, when there is one to tell of."""
    with texts.speaking(language):
        matters = [] if call.why in OFFERS else [_own(call)]
        matters += [] if offer is None else [_offered(db, offer, now)]
        # Right to left, the groups of a number would change places.
        number = phone if texts.direction(texts.language()) == "ltr" else ISOLATED % phone
        found = [_paragraphs(name, {"city": city, "phone": number, **values}) for name, values in matters]
    return list(dict.fromkeys(paragraph for each in found for paragraph in each))


def _paragraphs(name: str, values: dict[str, Any]) -> list[str]:
    text = templates.tidy(templates.render(f"phone/{name}", "said", values).sections[0])
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _own(call: Call) -> tuple[str, dict[str, Any]]:
    registration = call.registration
    return call.why.value, {"programme": registration.programme, "since": today(registration.waiting_since)}


def _offered(db: Session, offer: Offer, now: datetime) -> tuple[str, dict[str, Any]]:
    planned = [each for each in sessions.list_of(db, offer.group_id) if each.state is SessionState.PLANNED]
    # The sentences of reasons are written in the languages of pages only.
    why = explaining.for_parent(offer.reason_code, offer.reason_values, offer.group)
    return "offer", {
        "group": offer.group,
        "dates": [each.starts_at for each in planned],
        "until": offers.would_reply_by(db, offer, now=now),
        "why": why if texts.language() in texts.LANGUAGES else "",
    }
