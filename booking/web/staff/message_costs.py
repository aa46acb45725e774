"""What text messages cost, month by month: for the centre, which pays for them."""

from __future__ import annotations

from flask import render_template, request

from booking.outbox import costs
from booking.outbox.costs import Month
from booking.web import access
from booking.web.staff import door


@door.get("/meddelanden/kostnad")
@access.for_central
def message_costs() -> str:
    """The latest twelve months, and what each kind came to in one of them."""
    months = costs.by_month(access.db(), now=access.now())
    shown = next((each for each in months if name(each) == request.args.get("manad")), months[0])
    return render_template("staff/message_costs.html", months=months, shown=shown, month_name=name)


def name(month: Month) -> str:
    """What a month is called in addresses, such as "2027-01"."""
    return f"{month.first:%Y-%m}"
