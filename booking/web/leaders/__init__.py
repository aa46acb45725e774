"""The leaders' door: the next meeting, the roster, attendance. Leaders see the groups they lead, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from booking.base import texts
from booking.course.follow_ups import Absence
from booking.people import contacts

door = Blueprint("leaders", __name__, url_prefix="/ledare")


@door.context_processor
def _for_every_page() -> dict[str, Any]:
    return {"readable": contacts.readable, "language_names": _language_names, "missed_days": _missed_days}


def _language_names(codes: list[str]) -> str:
    return ", ".join(texts.language_name(code) for code in codes)


def _missed_days(absence: Absence) -> str:
    return ", ".join(texts.short_day(each.starts_at) for each in absence.meetings)


from booking.web.leaders import calendar, follow_ups, group, meeting, today  # noqa: E402, F401
