"""The three doors, hung on the site, and what stands beside them."""

from flask import Flask

from booking.web.feeds import public as feeds
from booking.web.leaders import door as leaders
from booking.web.parents import door as parents
from booking.web.parents.short import short
from booking.web.staff import door as staff


def install(app: Flask) -> None:
    """Open the doors for parents, leaders and staff."""
    for door in (parents, short, leaders, staff, feeds):
        app.register_blueprint(door)
