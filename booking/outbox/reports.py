"""What an SMS gateway reports, as 46elks posts it: what became of a message. Pure.

A form: `id`, `status` (sent, delivered or failed), and `delivered`, when it arrived, in UTC and without saying so. What
is not understood is None and never a fault: a gateway repeats for hours what is not answered with a yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from booking.outbox.receipts import DELIVERED, FAILED, SENT, Receipt

PROVIDER = "46elks"
NAME = re.compile(r"[\x21-\x7e]{1,120}")
REFERENCE = re.compile(r"[0-9a-f]{24}")
LONGEST_AGO = timedelta(days=3)
LARGEST = 2**31 - 1


def read_receipt(reference: str, form: Mapping[str, str], *, now: datetime) -> Receipt | None:
    """The receipt for the message of that reference; None when it says nothing that we know."""
    status = form.get("status", "").strip().lower()
    if status not in (SENT, DELIVERED, FAILED) or not REFERENCE.fullmatch(reference):
        return None
    name = form.get("id", "")
    return Receipt(
        reference=reference,
        provider=PROVIDER,
        provider_id=name if NAME.fullmatch(name) else None,
        status=status,
        at=_instant(form.get("delivered", ""), now),
        parts=_number(form.get("parts", "")),
        cost=_number(form.get("cost", "")),
    )


def _instant(said: str, now: datetime) -> datetime:
    """When it was; now, when nobody says it or what they say cannot be."""
    try:
        told = datetime.fromisoformat(said.strip())
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return now
    return told if now - LONGEST_AGO <= told <= now else now


def _number(said: str) -> int | None:
    said = said.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 11 and int(said) <= LARGEST else None
