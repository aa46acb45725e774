"""The three doors, hung on the site, and what stands beside them."""

from flask import Flask

from booking.web.feeds import public as feeds
from booking.web.leaders import door as leaders
from booking.web.parents import door as parents
from booking.web.parents.short import short
from booking.web.staff import door as staff
from booking.web.unsubscribing import public as unsubscribing

# Machines post there, which have no page of ours to take a form's token from; each address holds its own secret.
FROM_OUTSIDE = (unsubscribing,)


def install(app: Flask) -> None:
    """Open the doors for parents, leaders and staff."""
    for door in (parents, short, leaders, staff, feeds, *FROM_OUTSIDE):
        app.register_blueprint(door)
    for door in FROM_OUTSIDE:
        app.extensions["csrf"].exempt(door)
