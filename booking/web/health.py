"""`/healthz`: the process lives. `/readyz`: its database answers and has the newest schema."""

from __future__ import annotations

from flask import Blueprint, Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from booking.base import migrating
from booking.web import access

health = Blueprint("health", __name__)


def install(app: Flask) -> None:
    """Add both addresses."""
    app.register_blueprint(health)


@health.get("/healthz")
def alive() -> Response:
    """Always well, as long as the process answers."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> Response:
    """Well when the database can be used as it is."""
    try:
        current = migrating.is_current(access.services().database)
    except SQLAlchemyError:
        current = False
    return Response("ok\n" if current else "not ready\n", 200 if current else 503, mimetype="text/plain")
