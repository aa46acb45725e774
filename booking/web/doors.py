"""The three doors, hung on the site."""

from flask import Flask

from booking.web import leaders, parents, staff


def install(app: Flask) -> None:
    """Open the doors for parents, leaders and staff."""
    for door in (parents, leaders, staff):
        app.register_blueprint(door.door)
