"""Did the waits we told families come true? The figures a worker has kept, by programme and by month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from babel.dates import format_date
from flask import render_template

from booking.base import texts
from booking.catalogue import programmes
from booking.insight import calibration
from booking.insight.calibration import WaitCheck
from booking.places import waits
from booking.web import access
from booking.web.staff import door, own


@door.get("/vantetider")
@access.for_staff
def wait_check() -> str:
    """Promised and come true, side by side, and what we say now."""
    db, programme = access.db(), own.chosen_programme()
    checks = calibration.list_checks(db)
    chosen = [each for each in checks if programme is None or each.programme_id == programme.id]
    active, said = programmes.list_active(db), waits.typical(db)
    of_each = {each.id: [check for check in checks if check.programme_id == each.id] for each in active}
    return render_template(
        "staff/wait_check.html",
        programme=programme,
        programmes=active,
        total=calibration.total(chosen),
        by_programme={key: calibration.total(those) for key, those in of_each.items()},
        by_month=[(_month(month), calibration.total(those)) for month, those in _by_month(chosen)],
        now_said={each.id: said.get(waits.Key(each.id)) for each in active},
        waits=waits,
    )


def _by_month(checks: list[WaitCheck]) -> list[tuple[date, list[WaitCheck]]]:
    months: dict[date, list[WaitCheck]] = defaultdict(list)
    for each in checks:
        months[each.month].append(each)
    return sorted(months.items(), reverse=True)


def _month(day: date) -> str:
    return format_date(day, "LLLL y", locale=texts.language())
